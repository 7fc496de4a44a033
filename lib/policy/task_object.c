/* The task of a decision (task_object.h). */
#include <string.h>

#include "policy/task_object.h"

void
task_object_use(struct policy *p)
{
	for (size_t i = 0; i < p->ntask_member; i++)
		expr_set_use(p->exprs, (uint32_t)p->task_member[i].value);
}

bool
task_object_has_id(
    const struct policy *p, struct evaluator *ev, const struct record *r)
{
	/* the usual members come first, and case_id is the first of them */
	struct value v = expr_look(ev, r, (uint32_t)p->task_member[0].value);

	return v.type == JSON_NUMBER ||
	       (v.type == JSON_STRING && v.text.n > strlen("\"\""));
}

static void
write_member(const struct policy_task_member *m, struct evaluator *ev,
    const struct record *r, struct buf *out)
{
	struct value v = expr_look(ev, r, (uint32_t)m->value);

	buf_str(out, m->name_json);
	buf_char(out, ':');
	buf_value(out, &v);
}

static void
write_json(struct buf *out, const char *key, struct str json)
{
	buf_printf(out, ",\"%s\":", key);
	buf_str(out, json.n == 0 ? STR("null") : json);
}

static void
write_findings(const struct task_object *t, struct buf *out)
{
	buf_printf(out, ",\"kind\":\"%s\"", t->kind);
	write_json(out, "risk_level", t->risk_level);
	write_json(out, "reason_for_escalation", t->reasons);
	write_json(out, "confidence", t->confidence);
	write_json(out, "threshold", t->threshold);
	write_json(out, "respond", t->respond);
	write_json(out, "gate", t->gate);
	write_json(out, "cascade", t->cascade);
	write_json(out, "queue", t->queue);
	write_json(out, "skills", t->skills);
	write_json(out, "authority", t->authority);
	buf_json_count(out, "reviews_required", t->reviews_required);
	write_json(out, "tier", t->tier);
	write_json(out, "next_tier", t->next_tier);
	write_json(out, "priority", t->priority);
	timestamp_member(out, "created_at", t->created_at);
	timestamp_member(out, "sla_deadline", t->sla_deadline);
}

/* A case that comes again keeps its past. */
static void
write_previous(const struct task_object *t, struct buf *out)
{
	if (t->review.n == 0) {
		write_json(out, "previous", t->review);
		return;
	}
	buf_cstr(out, ",\"previous\":{\"review\":");
	buf_str(out, t->review);
	write_json(out, "route", t->route);
	buf_char(out, '}');
}

void
task_object_write(const struct task_object *t, const struct policy *p,
    struct evaluator *ev, const struct record *r, struct buf *out)
{
	size_t i = 0;

	for (; i < POLICY_TASK_FIRST; i++) {
		buf_char(out, i == 0 ? '{' : ',');
		write_member(&p->task_member[i], ev, r, out);
	}
	write_findings(t, out);
	for (; i < p->ntask_member; i++) {
		buf_char(out, ',');
		write_member(&p->task_member[i], ev, r, out);
	}
	write_previous(t, out);
	write_json(out, "policy", t->policy);
	buf_char(out, '}');
}
