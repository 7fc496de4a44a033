/* hitl-metrics capacity: staff, waits and thresholds that go together. */
#include <math.h>
#include <string.h>

#include "metrics/capacity.h"
#include "policy/thresholds.h"

#include "metrics/verbs.h"

enum {
	OPTION_ARRIVALS = OPTION_OWN,
	OPTION_HANDLING,
	OPTION_OPEN,
	OPTION_PEAK,
	OPTION_QUANTILE,
	OPTION_REVIEWERS,
	OPTION_WAIT,
};

struct own {
	struct capacity_options o;
	const char *thresholds;
};

static const struct option_row rows[] = {
	{ OPTION_REVIEWERS, "reviewers", "N|QUEUE=N",
	    "there are so many; else how many are needed" },
	{ OPTION_WAIT, "wait", "DURATION", "what a case may wait (5m)" },
	{ OPTION_QUANTILE, "quantile", "Q",
	    "of the waits, that is to be so short (0.95)" },
	{ 't', "thresholds", "FILE",
	    "what hitl-calibrate threshold has proven" },
	{ OPTION_ARRIVALS, "arrivals", "N", "cases an hour, not the log's" },
	{ OPTION_HANDLING, "handling", "DURATION",
	    "what a case takes, not the log's" },
	{ OPTION_OPEN, "open-hours", "H",
	    "people work so many hours a week (168)" },
	{ OPTION_PEAK, "peak", NULL, "for the busiest hour of the log" },
};

static int
take_seconds(const char *option, const char *text, double *x, struct err *e)
{
	int64_t usec;

	if (duration_option(option, text, &usec, e) == -1)
		return -1;
	*x = (double)usec / (double)USEC_PER_SECOND;
	return 0;
}

static int
take_reviewers(struct capacity_options *o, const char *text, struct err *e)
{
	const char *equals = strrchr(text, '=');
	size_t n;

	if (count_option("--reviewers", equals == NULL ? text : equals + 1, 1,
		1e6, &n, e) == -1)
		return -1;
	if (equals == NULL) {
		o->reviewers = (double)n;
		return 0;
	}
	if (o->nstaff == CAPACITY_QUEUES)
		return err_set(e, STATUS_USAGE,
		    "--reviewers: at most %d queues", CAPACITY_QUEUES);
	o->staff[o->nstaff].queue =
	    (struct str){ text, (size_t)(equals - text) };
	o->staff[o->nstaff++].reviewers = (double)n;
	return 0;
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *w = own;
	struct capacity_options *o = &w->o;

	switch (id) {
	case OPTION_REVIEWERS: return take_reviewers(o, argument, e);
	case OPTION_WAIT: return take_seconds("--wait", argument, &o->wait, e);
	case OPTION_HANDLING:
		return take_seconds("--handling", argument, &o->handling, e);
	case OPTION_QUANTILE:
		return number_option(
		    "--quantile", argument, 0.01, 0.9999, &o->quantile, e);
	case OPTION_ARRIVALS:
		return number_option(
		    "--arrivals", argument, 1e-6, 1e9, &o->arrivals, e);
	case OPTION_OPEN:
		return number_option(
		    "--open-hours", argument, 1, 168, &o->open, e);
	case OPTION_PEAK: o->peak = true; return 0;
	default: w->thresholds = argument; return 0;
	}
}

static const struct option_rule rules[] = {
	/* whose arrivals are meant */
	{ OPTION_ARRIVALS, .without = { OPTION_OPEN, OPTION_PEAK } },
	{ OPTION_OPEN, .without = { OPTION_PEAK } },
	{ 0 },
};

static const struct command command = {
	.usage = "capacity [--reviewers N] [--wait DURATION] [OPTION...] "
		 "[FILE...]",
	.about = "Staff, waits and thresholds that go together.",
	.own = rows,
	.nown = LENGTH(rows),
	.results = true,
	.confidences = true,
	.rule = rules,
	.take = take,
};

/* The least threshold that was proven; NAN: none was given. */
static int
take_proof(struct run *r, const char *file, double *proven, struct err *e)
{
	struct thresholds *t;

	*proven = NAN;
	if (file == NULL)
		return 0;
	if ((t = thresholds_load(file, r->policy, &r->perm, e)) == NULL)
		return -1;
	if (!t->fallback.given || t->fallback.never) {
		thresholds_free(t);
		return err_set(
		    e, STATUS_USAGE, "%s: has no default threshold", file);
	}
	*proven = t->fallback.value;
	thresholds_free(t);
	return 0;
}

static void
tell_oddities(const struct capacity *c, const struct own *w, uint64_t records)
{
	struct capacity_oddities odd = capacity_oddities(c);

	tell_unrouted(records - odd.routed, records, "left out");
	if (odd.untimed > 0)
		diag("%llu cases have no usable time (field time) and are in "
		     "no arrivals",
		    (unsigned long long)odd.untimed);
	if (odd.timed == 0 && w->o.handling == 0 && odd.person > 0)
		diag("no case says how long it took (hitl-feedback join adds "
		     "review.seconds); see --handling");
}

int
run_capacity(int argc, char *argv[])
{
	struct own w = { .o = { .wait = 300, .quantile = 0.95 } };
	struct stream_totals totals = { 0 };
	struct evaluator *ev;
	struct capacity *c;
	double proven;
	struct run r;
	struct err e;

	if (run_begin(&r, &command, &w, argc, argv) == -1)
		return (int)r.status;
	w.o.percent = r.options.percent;
	if (take_proof(&r, w.thresholds, &proven, &e) == -1 ||
	    (c = capacity_new(r.policy, &w.o, &e)) == NULL)
		return run_fail(&r, &e), (int)r.status;
	if (run_open(&r) == -1)
		return (int)r.status;
	struct results results = { .arena = &r.perm };
	ev = evaluator_new(r.policy->exprs);
	capacity_start(c, ev);
	/* with both of them there is nothing left to read */
	if (r.options.file[0] != NULL || w.o.arrivals == 0 || w.o.handling == 0)
		totals = run_collect(&r,
		    &(struct stream_job){ .record = capacity_add, .state = c });
	tell_oddities(c, &w, totals.read - totals.rejected);
	if (capacity_oddities(c).person == 0 && w.o.arrivals == 0)
		run_nothing(&r, 0, "a route to a person");
	else
		capacity_rows(c, proven, results_take, &results);
	run_print(&r, &results);
	capacity_free(c);
	evaluator_free(ev);
	return run_end(&r);
}
