/* Tasks that have waited too long (overdue.h). */
#include <stdlib.h>

#include "policy/fieldvalue.h"
#include "route/overdue.h"

int
overdue_init(struct overdue *o, struct policy *p, int64_t now, struct err *e)
{
	*o = (struct overdue){ .policy = p, .now = now };
	if (expr_set_want(
		p->exprs, ".sla_deadline", EXPR_VALUE, &o->deadline, e) == -1 ||
	    expr_set_want(p->exprs, ".risk_level", EXPR_VALUE, &o->risk, e) ==
		-1 ||
	    expr_set_want(p->exprs, ".reason_for_escalation", EXPR_VALUE,
		&o->reasons, e) == -1 ||
	    expr_set_want(p->exprs, ".kind", EXPR_VALUE, &o->kind, e) == -1 ||
	    expr_set_want(p->exprs, ".respond", EXPR_VALUE, &o->respond, e) ==
		-1)
		return -1;
	return expr_set_want(
	    p->exprs, ".model_draft", EXPR_VALUE, &o->draft, e);
}

static bool
is_text(struct overdue *o, const struct record *r, uint32_t id, struct str text)
{
	struct value v;

	return expr_value(o->ev, r, id, &v) == EXPR_OK &&
	       v.type == JSON_STRING &&
	       str_eq(value_string(&v, r->scratch), text);
}

static bool
has_relief(struct overdue *o, const struct record *r)
{
	const struct policy_relief *relief = &o->policy->route.relief;

	for (int i = RISK_LOW; i <= RISK_MEDIUM; i++)
		if (is_text(o, r, o->risk, str_of(risk_words[i])))
			return relief->given ? relief->risk[i] : i == RISK_LOW;
	return false;
}

/* Why its answer is not to be sent; NULL: it is. */
static const char *
objection(struct overdue *o, const struct record *r)
{
	struct value v;

	if (!is_text(o, r, o->kind, STR("escalation")))
		return "it is no escalation";
	if (!is_text(o, r, o->respond, STR("human")))
		return "it is answered";
	if (!has_relief(o, r))
		return "risk";
	if (expr_value(o->ev, r, o->reasons, &v) != EXPR_OK ||
	    !str_eq(v.text, STR("[\"confidence:below_threshold\"]")))
		return "reason";
	if (expr_value(o->ev, r, o->draft, &v) != EXPR_OK || value_is_null(&v))
		return "there is no draft";
	return NULL;
}

bool
overdue_judge(struct record *r, struct overdue *o, struct buf *value)
{
	int64_t deadline = TIMESTAMP_NONE;
	const char *why;
	struct value v;

	if (expr_value(o->ev, r, o->deadline, &v) == EXPR_OK)
		deadline = time_value(&v, r->scratch);
	if (deadline == TIMESTAMP_NONE || deadline > o->now) {
		buf_cstr(value, "{\"overdue\":false,\"send\":false}");
		return false;
	}
	why = objection(o, r);
	buf_cstr(value, "{\"overdue\":true");
	buf_json_member(value, "overdue_seconds",
	    (double)(o->now - deadline) / (double)USEC_PER_SECOND);
	if (why == NULL)
		buf_cstr(value, ",\"send\":true,\"respond\":\"model_flagged\","
				"\"label\":\"may be revised\"}");
	else
		buf_printf(value, ",\"send\":false,\"why\":\"%s\"}", why);
	return why == NULL;
}

int
overdue_member(
    struct record *r, void *overdue, struct buf *value, struct err *e)
{
	(void)e;
	(void)overdue_judge(r, overdue, value);
	return 0;
}

void *
overdue_fork(void *overdue)
{
	const struct overdue *o = overdue;
	struct overdue *f = malloc(sizeof(*f));

	if (f == NULL)
		memory_exhausted();
	*f = *o;
	f->ev = evaluator_new(o->policy->exprs);
	return f;
}

void
overdue_join(void *overdue, void *forked)
{
	struct overdue *f = forked;

	(void)overdue; /* nothing is counted */
	evaluator_free(f->ev);
	free(f);
}
