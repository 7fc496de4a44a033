/* The task of what a person is to look at, as routing has found it. */
#include "policy/task_object.h"
#include "route/routing.h"

int
tasks_use(struct router *t, struct err *e)
{
	struct policy *p = t->policy;

	task_object_use(p);
	if (expr_set_want(p->exprs, ".review", EXPR_VALUE, &t->review, e) ==
		-1 ||
	    expr_set_want(
		p->exprs, ".route", EXPR_VALUE, &t->earlier_route, e) == -1)
		return -1;
	t->tasks = true;
	return 0;
}

static const char *
kind(const struct routing *d)
{
	if (d->gate != NULL)
		return "approval";
	return d->action >= ACTION_QUEUE ? "escalation" : "audit";
}

/* "word", or null. */
static struct str
quoted(const struct routing *d, const char *word)
{
	return word == NULL
		   ? STR("null")
		   : str_of(arena_printf(d->record->scratch, "\"%s\"", word));
}

static struct str
reasons(const struct routing *d)
{
	struct buf list = { 0 };
	struct str text;

	buf_str(&list, buf_view(&d->router->reasons));
	if (list.n == 0)
		buf_char(&list, '[');
	if (d->audit.selected)
		buf_cstr(&list,
		    list.n == 1 ? "\"audit:selected\"" : ",\"audit:selected\"");
	buf_char(&list, ']');
	text = arena_str(d->record->scratch, buf_view(&list));
	buf_release(&list);
	return text;
}

static struct str
gate(const struct routing *d)
{
	struct buf object = { 0 };
	struct str text = STR("null");

	if (d->gate != NULL) {
		member_gate(d, &object);
		text = arena_str(d->record->scratch, buf_view(&object));
		buf_release(&object);
	}
	return text;
}

/* Without its ,"cascade":, which it has for the member route. */
static struct str
cascade(const struct routing *d)
{
	struct str text = STR("null");

	if (d->checked) {
		text = d->router->part.cascade[d->layer];
		text.s += sizeof(",\"cascade\":") - 1;
		text.n -= sizeof(",\"cascade\":") - 1;
	}
	return text;
}

static void
find_previous(const struct routing *d, struct task_object *o)
{
	struct router *t = d->router;
	struct value review = expr_look(t->ev, d->record, t->review);
	struct value route = expr_look(t->ev, d->record, t->earlier_route);

	if (value_is_null(&review))
		return;
	o->review = review.text;
	if (!value_is_null(&route))
		o->route = route.text;
}

void
task_write(struct routing *d, struct buf *out)
{
	const struct policy *p = d->router->policy;
	const struct policy_queue *q = d->queue;
	const int next = d->has_tier ? (int)d->tier + 1 : TIERS;
	struct task_object o = { .kind = kind(d),
		.risk_level = quoted(d, risk_words[d->risk]),
		.reasons = reasons(d),
		.confidence = member_confidence(d),
		.threshold = d->threshold->json,
		.respond = quoted(d, responder_words[d->respond]),
		.gate = gate(d),
		.cascade = cascade(d),
		.queue = q == NULL ? STR("null") : q->name_json,
		.skills = q == NULL ? STR("[]") : q->skills_json,
		.authority = q == NULL ? STR("null") : q->authority_json,
		.reviews_required = routing_reviews(d),
		.tier = quoted(d, d->has_tier ? tier_words[d->tier] : NULL),
		.next_tier = quoted(d, next < TIERS ? tier_words[next] : NULL),
		.priority = quoted(d, priority_words[d->priority]),
		.created_at = routing_time(d),
		.sla_deadline = d->deadline,
		.policy = quoted(d, p->file == NULL ? NULL : p->fingerprint) };

	d->router->tasks_without_id +=
	    !task_object_has_id(p, d->router->ev, d->record);
	find_previous(d, &o);
	task_object_write(&o, p, d->router->ev, d->record, out);
	buf_char(out, '\n');
}
