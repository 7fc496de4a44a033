/* Where a decision goes (route.h). */
#include <stdlib.h>
#include <string.h>

#include "policy/cascade.h"
#include "route/routing.h"

static void
use(struct policy *p, int64_t expr)
{
	if (expr != POLICY_NONE)
		expr_set_use(p->exprs, (uint32_t)expr);
}

static struct risk_cache *
new_cache(void)
{
	struct risk_cache *c = calloc(1, sizeof(*c));

	if (c == NULL)
		memory_exhausted();
	return c;
}

int
router_init(struct router *t, struct policy *p, const struct thresholds *file,
    struct arena *a, struct err *e)
{
	*t = (struct router){ .policy = p,
		.thresholds = file,
		.now = TIMESTAMP_NONE,
		.risks = new_cache() };
	t->judge = judges_new(p);
	member_prepare(t, a);
	for (enum field f = FIELD_ID; f <= FIELD_CONFIDENCE; f++)
		policy_use_field(p, f);
	risk_use(p);
	cascade_use(p);
	for (size_t i = 0; i < p->route.ngate; i++)
		use(p, p->route.gate[i].when);
	if (p->route.ngate > 0)
		policy_use_field(p, FIELD_ACTION);
	for (size_t i = 0; i < p->route.ntrigger; i++)
		use(p, p->route.trigger[i].when);
	for (size_t i = 0; i < p->route.nqueue; i++)
		use(p, p->route.queue[i].when);
	for (size_t i = 0; i < p->route.nmove; i++)
		use(p, p->route.move[i].when);
	use(p, p->route.audit.by);
	if (file != NULL)
		use(p, file->by);
	t->risk_node =
	    fields_add_key(expr_set_fields(p->exprs), 0, STR("risk"));
	if (expr_set_want(
		p->exprs, ".risk.level?", EXPR_VALUE, &t->risk_level, e) == -1)
		return -1;
	return expr_set_want(
	    p->exprs, ".risk.rules?", EXPR_VALUE, &t->risk_rules, e);
}

void
router_release(struct router *t)
{
	buf_release(&t->reasons);
	judges_end(t->judge, t->policy);
	risk_cache_release(t->risks);
	free(t->risks);
}

void *
router_fork(void *arg)
{
	const struct router *t = arg;
	struct router *f = malloc(sizeof(*f));

	if (f == NULL)
		memory_exhausted();
	*f = *t;
	f->reasons = (struct buf){ 0 };
	if (t->backlog != NULL) {
		f->backlog = malloc(sizeof(*f->backlog));
		if (f->backlog == NULL)
			memory_exhausted();
		*f->backlog = *t->backlog;
	}
	f->judge = judges_new(t->policy);
	f->judging.failed = 0;
	f->tasks_without_id = 0;
	f->risks = new_cache();
	f->ev = evaluator_new(t->policy->exprs);
	return f;
}

void
router_join(void *router, void *forked)
{
	struct router *t = router, *f = forked;

	t->judging.failed += f->judging.failed;
	t->tasks_without_id += f->tasks_without_id;
	evaluator_free(f->ev);
	router_release(f);
	free(f->backlog);
	free(f);
}

void
routing_reason(struct routing *d, struct str json, bool erring)
{
	struct buf *r = &d->router->reasons;

	buf_char(r, r->n == 0 ? '[' : ',');
	buf_str(r, json);
	if (erring) {
		r->n--; /* inside the closing quote */
		buf_cstr(r, "(error)\"");
	}
}

static void
act_at_least(struct routing *d, enum action action)
{
	if (action > d->action)
		d->action = action;
}

/* The action for a record that needs a person, by what is at stake. */
static enum action
person(const struct routing *d)
{
	return d->risk <= RISK_MEDIUM ? ACTION_QUEUE : ACTION_ESCALATE;
}

void
routing_needs_person(struct routing *d)
{
	act_at_least(d, person(d));
	d->respond = RESPOND_HUMAN;
}

int64_t
routing_time(struct routing *d)
{
	const struct router *t = d->router;

	if (d->time != TIMESTAMP_NONE)
		return d->time;
	d->time = field_time(t->ev, t->policy, d->record);
	if (d->time == TIMESTAMP_NONE)
		d->time = t->now != TIMESTAMP_NONE ? t->now : timestamp_now();
	return d->time;
}

/*
 * The level the record brings, or the policy's rating of it, which later
 * expressions then see as .risk.
 */
static void
find_risk(struct routing *d)
{
	struct router *t = d->router;
	struct record *r = d->record;
	struct value level, rules;
	struct risk risk;
	bool own = r->slot[t->risk_node].type != JSON_ABSENT;
	int i = -1;

	if (own && expr_value(t->ev, r, t->risk_level, &level) == EXPR_OK &&
	    level.type == JSON_STRING)
		i = word_index(risk_words, value_string(&level, r->scratch));
	if (i != -1) {
		d->risk = (enum risk_level)i;
		if (expr_value(t->ev, r, t->risk_rules, &rules) == EXPR_OK &&
		    memmem(rules.text.s, rules.text.n, "(error)\"", 8) !=
			NULL) {
			routing_needs_person(d);
			routing_reason(d, STR("\"risk:rule\""), true);
		}
		return;
	}
	if (!own && t->policy->risk.given) {
		risk_rate(t->ev, t->policy, r, d->task, &risk);
		record_overlay(r, risk_overlay(t->risks,
				      risk_text(t->risks, t->policy, &risk),
				      r->fields, t->risk_node));
		d->risk = risk.level;
		if (risk.erring) {
			routing_needs_person(d);
			routing_reason(d, STR("\"risk:rule\""), true);
		}
		return;
	}
	d->risk = RISK_UNKNOWN; /* there, but not a level we know */
}

static void
apply_triggers(struct routing *d)
{
	struct router *t = d->router;
	const struct policy_route *route = &t->policy->route;
	int match;

	for (size_t i = 0; i < route->ntrigger; i++) {
		const struct policy_trigger *trigger = &route->trigger[i];
		match =
		    expr_condition(t->ev, d->record, (uint32_t)trigger->when);
		if (match == 0)
			continue;
		if (match == -1)
			routing_needs_person(d); /* on doubt */
		act_at_least(d, trigger->action);
		if (trigger->action >= ACTION_QUEUE)
			d->respond = RESPOND_HUMAN;
		routing_reason(d, trigger->reason_json, match == -1);
	}
}

static struct str
unusable(enum confidence_state state)
{
	static const struct str reason[] = {
		[CONFIDENCE_ABSENT] = STR("\"confidence:absent\""),
		[CONFIDENCE_NULL] = STR("\"confidence:null\""),
		[CONFIDENCE_NOT_A_NUMBER] = STR("\"confidence:not_a_number\""),
		[CONFIDENCE_OUT_OF_RANGE] = STR("\"confidence:out_of_range\""),
		[CONFIDENCE_ERROR] = STR("\"confidence:error\""),
	};

	return reason[state];
}

/* Confidence against threshold, at a risk that lets the model act at all. */
static void
apply_zone(struct routing *d)
{
	struct router *t = d->router;
	const struct policy_route *route = &t->policy->route;

	if (d->state != CONFIDENCE_OK) {
		routing_needs_person(d);
		routing_reason(d, unusable(d->state), false);
	} else if (d->threshold->never) {
		routing_needs_person(d);
		routing_reason(d, STR("\"threshold:none\""), false);
	} else if (d->confidence < d->threshold->value) {
		act_at_least(d, person(d));
		if (d->risk > RISK_MEDIUM || !route->has_review_band ||
		    d->confidence < route->review_band)
			d->respond = RESPOND_HUMAN;
		else if (d->respond == RESPOND_MODEL)
			d->respond = RESPOND_MODEL_FLAGGED;
		routing_reason(d, STR("\"confidence:below_threshold\""), false);
	} else if (d->risk == RISK_HIGH) {
		act_at_least(d, ACTION_AUTO_AUDIT);
		routing_reason(d, STR("\"risk:high\""), false);
	} else if (d->confidence < d->relieved) {
		routing_reason(d, STR("\"relief:backlog\""), false);
	}
}

static void
apply_risk(struct routing *d)
{
	if (d->risk == RISK_CRITICAL || d->risk == RISK_UNKNOWN) {
		routing_needs_person(d);
		routing_reason(d,
		    d->risk == RISK_CRITICAL ? STR("\"risk:critical\"")
					     : STR("\"risk:unknown\""),
		    false);
		d->threshold = &threshold_never;
		if (d->state == CONFIDENCE_OK)
			return;
		routing_reason(d, unusable(d->state), false);
	} else {
		apply_zone(d);
	}
}

/* How well its kind is known; NULL: there are no metrics. */
static const struct maturity_group *
find_maturity(struct routing *d)
{
	struct router *t = d->router;
	int64_t by = t->policy->route.audit.by;
	const struct maturity_group *group;
	struct value v;

	if (t->maturities == NULL)
		return NULL;
	group = &t->maturities->rest;
	if (by != POLICY_NONE &&
	    expr_value(t->ev, d->record, (uint32_t)by, &v) == EXPR_OK)
		group = maturity_of(
		    t->maturities, value_name(&v, d->record->scratch));
	d->maturity = group->state;
	return group;
}

/* Nothing is known of it yet; what a step fills in for the next is left. */
static inline void
routing_begin(struct routing *d, struct router *t, struct record *r)
{
	d->router = t;
	d->record = r;
	d->action = ACTION_AUTO;
	d->respond = RESPOND_MODEL;
	d->gate = NULL;
	d->checked = false;
	d->queue = NULL;
	d->has_tier = false;
	d->maturity = MATURITY_INITIAL;
	d->time = d->deadline = TIMESTAMP_NONE;
}

enum action
route_record(struct router *t, struct record *r, struct buf *out)
{
	struct routing d;

	routing_begin(&d, t, r);
	buf_clear(&t->reasons);
	d.has_id = field_name(t->ev, t->policy, r, FIELD_ID, &d.id);
	d.task = field_task(t->ev, t->policy, r);
	find_risk(&d);
	d.state =
	    field_confidence(t->ev, t->policy, r, t->percent, &d.confidence);
	d.threshold = route_threshold(t, r, d.risk, d.task);
	d.relieved = relieve(t, r, d.risk, &d.threshold);
	apply_risk(&d);
	apply_gates(&d);
	apply_triggers(&d);
	apply_cascade(&d);
	d.audit = audit_select(t->policy, d.action, d.risk,
	    d.has_id ? &d.id : NULL, d.task, find_maturity(&d));
	if (is_looked_at(&d)) {
		choose_queue(&d);
		if (t->tasks && r->side != NULL)
			task_write(&d, r->side);
	}
	member_write(&d, out);
	return d.action;
}
