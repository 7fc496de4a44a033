/* One record out of a text (single.h). */
#include <stdlib.h>

#include "record/json_scan.h"
#include "record/single.h"

void
single_init(struct single *s, struct fields *fields)
{
	fields_compile(fields);
	s->record = (struct record){ .fields = fields,
		.slot = alloc_zeros(fields->n, sizeof(*s->record.slot)),
		.scratch = &s->scratch };
}

void
single_release(struct single *s)
{
	free(s->record.slot);
	arena_release(&s->scratch);
}

int
single_scan(struct single *s, struct str text, struct err *e)
{
	struct record *r = &s->record;
	struct json_error bad;
	char *copy;

	arena_reset(&s->scratch);
	copy = arena_alloc(&s->scratch, text.n + JSON_PADDING, 1);
	if (text.n > 0)
		memcpy(copy, text.s, text.n);
	record_renew(r);
	r->raw = r->line = (struct str){ copy, text.n };
	if (json_scan(r->fields, r->line, r->slot, &bad) == -1)
		return err_set(e, STATUS_REJECTED, "column %zu: %s",
		    bad.offset + 1, bad.what);
	if (r->slot[0].type != JSON_OBJECT)
		return err_set(e, STATUS_REJECTED, "is no object");
	return 0;
}
