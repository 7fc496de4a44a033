/*
 * The task: all that the person who looks at a decision has to know, so that
 * nobody needs to reconstruct a trace (hitl-route(1), TASKS).
 */
#include "route/routing.h"

int
tasks_use(struct router *t, struct err *e)
{
	struct policy *p = t->policy;

	for (size_t i = 0; i < p->ntask_member; i++)
		expr_set_use(p->exprs, (uint32_t)p->task_member[i].value);
	if (expr_set_want(p->exprs, ".review", EXPR_VALUE, &t->review, e) ==
		-1 ||
	    expr_set_want(
		p->exprs, ".route", EXPR_VALUE, &t->earlier_route, e) == -1)
		return -1;
	t->tasks = true;
	return 0;
}

/* What an expression says of the record, or null. */
static void
write_value(struct routing *d, uint32_t id, struct buf *out)
{
	struct value v;

	if (expr_value(d->router->ev, d->record, id, &v) == EXPR_OK &&
	    !value_is_null(&v))
		buf_str(out, v.text);
	else
		buf_cstr(out, "null");
}

static void
write_member(
    struct routing *d, const struct policy_task_member *m, struct buf *out)
{
	buf_str(out, m->name_json);
	buf_char(out, ':');
	write_value(d, (uint32_t)m->value, out);
}

/* ,"key":"word", or null. */
static void
write_word(struct buf *out, const char *key, const char *word)
{
	if (word == NULL)
		buf_printf(out, ",\"%s\":null", key);
	else
		buf_printf(out, ",\"%s\":\"%s\"", key, word);
}

static void
write_json(struct buf *out, const char *key, struct str json)
{
	buf_printf(out, ",\"%s\":", key);
	buf_str(out, json);
}

static const char *
kind(const struct routing *d)
{
	if (d->gate != NULL)
		return "approval";
	return d->action >= ACTION_QUEUE ? "escalation" : "audit";
}

static void
write_reasons(const struct routing *d, struct buf *out)
{
	const struct buf *reasons = &d->router->reasons;

	buf_cstr(out, ",\"reason_for_escalation\":");
	buf_str(out, reasons->n == 0 ? STR("[") : buf_view(reasons));
	if (d->audit.selected)
		buf_cstr(out, reasons->n == 0 ? "\"audit:selected\""
					      : ",\"audit:selected\"");
	buf_char(out, ']');
}

static void
write_where(const struct routing *d, struct buf *out)
{
	const struct policy_queue *q = d->queue;
	int next = d->has_tier ? (int)d->tier + 1 : TIERS;

	write_json(out, "queue", q == NULL ? STR("null") : q->name_json);
	write_json(out, "skills", q == NULL ? STR("[]") : q->skills_json);
	write_json(
	    out, "authority", q == NULL ? STR("null") : q->authority_json);
	write_word(out, "tier", d->has_tier ? tier_words[d->tier] : NULL);
	write_word(out, "next_tier", next < TIERS ? tier_words[next] : NULL);
}

/* What a gate and the cascade have said. */
static void
write_findings(const struct routing *d, struct buf *out)
{
	const struct router *t = d->router;

	buf_cstr(out, ",\"gate\":");
	if (d->gate == NULL)
		buf_cstr(out, "null");
	else
		member_gate(d, out);
	if (d->checked)
		buf_str(out, t->part.cascade[d->layer]);
	else
		write_word(out, "cascade", NULL);
}

/*
 * What came of it when it was looked at before: a case that comes again keeps
 * its past.
 */
static void
write_previous(struct routing *d, struct buf *out)
{
	struct router *t = d->router;
	struct value v;

	if (expr_value(t->ev, d->record, t->review, &v) != EXPR_OK ||
	    value_is_null(&v)) {
		write_word(out, "previous", NULL);
		return;
	}
	buf_cstr(out, ",\"previous\":{\"review\":");
	buf_str(out, v.text);
	buf_cstr(out, ",\"route\":");
	write_value(d, t->earlier_route, out);
	buf_char(out, '}');
}

void
task_write(struct routing *d, struct buf *out)
{
	const struct policy *p = d->router->policy;
	size_t i = 0;

	for (; i < POLICY_TASK_FIRST; i++) {
		buf_char(out, i == 0 ? '{' : ',');
		write_member(d, &p->task_member[i], out);
	}
	write_word(out, "kind", kind(d));
	write_word(out, "risk_level", risk_words[d->risk]);
	write_reasons(d, out);
	write_json(out, "confidence", member_confidence(d));
	write_json(out, "threshold", d->threshold->json);
	write_word(out, "respond", responder_words[d->respond]);
	write_findings(d, out);
	write_where(d, out);
	write_word(out, "priority", priority_words[d->priority]);
	timestamp_member(out, "created_at", routing_time(d));
	timestamp_member(out, "sla_deadline", d->deadline);
	for (; i < p->ntask_member; i++) {
		buf_char(out, ',');
		write_member(d, &p->task_member[i], out);
	}
	write_previous(d, out);
	write_word(out, "policy", p->file == NULL ? NULL : p->fingerprint);
	buf_cstr(out, "}\n");
}
