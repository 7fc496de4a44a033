/* Where a decision goes (route.h). */
#include <stdlib.h>
#include <string.h>

#include "policy/fieldvalue.h"
#include "route/audit.h"
#include "route/route.h"

/* One record on its way. */
struct decision {
	struct router *router;
	struct record *record;
	const struct policy_task *task; /* what it says of it; or NULL */
	enum risk_level risk;
	enum confidence_state state;
	double confidence;
	const struct policy_threshold *threshold;
	double relieved; /* what it was before relief; NAN: there was none */
	enum action action;
	enum responder respond;
	const struct policy_queue *queue;
};

static int
add_path(struct policy *p, const char *path, uint32_t *id, struct err *e)
{
	if (expr_set_add(p->exprs, path, str_of(path), EXPR_VALUE, id, e) == -1)
		return -1;
	expr_set_use(p->exprs, *id);
	return 0;
}

/*
 * Parts of up to so many bytes are copied with what stands behind them, which
 * takes no call and no branch on the length.
 */
enum { PART = 64 };

static struct str
make_part(struct arena *a, struct str text)
{
	char *copy = arena_new(a, char, text.n + PART);

	memcpy(copy, text.s, text.n);
	return (struct str){ copy, text.n };
}

/* There is room for PART bytes behind p, or for the part. */
static inline char *
put_part(char *p, struct str x)
{
	if (x.n <= PART)
		memcpy(p, x.s, PART);
	else
		memcpy(p, x.s, x.n);
	return p + x.n;
}

static inline char *
put(char *p, struct str x)
{
	memcpy(p, x.s, x.n);
	return p + x.n;
}

/* fmt has one %, for the word in quotes or null. */
static struct str
part(struct arena *a, const char *fmt, const char *word)
{
	const char *json =
	    word == NULL ? "null" : arena_printf(a, "\"%s\"", word);
	struct buf text = { 0 };
	struct str s;

	for (; *fmt != '\0'; fmt++)
		if (fmt[0] == '%')
			buf_cstr(&text, json);
		else
			buf_char(&text, *fmt);
	s = make_part(a, buf_view(&text));
	buf_release(&text);
	return s;
}

/* What stands before the priority, of a queue or of none. */
static struct str
queue_part(struct arena *a, struct str name_json, struct str tier_json)
{
	struct buf text = { 0 };
	struct str s;

	buf_cstr(&text, ",\"queue\":");
	buf_str(&text, name_json);
	buf_cstr(&text, ",\"tier\":");
	buf_str(&text, tier_json);
	buf_cstr(&text, ",\"priority\":");
	s = make_part(a, buf_view(&text));
	buf_release(&text);
	return s;
}

static void
prepare_parts(struct router *t, struct arena *a)
{
	const struct policy *p = t->policy;
	const struct policy_route *route = &p->route;

	for (int i = 0; i < ACTIONS; i++)
		for (int k = 0; k < RESPONDERS; k++)
			t->start[i][k] = make_part(
			    a, str_of(arena_printf(a,
				   "{\"action\":\"%s\",\"respond\":\"%s\","
				   "\"confidence\":",
				   action_words[i], responder_words[k])));
	for (int i = 0; i <= RISK_LEVELS; i++) {
		t->risk_part[i] =
		    part(a, ",\"risk\":%,\"reasons\":", risk_words[i]);
		t->priority_part[i] = part(a,
		    "%,\"sla_deadline\":", priority_word((enum risk_level)i));
	}
	t->priority_part[RISK_LEVELS + 1] =
	    part(a, "%,\"sla_deadline\":", NULL);
	t->queue_part = arena_new(a, struct str, route->nqueue + 1);
	for (size_t i = 0; i < route->nqueue; i++)
		t->queue_part[i] = queue_part(
		    a, route->queue[i].name_json, route->queue[i].tier_json);
	t->queue_part[route->nqueue] = queue_part(a, STR("null"), STR("null"));
	t->audit_part[0] =
	    make_part(a, STR(",\"audit\":{\"selected\":false,\"rate\":"));
	t->audit_part[1] =
	    make_part(a, STR(",\"audit\":{\"selected\":true,\"rate\":"));
	t->end =
	    part(a, "},\"policy\":%}", p->file == NULL ? NULL : p->fingerprint);
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
	prepare_parts(t, a);
	for (enum field f = FIELD_ID; f <= FIELD_CONFIDENCE; f++)
		policy_use_field(p, f);
	risk_use(p);
	for (size_t i = 0; i < p->route.ngate; i++)
		expr_set_use(p->exprs, p->route.gate[i].when);
	for (size_t i = 0; i < p->route.ntrigger; i++)
		expr_set_use(p->exprs, p->route.trigger[i].when);
	for (size_t i = 0; i < p->route.nqueue; i++)
		if (p->route.queue[i].when != POLICY_NONE)
			expr_set_use(
			    p->exprs, (uint32_t)p->route.queue[i].when);
	if (file != NULL && file->by != POLICY_NONE)
		expr_set_use(p->exprs, (uint32_t)file->by);
	t->risk_node =
	    fields_add_key(expr_set_fields(p->exprs), 0, STR("risk"));
	if (add_path(p, ".risk.level?", &t->risk_level, e) == -1)
		return -1;
	return add_path(p, ".risk.rules?", &t->risk_rules, e);
}

void
router_release(struct router *t)
{
	buf_release(&t->reasons);
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
	f->risks = new_cache();
	f->ev = evaluator_new(t->policy->exprs);
	return f;
}

void
router_join(void *router, void *forked)
{
	struct router *f = forked;

	(void)router; /* nothing is counted */
	evaluator_free(f->ev);
	router_release(f);
	free(f->backlog);
	free(f);
}

/* A reason as a JSON string; "(error)" in it when an expression failed. */
static void
give_reason(struct router *t, struct str json, bool erring)
{
	struct buf *r = &t->reasons;

	buf_char(r, r->n == 0 ? '[' : ',');
	buf_str(r, json);
	if (erring) {
		r->n--; /* inside the closing quote */
		buf_cstr(r, "(error)\"");
	}
}

static void
at_least(struct decision *d, enum action action)
{
	if (action > d->action)
		d->action = action;
}

/* The action for a record that needs a person, by what is at stake. */
static enum action
person(const struct decision *d)
{
	return d->risk <= RISK_MEDIUM ? ACTION_QUEUE : ACTION_ESCALATE;
}

static void
needs_person(struct decision *d)
{
	at_least(d, person(d));
	d->respond = RESPOND_HUMAN;
}

/*
 * The level the record brings, or the policy's rating of it, which later
 * expressions then see as .risk.
 */
static void
find_risk(struct decision *d)
{
	struct router *t = d->router;
	struct record *r = d->record;
	struct value level, rules;
	struct risk risk;
	int i = -1;

	if (expr_value(t->ev, r, t->risk_level, &level) == EXPR_OK &&
	    level.type == JSON_STRING)
		i = word_index(risk_words, value_string(&level, r->scratch));
	if (i != -1) {
		d->risk = (enum risk_level)i;
		if (expr_value(t->ev, r, t->risk_rules, &rules) == EXPR_OK &&
		    memmem(rules.text.s, rules.text.n, "(error)\"", 8) !=
			NULL) {
			needs_person(d);
			give_reason(t, STR("\"risk:rule\""), true);
		}
		return;
	}
	if (r->slot[t->risk_node].type == JSON_ABSENT &&
	    t->policy->risk.given) {
		risk_rate(t->ev, t->policy, r, d->task, &risk);
		record_overlay(
		    r, risk_overlay(risk_text(t->risks, t->policy, &risk),
			   r->fields, t->risk_node));
		d->risk = risk.level;
		if (risk.erring) {
			needs_person(d);
			give_reason(t, STR("\"risk:rule\""), true);
		}
		return;
	}
	d->risk = RISK_UNKNOWN; /* there, but not a level we know */
}

static void
apply_gates(struct decision *d)
{
	struct router *t = d->router;
	const struct policy_route *route = &t->policy->route;
	int match;

	for (size_t i = 0; i < route->ngate; i++) {
		match = expr_condition(t->ev, d->record, route->gate[i].when);
		if (match == 0)
			continue;
		needs_person(d);
		give_reason(t, route->gate[i].reason_json, match == -1);
	}
}

static void
apply_triggers(struct decision *d)
{
	struct router *t = d->router;
	const struct policy_route *route = &t->policy->route;
	int match;

	for (size_t i = 0; i < route->ntrigger; i++) {
		const struct policy_trigger *trigger = &route->trigger[i];
		match = expr_condition(t->ev, d->record, trigger->when);
		if (match == 0)
			continue;
		if (match == -1)
			needs_person(d); /* on doubt */
		at_least(d, trigger->action);
		if (trigger->action >= ACTION_QUEUE)
			d->respond = RESPOND_HUMAN;
		give_reason(t, trigger->reason_json, match == -1);
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
apply_zone(struct decision *d)
{
	struct router *t = d->router;
	const struct policy_route *route = &t->policy->route;

	if (d->state != CONFIDENCE_OK) {
		needs_person(d);
		give_reason(t, unusable(d->state), false);
	} else if (d->threshold->never) {
		needs_person(d);
		give_reason(t, STR("\"threshold:none\""), false);
	} else if (d->confidence < d->threshold->value) {
		at_least(d, person(d));
		if (d->risk > RISK_MEDIUM || !route->has_review_band ||
		    d->confidence < route->review_band)
			d->respond = RESPOND_HUMAN;
		else if (d->respond == RESPOND_MODEL)
			d->respond = RESPOND_MODEL_FLAGGED;
		give_reason(t, STR("\"confidence:below_threshold\""), false);
	} else if (d->risk == RISK_HIGH) {
		at_least(d, ACTION_AUTO_AUDIT);
		give_reason(t, STR("\"risk:high\""), false);
	} else if (d->confidence < d->relieved) {
		give_reason(t, STR("\"relief:backlog\""), false);
	}
}

static void
apply_risk(struct decision *d)
{
	struct router *t = d->router;

	if (d->risk == RISK_CRITICAL || d->risk == RISK_UNKNOWN) {
		needs_person(d);
		give_reason(t,
		    d->risk == RISK_CRITICAL ? STR("\"risk:critical\"")
					     : STR("\"risk:unknown\""),
		    false);
		d->threshold = &threshold_never;
		if (d->state == CONFIDENCE_OK)
			return;
		give_reason(t, unusable(d->state), false);
	} else {
		apply_zone(d);
	}
}

static void
choose_queue(struct decision *d)
{
	struct router *t = d->router;
	const struct policy_route *route = &t->policy->route;
	int match;

	for (size_t i = 0; i < route->nqueue && d->queue == NULL; i++) {
		const struct policy_queue *q = &route->queue[i];
		match =
		    q->when == POLICY_NONE
			? 1
			: expr_condition(t->ev, d->record, (uint32_t)q->when);
		if (match == -1)
			give_reason(t, q->reason_json, true);
		if (match != 0)
			d->queue = q;
	}
}

static void
write_deadline(const struct decision *d, struct buf *out)
{
	struct router *t = d->router;
	int64_t from = field_time(t->ev, t->policy, d->record);

	if (from == TIMESTAMP_NONE)
		from = t->now != TIMESTAMP_NONE ? t->now : timestamp_now();
	buf_char(out, '"');
	timestamp_format(out,
	    calendar_add(&t->policy->route.calendar, from, &d->queue->sla));
	buf_char(out, '"');
}

/* A plain number as the record spells it; others as they were read. */
static struct str
confidence_text(const struct decision *d)
{
	const struct router *t = d->router;
	int64_t id = t->policy->field[FIELD_CONFIDENCE];
	struct buf text = { 0 };
	struct value v;
	struct str s;

	if (d->state != CONFIDENCE_OK)
		return STR("null");
	if (!t->percent &&
	    expr_value(t->ev, d->record, (uint32_t)id, &v) == EXPR_OK &&
	    v.type == JSON_NUMBER)
		return v.text;
	buf_json_double(&text, d->confidence);
	s = arena_str(d->record->scratch, buf_view(&text));
	buf_release(&text);
	return s;
}

static void
write_route(
    const struct decision *d, const struct audit *audit, struct buf *out)
{
	const struct router *t = d->router;
	const struct policy_route *route = &t->policy->route;
	bool looked_at = d->action >= ACTION_QUEUE || audit->selected;
	struct str confidence = confidence_text(d);
	struct str queue =
	    t->queue_part[d->queue != NULL ? d->queue - route->queue
					   : (ptrdiff_t)route->nqueue];
	char *p;

	buf_reserve(out, 8 * PART + confidence.n + d->threshold->json.n +
			     t->reasons.n + queue.n + audit->rate.json.n);
	p = put_part(out->s + out->n, t->start[d->action][d->respond]);
	p = put(p, confidence);
	p = put(p, STR(",\"threshold\":"));
	p = put(p, d->threshold->json);
	p = put_part(p, t->risk_part[d->risk]);
	if (t->reasons.n == 0) {
		p = put(p, STR("[]"));
	} else {
		p = put(p, buf_view(&t->reasons));
		*p++ = ']';
	}
	p = put_part(p, queue);
	p = put_part(
	    p, t->priority_part[looked_at ? (int)d->risk : RISK_LEVELS + 1]);
	if (d->queue != NULL && d->queue->has_sla) {
		out->n = (size_t)(p - out->s);
		write_deadline(d, out);
		buf_reserve(out, 3 * PART + audit->rate.json.n);
		p = out->s + out->n;
	} else {
		p = put(p, STR("null"));
	}
	p = put_part(p, t->audit_part[audit->selected]);
	p = put(p, audit->rate.json);
	p = put_part(p, t->end);
	out->n = (size_t)(p - out->s);
}

enum action
route_record(struct router *t, struct record *r, struct buf *out)
{
	struct decision d = { .router = t,
		.record = r,
		.action = ACTION_AUTO,
		.respond = RESPOND_MODEL };
	struct str id;
	bool has_id;
	struct audit audit;

	buf_clear(&t->reasons);
	d.task = field_task(t->ev, t->policy, r);
	find_risk(&d);
	d.state =
	    field_confidence(t->ev, t->policy, r, t->percent, &d.confidence);
	d.threshold = route_threshold(t, r, d.risk, d.task);
	d.relieved = relieve(t, r, d.risk, &d.threshold);
	apply_risk(&d);
	apply_gates(&d);
	apply_triggers(&d);
	has_id = field_name(t->ev, t->policy, r, FIELD_ID, &id);
	audit = audit_select(t->policy, d.action, has_id ? &id : NULL, d.task);
	if (d.action >= ACTION_QUEUE || audit.selected)
		choose_queue(&d);
	write_route(&d, &audit, out);
	return d.action;
}
