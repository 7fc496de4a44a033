/* hitl-metrics drift: a log against an earlier one. */
#include <stdlib.h>

#include "metrics/drift_report.h"
#include "metrics/grouping.h"

#include "metrics/verbs.h"

enum {
	OPTION_BASELINE = OPTION_OWN,
	OPTION_BY_EXPR,
	OPTION_CHECK,
	OPTION_LEVEL,
	OPTION_GROUPS,
};

enum { BASELINES = 64 };

struct own {
	char *baseline[BASELINES + 1];
	size_t nbaseline;
	const char *by[GROUPING_MOST];
	size_t nby;
	struct drift_options o;
	bool check;
};

static const struct option_row rows[] = {
	{ OPTION_BASELINE, "baseline", "FILE",
	    "the earlier log; may be repeated" },
	{ OPTION_BY_EXPR, "by", "EXPR",
	    "a row for each value of it; may be repeated" },
	{ OPTION_CHECK, "check", NULL, "exit 1 when anything has drifted" },
	{ OPTION_LEVEL, "confidence-level", "L",
	    "of intervals, and that no drift is found where none is (0.95)" },
	{ OPTION_GROUPS, "max-groups", "N",
	    "at most so many (1000); the rest are one, \"other\"" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *w = own;

	switch (id) {
	case OPTION_BASELINE:
		if (w->nbaseline == BASELINES)
			return err_set(e, STATUS_USAGE,
			    "--baseline: at most %d files", BASELINES);
		w->baseline[w->nbaseline++] = (char *)(uintptr_t)argument;
		return 0;
	case OPTION_BY_EXPR:
		if (w->nby == GROUPING_MOST)
			return err_set(e, STATUS_USAGE,
			    "--by: at most %d of them", GROUPING_MOST);
		w->by[w->nby++] = argument;
		return 0;
	case OPTION_CHECK: w->check = true; return 0;
	case OPTION_LEVEL: return level_option(argument, &w->o.level, e);
	default:
		return count_option(
		    "--max-groups", argument, 1, 1e6, &w->o.max_groups, e);
	}
}

/* What is opened later than its name is read. */
static const struct option_file files[] = { { OPTION_BASELINE, SANDBOX_READ },
	{ 0, SANDBOX_NONE } };

static const struct option_rule rules[] = {
	{ OPTION_GROUPS, .with = { OPTION_BY_EXPR } },
	{ 0 },
};

static const struct command command = {
	.usage = "drift --baseline FILE [--by EXPR] [OPTION...] [FILE...]",
	.about = "Confidences and metrics against those of an earlier log.",
	.own = rows,
	.nown = LENGTH(rows),
	.results = true,
	.file = files,
	.rule = rules,
	.confidences = true,
	.take = take,
};

static int
add_by(struct run *r, struct own *w, int64_t *by, struct err *e)
{
	uint32_t id;

	for (size_t i = 0; i < w->nby; i++) {
		if (expr_set_add(r->policy->exprs, "--by", str_of(w->by[i]),
			EXPR_VALUE, &id, e) == -1)
			return -1;
		by[i] = id;
	}
	w->o.by = by;
	w->o.nby = w->nby;
	w->o.percent = r->options.percent;
	return 0;
}

/* The two logs, one after the other. */
static void
read_both(struct run *r, struct own *w, struct drift_report *d)
{
	struct stream_job job = { .record = drift_add, .state = d };
	char **now = r->options.file;

	r->options.file = w->baseline;
	run_collect(r, &job);
	drift_now(d);
	r->options.file = now;
	run_collect(r, &job);
}

static void
print_rows(struct run *r, const struct own *w, struct drift_report *d)
{
	struct results results = { .arena = &r->perm };
	struct drift_oddities odd = drift_oddities(d);

	tell_unrouted(
	    odd.unrouted, odd.baseline + odd.now, "in no rate of routes");
	if (odd.rest > 0)
		diag("%llu records are in groups beyond --max-groups, counted "
		     "as \"other\"",
		    (unsigned long long)odd.rest);
	if (!run_nothing(r, odd.baseline, "a place in the baseline") &&
	    !run_nothing(r, odd.now, "a place in the log") &&
	    drift_rows(d, results_take, &results) > 0 && w->check)
		r->status = status_worse(r->status, STATUS_NO);
	run_print(r, &results);
}

int
run_drift(int argc, char *argv[])
{
	struct own w = { .o = { .level = 0.95, .max_groups = 1000 } };
	struct drift_report *d;
	struct evaluator *ev;
	int64_t by[GROUPING_MOST];
	struct run r;
	struct err e;

	if (run_begin(&r, &command, &w, argc, argv) == -1)
		return (int)r.status;
	if (w.nbaseline == 0) {
		err_set(&e, STATUS_USAGE, "--baseline FILE is needed");
		return run_fail(&r, &e), (int)r.status;
	}
	if (stdin_option("--baseline", w.baseline, r.options.file, &e) == -1 ||
	    stream_check(w.baseline, &e) == -1 ||
	    add_by(&r, &w, by, &e) == -1 ||
	    (d = drift_new(r.policy, &w.o, &e)) == NULL)
		return run_fail(&r, &e), (int)r.status;
	if (run_open(&r) == -1)
		return (int)r.status;
	if (run_keep_rejects(&r) == -1) {
		drift_free(d);
		r.discard = true;
		return run_end(&r);
	}
	ev = evaluator_new(r.policy->exprs);
	drift_start(d, ev);
	read_both(&r, &w, d);
	print_rows(&r, &w, d);
	drift_free(d);
	evaluator_free(ev);
	return run_end(&r);
}
