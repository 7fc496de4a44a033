/* Into the queue (push.h). */
#include <stdlib.h>

#include "policy/fieldvalue.h"
#include "policy/task_object.h"
#include "queue/push.h"
#include "record/number.h"

/* What is read of a record, in .route but for the last three. */
enum place {
	PLACE_ROUTE,
	PLACE_ACTION,
	PLACE_SELECTED,
	PLACE_RISK,
	PLACE_REASONS,
	PLACE_CONFIDENCE,
	PLACE_THRESHOLD,
	PLACE_RESPOND,
	PLACE_GATE,
	PLACE_GATE_REVIEWS,
	PLACE_CASCADE,
	PLACE_QUEUE,
	PLACE_SKILLS,
	PLACE_AUTHORITY,
	PLACE_REVIEWS,
	PLACE_TIER,
	PLACE_NEXT_TIER,
	PLACE_PRIORITY,
	PLACE_DEADLINE,
	PLACE_POLICY,
	PLACE_REVIEW,
	PLACE_CASE,
	PLACE_KIND,
	PLACES,
};

static const char *const paths[PLACES] = {
	[PLACE_ROUTE] = ".route",
	[PLACE_ACTION] = ".route.action",
	[PLACE_SELECTED] = ".route.audit.selected",
	[PLACE_RISK] = ".route.risk",
	[PLACE_REASONS] = ".route.reasons",
	[PLACE_CONFIDENCE] = ".route.confidence",
	[PLACE_THRESHOLD] = ".route.threshold",
	[PLACE_RESPOND] = ".route.respond",
	[PLACE_GATE] = ".route.gate",
	[PLACE_GATE_REVIEWS] = ".route.gate.reviews_required",
	[PLACE_CASCADE] = ".route.cascade",
	[PLACE_QUEUE] = ".route.queue",
	[PLACE_SKILLS] = ".route.skills",
	[PLACE_AUTHORITY] = ".route.authority",
	[PLACE_REVIEWS] = ".route.reviews_required",
	[PLACE_TIER] = ".route.tier",
	[PLACE_NEXT_TIER] = ".route.next_tier",
	[PLACE_PRIORITY] = ".route.priority",
	[PLACE_DEADLINE] = ".route.sla_deadline",
	[PLACE_POLICY] = ".route.policy",
	[PLACE_REVIEW] = ".review",
	[PLACE_CASE] = ".case_id",
	[PLACE_KIND] = ".kind",
};

struct pusher {
	struct queue *queue;
	const struct policy *policy;
	struct evaluator *ev;
	bool again;
	uint32_t expr[PLACES];
	/* of the piece in hand */
	struct task *task; /* [n] */
	size_t n, cap;
	struct arena arena; /* what they are made of */
	struct buf text, line;
	struct push_totals totals; /* kept */
	struct push_totals more, attempt; /* with what was read; and pushed */
	bool failed, told;
	struct err e; /* then why */
};

struct pusher *
pusher_new(struct policy *policy, bool again, struct err *e)
{
	struct pusher *p = alloc_zeros(1, sizeof(*p));

	p->policy = policy;
	p->again = again;
	task_object_use(policy);
	policy_use_field(policy, FIELD_TIME);
	if (expr_set_want_all(policy->exprs, paths, PLACES, p->expr, e) == 0)
		return p;
	pusher_free(p);
	return NULL;
}

void
pusher_free(struct pusher *p)
{
	if (p == NULL)
		return;
	free(p->task);
	arena_release(&p->arena);
	buf_release(&p->text);
	buf_release(&p->line);
	free(p);
}

void
pusher_start(struct pusher *p, struct queue *q, struct evaluator *ev)
{
	p->queue = q;
	p->ev = ev;
}

static struct value
look(const struct pusher *p, const struct record *r, enum place i)
{
	return expr_look(p->ev, r, p->expr[i]);
}

static struct str
look_json(const struct pusher *p, const struct record *r, enum place i)
{
	struct value v = look(p, r, i);

	return value_is_null(&v) ? STR("null") : v.text;
}

/* What is behind a gate is no work like any other; false with *e. */
static bool
has_sound_gate(const struct pusher *p, const struct record *r, struct err *e)
{
	struct value gate = look(p, r, PLACE_GATE);

	if (value_is_null(&gate) || gate.type == JSON_OBJECT)
		return true;
	err_set(
	    e, STATUS_REJECTED, "route.gate: is neither an object nor null");
	return false;
}

/* As many reviews as either asks for; -1 with *e: it cannot be known. */
static int
reviews_wanted(const struct pusher *p, const struct record *r, uint64_t *most,
    struct err *e)
{
	static const enum place places[] = { PLACE_REVIEWS,
		PLACE_GATE_REVIEWS };

	*most = 1;
	for (size_t i = 0; i < LENGTH(places); i++) {
		struct value v = look(p, r, places[i]);
		double n = value_is_null(&v) ? 1 : value_number(&v);
		const char *wrong = reviews_fault(n);
		if (wrong != NULL)
			return err_set(e, STATUS_REJECTED, "%s: %s",
			    paths[places[i]] + 1, wrong);
		if ((uint64_t)n > *most)
			*most = (uint64_t)n;
	}
	return 0;
}

static int64_t
created(const struct pusher *p, const struct record *r)
{
	int64_t t = field_time(p->ev, p->policy, r);

	if (t != TIMESTAMP_NONE)
		return t;
	return p->queue->fixed_now != TIMESTAMP_NONE ? p->queue->fixed_now
						     : timestamp_now();
}

static struct str
reasons(struct pusher *p, const struct record *r, bool selected)
{
	struct value v = look(p, r, PLACE_REASONS);
	struct str list = v.type == JSON_ARRAY ? v.text : STR("[]");

	if (!selected)
		return list;
	list = str_trim((struct str){ list.s + 1, list.n - 2 });
	return str_of(arena_printf(r->scratch, "[%.*s%s\"audit:selected\"]",
	    (int)list.n, list.s, list.n == 0 ? "" : ","));
}

/* The task of a routed record, which a person is to look at. */
static struct str
make_task(struct pusher *p, const struct record *r, int action, bool selected,
    uint64_t reviews)
{
	struct value gate = look(p, r, PLACE_GATE);
	struct value deadline = look(p, r, PLACE_DEADLINE);
	struct value review = look(p, r, PLACE_REVIEW);
	struct task_object o = { .kind = "audit",
		.risk_level = look_json(p, r, PLACE_RISK),
		.reasons = reasons(p, r, selected),
		.confidence = look_json(p, r, PLACE_CONFIDENCE),
		.threshold = look_json(p, r, PLACE_THRESHOLD),
		.respond = look_json(p, r, PLACE_RESPOND),
		.gate = look_json(p, r, PLACE_GATE),
		.cascade = look_json(p, r, PLACE_CASCADE),
		.queue = look_json(p, r, PLACE_QUEUE),
		.skills = look_json(p, r, PLACE_SKILLS),
		.authority = look_json(p, r, PLACE_AUTHORITY),
		.reviews_required = reviews,
		.tier = look_json(p, r, PLACE_TIER),
		.next_tier = look_json(p, r, PLACE_NEXT_TIER),
		.priority = look_json(p, r, PLACE_PRIORITY),
		.created_at = created(p, r),
		.sla_deadline = time_value(&deadline, r->scratch),
		.policy = look_json(p, r, PLACE_POLICY) };

	if (gate.type == JSON_OBJECT)
		o.kind = "approval";
	else if (action >= ACTION_QUEUE)
		o.kind = "escalation";
	if (!value_is_null(&review)) {
		o.review = review.text;
		o.route = look_json(p, r, PLACE_ROUTE);
	}
	buf_clear(&p->text);
	task_object_write(&o, p->policy, p->ev, r, &p->text);
	return buf_view(&p->text);
}

/* The text of its task; 0 if it has none, -1 with *e. */
static int
find_task(
    struct pusher *p, const struct record *r, struct str *text, struct err *e)
{
	struct value route = look(p, r, PLACE_ROUTE);
	struct value v = look(p, r, PLACE_ACTION);
	struct value kind = look(p, r, PLACE_KIND);
	int action = -1;
	uint64_t reviews;
	bool selected;

	if (value_is_null(&route) && kind.type == JSON_STRING) {
		*text = r->line;
		return 1;
	}
	if (value_is_null(&route))
		return err_set(e, STATUS_REJECTED,
		    "route: is not there, and this is no task; see hitl-route");
	if (v.type == JSON_STRING)
		action = word_index(action_words, value_string(&v, r->scratch));
	if (action == -1)
		return err_set(e, STATUS_REJECTED,
		    "route.action: is no action; see hitl-route");
	v = look(p, r, PLACE_SELECTED);
	selected = v.type == JSON_TRUE;
	if (action < ACTION_QUEUE && !selected)
		return 0;
	if (!has_sound_gate(p, r, e) || reviews_wanted(p, r, &reviews, e) == -1)
		return -1;
	*text = make_task(p, r, action, selected, reviews);
	return 1;
}

int
push_record(struct record *r, void *pusher, struct err *e)
{
	struct pusher *p = pusher;
	struct str text = { 0 };
	struct task t;
	int found;

	if (p->failed) {
		*e = p->e;
		p->told = true;
		return -1;
	}
	if ((found = find_task(p, r, &text, e)) == -1)
		return -1;
	p->more.read++;
	if (found == 0) {
		p->more.alone++;
		return 0;
	}
	buf_clear(&p->line);
	buf_json_line(&p->line, text);
	text = arena_str(&p->arena, buf_view(&p->line));
	if (task_read(&t, text, TIMESTAMP_NONE, &p->arena, e) == -1) {
		p->more.read--;
		return -1;
	}
	VEC_ROOM(p->task, p->n, p->cap);
	t.order = p->n;
	p->task[p->n++] = t;
	return 0;
}

enum { APPROVAL_HOURS = 24 }; /* unless the gate says otherwise */

static int
push_event(struct queue *q, const struct task *t, int64_t round, struct err *e)
{
	struct event v = event_of(EVENT_PUSH, t->id, q->now);
	uint64_t by_rules = access_required(q->access, &t->need);

	v.round = round;
	v.has_need = true;
	v.need = t->need;
	v.priority = (int)t->priority;
	v.created = t->created == TIMESTAMP_NONE ? q->now : t->created;
	v.deadline = t->deadline;
	v.required = (int64_t)(t->required > by_rules ? t->required : by_rules);
	v.proposer = t->proposer;
	v.nproposer = t->nproposer;
	if (t->need.kind == TASK_APPROVAL) {
		v.key = t->key;
		v.expires = t->expires != TIMESTAMP_NONE
				? t->expires
				: queue_latest(q) +
				      APPROVAL_HOURS * 3600 * USEC_PER_SECOND;
	}
	event_body(&v, t->text);
	return queue_happens(q, &v, e);
}

/* Whether something else is proposed than when it came last. */
static bool
is_other(const struct task *t, struct str key)
{
	return t->need.kind == TASK_APPROVAL && !str_eq(t->key, key);
}

static int
push_task(struct queue *q, struct pusher *p, const struct task *t,
    struct push_totals *totals, struct err *e)
{
	struct query *there = store_ask(q->store, e,
	    "SELECT round, state, approval FROM tasks WHERE id = $1" LOCK, "t",
	    t->id);
	int64_t round = 0;
	bool begin = true;
	int r;

	if (there == NULL || (r = query_next(there, e)) == -1)
		return -1;
	if (r == 1) {
		round = query_int(there, 0);
		begin = is_other(t, query_text(there, 2)) ||
			(p->again && query_int(there, 1) != TASK_PENDING);
		query_done(there);
	}
	if (!begin) {
		totals->known++;
		return 0;
	}
	if (round == 0)
		totals->pushed++;
	else
		totals->again++;
	return push_event(q, t, round + 1, e);
}

static int
by_id(const void *pa, const void *pb)
{
	const struct task *a = pa, *b = pb;
	int order = str_cmp(a->id, b->id);

	/* of the same one in the order they came */
	return order != 0 ? order
			  : (a->order > b->order) - (a->order < b->order);
}

static int
push_all(struct queue *q, void *pusher, struct err *e)
{
	struct pusher *p = pusher;
	struct push_totals totals = p->more;

	/* in an order that is the same for all who push (queue_lock()) */
	if (store_has_many_writers(q->store))
		qsort(p->task, p->n, sizeof(*p->task), by_id);
	for (size_t i = 0; i < p->n; i++)
		if (push_task(q, p, &p->task[i], &totals, e) == -1)
			return -1;
	p->attempt = totals;
	return 0;
}

void
push_piece(void *pusher)
{
	struct pusher *p = pusher;

	if (p->failed)
		return;
	p->attempt = p->more; /* where nothing is to be pushed */
	p->failed =
	    p->n > 0 && queue_change(p->queue, push_all, p, &p->e) == -1;
	/* what was undone is not counted */
	if (!p->failed)
		p->totals = p->attempt;
	p->more = p->totals;
	p->n = 0;
	arena_reset(&p->arena);
}

int
pusher_end(struct pusher *p, struct err *e)
{
	push_piece(p);
	if (!p->failed || p->told)
		return 0;
	*e = p->e;
	return -1;
}

struct push_totals
pusher_totals(const struct pusher *p)
{
	return p->totals;
}
