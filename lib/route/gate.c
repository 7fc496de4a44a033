/*
 * Gates: what never runs alone, and what an approval of it is worth.
 *
 * The key of an approval is the first 128 bits of the SHA-256 of the id and
 * the proposed action, so that whoever carries the action out can tell that
 * he has done so already, and that it is what was approved.  The action
 * counts as what it means (record/json_meaning.h).
 */

#include "base/hash.h"
#include "record/json_meaning.h"
#include "route/routing.h"

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
		buf_json_meaning(&text, action, r->scratch);
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
