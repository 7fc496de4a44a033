/* One input record (record.h). */
#include <assert.h>
#include <string.h>

#include "record/json_scan.h"
#include "record/record.h"
#include "record/splice.h"

void
record_overlay(struct record *r, struct str key, uint32_t at, struct str value)
{
	struct json_error e;
	char *copy = arena_new(r->scratch, char, value.n + 1 + JSON_PADDING);

	memcpy(copy, value.s, value.n);
	r->overlay_key = key;
	r->overlay = (struct str){ copy, value.n };
	r->serial++;
	if (json_scan_at(r->fields, at, r->overlay, r->slot, &e) == -1)
		assert(!"an overlay is JSON of our own making");
}

struct str
record_text(const struct record *r)
{
	struct value none = { 0 };
	struct buf out = { 0 };
	struct str text;

	if (r->overlay_key.n == 0)
		return r->line;
	splice(&out, r->line, r->overlay_key, &none, r->overlay);
	text = arena_str(r->scratch, buf_view(&out));
	buf_release(&out);
	return text;
}
