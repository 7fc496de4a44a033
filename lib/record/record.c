/* One input record (record.h). */
#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "record/json_scan.h"
#include "record/record.h"
#include "record/splice.h"

enum { SERIALS = 4096 }; /* taken at once, as threads share the counter */

void
record_renew(struct record *r)
{
	static atomic_uint_fast64_t taken;

	if (r->serial % SERIALS == 0)
		r->serial = atomic_fetch_add_explicit(
		    &taken, SERIALS, memory_order_relaxed);
	r->serial++;
	r->overlay = NULL;
}

void
overlay_prepare(struct overlay *o, const struct fields *f, struct str key,
    uint32_t at, struct str value, struct arena *a)
{
	struct value *slot = calloc(f->n, sizeof(*slot));
	size_t n = 0;
	char *copy = arena_new(a, char, value.n + 1 + JSON_PADDING);
	struct json_error e;
	uint32_t i = at;

	if (slot == NULL)
		memory_exhausted();
	memcpy(copy, value.s, value.n);
	*o = (struct overlay){ .key = key, .text = { copy, value.n } };
	if (json_scan_at(f, at, o->text, slot, &e) == -1)
		assert(!"an overlay is JSON of our own making");
	for (; i != FIELD_NONE; i = fields_below(f, at, i))
		n++;
	o->place = arena_alloc(a, n, sizeof(*o->place));
	for (i = at; i != FIELD_NONE; i = fields_below(f, at, i)) {
		o->place[o->n].node = i;
		o->place[o->n++].value = slot[i];
	}
	free(slot);
}

void
record_overlay(struct record *r, const struct overlay *o)
{
	/* or else a number that was read there before would be kept */
	assert(r->slot[o->place[0].node].type == JSON_ABSENT);
	r->overlay = o;
	for (size_t i = 0; i < o->n; i++)
		r->slot[o->place[i].node] = o->place[i].value;
}

struct str
record_text(const struct record *r)
{
	struct value none = { 0 };
	struct buf out = { 0 };
	struct str text;

	if (r->overlay == NULL)
		return r->line;
	splice(&out, r->line, r->overlay->key, &none, r->overlay->text);
	text = arena_str(r->scratch, buf_view(&out));
	buf_release(&out);
	return text;
}
