/*
 * Gates: what never runs alone, and what an approval of it is worth.
 *
 * The key of an approval is the first 128 bits of the SHA-256 of the id and
 * the proposed action, so that whoever carries the action out can tell that
 * he has done so already, and that it is what was approved.  The action
 * counts as what it means: keys sorted, no blanks, escapes undone; numbers as
 * they are spelled, since a double would change a long one.
 */
#include <stdlib.h>

#include "base/hash.h"
#include "record/json_tree.h"
#include "route/routing.h"

static int
by_key(const void *pa, const void *pb)
{
	const struct json_member *const *a = pa, *const *b = pb;
	int order = str_cmp((*a)->key, (*b)->key);

	/* of the same key, the later one is what jq sees: it stays last */
	return order != 0 ? order : (*a > *b) - (*a < *b);
}

static void
write_meaning(const struct json *, struct arena *scratch, struct buf *out);

static void
write_object(const struct json *j, struct arena *scratch, struct buf *out)
{
	const struct json_member **sorted =
	    arena_new(scratch, const struct json_member *, j->n + 1);
	const char *comma = "";

	for (size_t i = 0; i < j->n; i++)
		sorted[i] = &j->member[i];
	qsort(sorted, j->n, sizeof(*sorted), by_key);
	buf_char(out, '{');
	for (size_t i = 0; i < j->n; i++) {
		if (i + 1 < j->n && str_eq(sorted[i]->key, sorted[i + 1]->key))
			continue;
		buf_cstr(out, comma);
		comma = ",";
		buf_json_string(out, sorted[i]->key);
		buf_char(out, ':');
		write_meaning(&sorted[i]->json, scratch, out);
	}
	buf_char(out, '}');
}

static void
write_meaning(const struct json *j, struct arena *scratch, struct buf *out)
{
	switch (j->value.type) {
	case JSON_OBJECT: write_object(j, scratch, out); break;
	case JSON_ARRAY:
		buf_char(out, '[');
		for (size_t i = 0; i < j->n; i++) {
			if (i > 0)
				buf_char(out, ',');
			write_meaning(&j->element[i], scratch, out);
		}
		buf_char(out, ']');
		break;
	case JSON_STRING: buf_json_string(out, j->string); break;
	default: buf_str(out, j->value.text); break;
	}
}

/* The key; "" without an id, or if the action cannot be read. */
static void
make_key(struct routing *d)
{
	struct router *t = d->router;
	struct record *r = d->record;
	struct buf text = { 0 };
	const struct json *action;
	struct value v;
	struct err e;
	char hex[65];

	d->key[0] = '\0';
	if (!d->has_id ||
	    expr_value(t->ev, r, (uint32_t)t->policy->field[FIELD_ACTION],
		&v) != EXPR_OK)
		return;
	buf_json_string(&text, d->id);
	buf_char(&text, '\n');
	action = value_is_null(&v) ? NULL : json_parse(v.text, r->scratch, &e);
	if (action == NULL)
		buf_cstr(&text, "null");
	else
		write_meaning(action, r->scratch, &text);
	sha256_hex(buf_view(&text), hex);
	memcpy(d->key, hex, GATE_KEY);
	d->key[GATE_KEY] = '\0';
	buf_release(&text);
}

void
apply_gates(struct routing *d)
{
	const struct policy_route *route = &d->router->policy->route;

	for (size_t i = 0; i < route->ngate; i++) {
		const struct policy_trigger *gate = &route->gate[i];
		int match = expr_condition(
		    d->router->ev, d->record, (uint32_t)gate->when);
		if (match == 0)
			continue;
		routing_needs_person(d);
		routing_reason(d, gate->reason_json, match == -1);
		if (d->gate == NULL)
			d->gate = gate;
	}
	if (d->gate == NULL)
		return;
	make_key(d);
	d->expires =
	    calendar_add(&route->calendar, routing_time(d), &d->gate->expires);
}
