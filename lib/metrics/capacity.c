/* Staff, waits and thresholds (capacity.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/capacity.h"
#include "policy/fieldvalue.h"
#include "record/number.h"
#include "stats/erlang.h"

enum place { PLACE_ACTION, PLACE_QUEUE, PLACE_REASONS, PLACE_SECONDS, PLACES };
static const char *const place_path[PLACES] = {
	[PLACE_ACTION] = ".route?.action?",
	[PLACE_QUEUE] = ".route?.queue?",
	[PLACE_REASONS] = ".route?.reasons?",
	[PLACE_SECONDS] = ".review?.seconds?",
};

enum {
	STEPS = 10000, /* thresholds that are told apart */
	REVIEWERS_MOST = 1000000,
};
static const double hours_a_week = 7 * 24;

/* Cases of one queue. */
struct queue {
	struct sketch handling;
	struct map hours; /* hour since 1970 -> cases[] */
	uint64_t *cases;
	size_t cases_cap;
	uint64_t n;
};

struct capacity {
	struct capacity_options options;
	const struct policy *policy;
	struct evaluator *ev;
	uint32_t place[PLACES];
	struct map names;
	struct queue *queue; /* [names.n] */
	size_t queue_cap;
	struct queue all;
	int64_t first, last; /* of all decisions; TIMESTAMP_NONE: no time */
	/* decisions that their confidence alone decides, by confidence */
	uint64_t decided[STEPS + 1];
	uint64_t bound; /* those that go to a person anyway */
	uint64_t alone, audited; /* that acted alone; and are looked at */
	struct capacity_oddities odd;
};

struct capacity *
capacity_new(struct policy *p, const struct capacity_options *o, struct err *e)
{
	struct capacity *c = calloc(1, sizeof(*c));

	if (c == NULL)
		memory_exhausted();
	c->options = *o;
	c->policy = p;
	c->first = c->last = TIMESTAMP_NONE;
	policy_use_field(p, FIELD_TIME);
	policy_use_field(p, FIELD_CONFIDENCE);
	if (expr_set_want_all(p->exprs, place_path, PLACES, c->place, e) == 0)
		return c;
	capacity_free(c);
	return NULL;
}

static void
queue_release(struct queue *q)
{
	sketch_release(&q->handling);
	map_release(&q->hours);
	free(q->cases);
}

void
capacity_free(struct capacity *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->names.n; i++)
		queue_release(&c->queue[i]);
	queue_release(&c->all);
	map_release(&c->names);
	free(c->queue);
	free(c);
}

void
capacity_start(struct capacity *c, struct evaluator *ev)
{
	c->ev = ev;
}

struct capacity_oddities
capacity_oddities(const struct capacity *c)
{
	return c->odd;
}

static struct value
look(const struct capacity *c, const struct record *r, enum place place)
{
	return expr_look(c->ev, r, c->place[place]);
}

/* The log lasts from the first decision to the last, whoever takes them. */
static void
count_time(struct capacity *c, int64_t time)
{
	if (time == TIMESTAMP_NONE)
		return;
	if (c->first == TIMESTAMP_NONE || time < c->first)
		c->first = time;
	if (c->last == TIMESTAMP_NONE || time > c->last)
		c->last = time;
}

static void
count_case(struct queue *q, int64_t time, double seconds)
{
	const int64_t hour_usec = 3600 * USEC_PER_SECOND;
	bool added;
	uint32_t i;

	if (!isnan(seconds))
		sketch_add(&q->handling, seconds);
	if (time == TIMESTAMP_NONE)
		return;
	q->n++;
	int64_t hour = time / hour_usec - (time % hour_usec < 0);
	i = map_put(&q->hours,
	    (struct str){ (const char *)&hour, sizeof(hour) }, &added);
	if (added) {
		VEC_ROOM(q->cases, i, q->cases_cap);
		q->cases[i] = 0;
	}
	q->cases[i]++;
}

static int
queue_of(
    struct capacity *c, const struct record *r, struct queue **q, struct err *e)
{
	struct value v = look(c, r, PLACE_QUEUE);
	bool added;
	uint32_t i;

	*q = NULL;
	if (v.type != JSON_STRING)
		return 0;
	i = map_put(&c->names, value_string(&v, r->scratch), &added);
	if (i == CAPACITY_QUEUES_MOST)
		return err_set(e, STATUS_SYSTEM,
		    "more than %d queues: what names them (route.queue) is no "
		    "queue",
		    CAPACITY_QUEUES_MOST);
	if (added) {
		VEC_ROOM(c->queue, i, c->queue_cap);
		c->queue[i] = (struct queue){ 0 };
	}
	*q = &c->queue[i];
	return 0;
}

/* Whether a threshold decides: nothing else speaks against acting alone. */
static bool
is_free(const struct capacity *c, const struct record *r, bool alone)
{
	struct value v = look(c, r, PLACE_REASONS);

	if (alone)
		return true;
	return v.type == JSON_ARRAY &&
	       str_eq(v.text, STR("[\"confidence:below_threshold\"]"));
}

int
capacity_add(struct record *r, void *arg, struct err *e)
{
	struct capacity *c = arg;
	struct value v = look(c, r, PLACE_ACTION);
	int action = v.type == JSON_STRING ? word_index(action_words,
						 value_string(&v, r->scratch))
					   : -1;
	bool alone = action == ACTION_AUTO || action == ACTION_AUTO_AUDIT;
	double confidence, seconds;
	struct queue *q;
	int64_t time;

	if (action == -1)
		return 0;
	c->odd.routed++;
	if (is_free(c, r, alone) &&
	    field_confidence(c->ev, c->policy, r, c->options.percent,
		&confidence) == CONFIDENCE_OK)
		c->decided[(size_t)floor(confidence * STEPS)]++;
	else
		c->bound++;
	time = field_time(c->ev, c->policy, r);
	count_time(c, time);
	if (queue_of(c, r, &q, e) == -1)
		return -1;
	c->alone += alone;
	c->audited += alone && q != NULL;
	if (alone && q == NULL)
		return 0;
	c->odd.person++;
	v = look(c, r, PLACE_SECONDS);
	seconds = value_number(&v);
	if (!(seconds >= 0 && seconds < 1e9))
		seconds = NAN;
	c->odd.timed += !isnan(seconds);
	c->odd.untimed += time == TIMESTAMP_NONE;
	count_case(&c->all, time, seconds);
	if (q != NULL)
		count_case(q, time, seconds);
	return 0;
}

/* What a queue asks of its staff. */
struct demand {
	double arrivals; /* an hour that people work */
	double busiest; /* of all hours */
	double handling; /* seconds */
};

static struct demand
demand_of(const struct capacity *c, const struct queue *q)
{
	const struct capacity_options *o = &c->options;
	struct demand d = { 0, 0, sketch_mean(&q->handling) };
	double hours = (double)(c->last - c->first) / 3600e6;

	/*
	 * Over all of the log, however close together its cases are; a log of
	 * less than an hour is one of an hour.
	 */
	d.arrivals = (double)q->n / fmax(1, hours);
	if (o->open > 0)
		d.arrivals *= hours_a_week / o->open;
	for (size_t i = 0; i < q->hours.n; i++)
		d.busiest = fmax(d.busiest, (double)q->cases[i]);
	if (o->peak)
		d.arrivals = d.busiest;
	if (o->arrivals > 0)
		d.arrivals = o->arrivals;
	if (o->handling > 0)
		d.handling = o->handling;
	if (isnan(d.handling)) /* a queue nobody has worked on yet */
		d.handling = sketch_mean(&c->all.handling);
	return d;
}

static void
write_wait(struct buf *out, const struct demand *d, double reviewers, double q)
{
	double rate = 3600 / d->handling;
	struct erlang_wait w =
	    erlang_wait(d->arrivals, rate, (uint64_t)reviewers, q);

	buf_json_member(out, "utilisation", d->arrivals / rate / reviewers);
	buf_json_member(out, "wait_chance", w.chance);
	buf_json_member(out, "wait_mean", w.mean * 3600);
	buf_json_member(out, "wait_quantile", w.quantile * 3600);
	buf_printf(out, ",\"keeps_up\":%s", isinf(w.mean) ? "false" : "true");
}

/*
 * Of all decisions, those that a person looks at at each threshold: what goes
 * to one, and the audits of the rest, as many as there are now.
 */
static void
case_shares(const struct capacity *c, double share[STEPS + 1])
{
	double all = (double)c->bound, below = (double)c->bound;
	double audits =
	    c->alone == 0 ? 0 : (double)c->audited / (double)c->alone;

	for (int i = 0; i <= STEPS; i++)
		all += (double)c->decided[i];
	for (int i = 0; i <= STEPS; i++) {
		share[i] = (below + (all - below) * audits) / all;
		below += (double)c->decided[i];
	}
}

/*
 * The highest threshold whose cases so many reviewers carry: cases come in
 * proportion to the share of decisions that goes to a person.
 */
static void
write_thresholds(struct buf *out, const struct capacity *c,
    const struct demand *d, double reviewers, double proven)
{
	const struct capacity_options *o = &c->options;
	double rate = 3600 / d->handling, share[STEPS + 1], decisions, demanded;
	double carried = o->wait > 0
			     ? erlang_arrivals(rate, (uint64_t)reviewers,
				   o->quantile, o->wait / 3600)
			     : reviewers * rate;
	int most = STEPS;

	case_shares(c, share);
	decisions = d->arrivals * (double)c->odd.routed / (double)c->odd.person;
	while (most >= 0 && decisions * share[most] > carried)
		most--;
	buf_json_member(out, "arrivals_most", carried);
	buf_json_member(
	    out, "threshold_most", most < 0 ? NAN : (double)most / STEPS);
	if (isnan(proven))
		return;
	/* above 1: nothing is confident enough */
	demanded = proven > 1 ? decisions
			      : decisions * share[(int)ceil(proven * STEPS)];
	buf_json_member(out, "threshold_proven", proven);
	buf_json_member(out, "arrivals_proven", demanded);
	buf_printf(
	    out, ",\"feasible\":%s", demanded <= carried ? "true" : "false");
}

/* Who works on a queue, or on all together; 0: not said. */
static double
staff_of(const struct capacity_options *o, const struct str *name)
{
	if (name == NULL)
		return o->reviewers;
	for (size_t i = 0; i < o->nstaff; i++)
		if (str_eq(o->staff[i].queue, *name))
			return o->staff[i].reviewers;
	return 0;
}

static void
write_queue(struct buf *out, const struct capacity *c, const struct queue *q,
    const struct str *name, double proven)
{
	const struct capacity_options *o = &c->options;
	struct demand d = demand_of(c, q);
	double rate = 3600 / d.handling, reviewers = staff_of(o, name);
	uint64_t needed = 0;

	buf_clear(out);
	buf_cstr(out, "{\"queue\":");
	if (name == NULL)
		buf_cstr(out, "null");
	else
		buf_json_string(out, *name);
	buf_json_count(out, "n", q->n);
	buf_json_member(out, "arrivals_per_hour", d.arrivals);
	buf_json_member(out, "busiest_hour", d.busiest);
	buf_json_member(out, "handling_seconds", d.handling);
	buf_json_member(out, "load", d.arrivals / rate);
	if (o->wait > 0)
		needed = erlang_reviewers(d.arrivals, rate, o->quantile,
		    o->wait / 3600, REVIEWERS_MOST);
	else if (d.arrivals / rate < REVIEWERS_MOST)
		needed = (uint64_t)floor(d.arrivals / rate) + 1;
	buf_cstr(out, ",\"reviewers_needed\":");
	if (needed == 0 || isnan(rate))
		buf_cstr(out, "null");
	else
		buf_json_uint(out, needed);
	if (reviewers == 0)
		reviewers = (double)needed;
	buf_json_member(out, "reviewers", reviewers);
	if (reviewers > 0 && !isnan(rate)) {
		write_wait(out, &d, reviewers, o->quantile);
		if (name == NULL && c->odd.person > 0)
			write_thresholds(out, c, &d, reviewers, proven);
	}
	buf_char(out, '}');
}

void
capacity_rows(struct capacity *c, double proven,
    void (*row)(void *arg, struct str object), void *arg)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < c->names.n; i++) {
		write_queue(&out, c, &c->queue[i], &c->names.key[i], proven);
		row(arg, buf_view(&out));
	}
	write_queue(&out, c, &c->all, NULL, proven);
	row(arg, buf_view(&out));
	buf_release(&out);
}
