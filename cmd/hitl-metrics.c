/* hitl-metrics: honest numbers from a routed log (hitl-metrics(1)). */
#include "metrics/metrics.h"
#include "options.h"

enum {
	OPTION_BY = OPTION_OWN,
	OPTION_CHECK,
	OPTION_LEVEL,
	OPTION_MAX_GROUPS,
	OPTION_WINDOW,
};

struct own {
	struct metrics_options metrics;
	const char *by;
	bool check;
};

static const struct option_row rows[] = {
	{ OPTION_BY, "by", "EXPR", "a row for each value of it" },
	{ OPTION_WINDOW, "window", "W",
	    "a row for each hour, day, week, month "
	    "or duration (30m), in UTC" },
	{ OPTION_CHECK, "check", NULL,
	    "exit 1 when an interval excludes its "
	    "target; a line on stderr for each" },
	{ OPTION_LEVEL, "confidence-level", "L", "of the intervals (0.95)" },
	{ OPTION_MAX_GROUPS, "max-groups", "N",
	    "at most so many (10000); the "
	    "rest are one, \"other\"" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;
	double x;

	switch (id) {
	case OPTION_BY: o->by = argument; return 0;
	case OPTION_WINDOW:
		return window_parse(str_of(argument), &o->metrics.window, e);
	case OPTION_CHECK: o->check = true; return 0;
	case OPTION_LEVEL:
		return number_option("--confidence-level", argument, 0.5,
		    0.999999, &o->metrics.level, e);
	default:
		if (number_option("--max-groups", argument, 1, 1e7, &x, e) ==
		    -1)
			return -1;
		o->metrics.max_groups = (size_t)x;
		return 0;
	}
}

static const struct command command = {
	.usage = "[-p POLICY] [OPTION...] [FILE...]",
	.about = "Escalation, auto-resolve, error escape, latency, agreement, "
		 "feedback.",
	.own = rows,
	.nown = sizeof(rows) / sizeof(rows[0]),
	.results = true,
	.take = take,
};

static void
print_miss(const char *line)
{
	diag("%s", line);
}

static void
ignore_miss(const char *line)
{
	(void)line;
}

static void
tell_oddities(const struct metrics_oddities *odd)
{
	if (odd->unrouted > 0)
		diag("%llu of %llu records have no route (hitl-route adds it) "
		     "and are in no rate of routes",
		    (unsigned long long)odd->unrouted,
		    (unsigned long long)odd->n);
	if (odd->untimed > 0)
		diag("%llu records have no usable time (field time); their "
		     "window is null",
		    (unsigned long long)odd->untimed);
	if (odd->other_groups > 0)
		diag("%llu records are in groups beyond --max-groups, counted "
		     "as \"other\"",
		    (unsigned long long)odd->other_groups);
}

static enum status
print(struct metrics *m, const struct own *own, const struct options *o,
    struct arena *perm, struct output *out)
{
	struct results results = { .arena = perm };
	struct metrics_oddities odd = metrics_oddities(m);
	enum status status = STATUS_OK;
	size_t missed;

	tell_oddities(&odd);
	if (odd.n == 0) {
		diag("there is no record to count");
		return STATUS_NO;
	}
	missed =
	    metrics_rows(m, &results, own->check ? print_miss : ignore_miss);
	results_print(&results, o->format, &out->buf);
	results_release(&results);
	if (own->check && missed > 0)
		status = STATUS_NO;
	return status;
}

int
main(int argc, char *argv[])
{
	struct own own = { .metrics = { .by = POLICY_NONE,
			       .max_groups = 10000,
			       .level = 0.95 } };
	struct arena perm = { 0 };
	struct stream_totals totals;
	struct evaluator *ev;
	struct metrics *m;
	struct options o;
	struct output out;
	struct policy *p;
	struct err e;
	enum status status;
	uint32_t by;

	program_init("hitl-metrics");
	options_parse(&o, &command, &own, argc, argv);
	p = policy_load(o.policy, o.override, o.noverride, &perm, &e);
	if (p == NULL)
		return diag_err(&e);
	if (own.by != NULL) {
		if (expr_set_add(p->exprs, "--by", str_of(own.by), EXPR_VALUE,
			&by, &e) == -1)
			return diag_err(&e);
		own.metrics.by = by;
	}
	if ((m = metrics_new(p, &own.metrics, &e)) == NULL ||
	    program_compile(&o, p->exprs, &e) == -1 ||
	    stream_check(o.file, &e) == -1 ||
	    output_open(&out, o.output, &e) == -1)
		return diag_err(&e);
	program_output(&out);
	ev = evaluator_new(p->exprs);
	metrics_start(m, ev);
	status = stream_run(&o.stream, o.file, expr_set_fields(p->exprs),
	    &(struct stream_job){ .record = metrics_add,
		.state = m,
		.piece = metrics_piece,
		.fork = metrics_fork,
		.join = metrics_join },
	    &totals);
	status = status_worse(status, print(m, &own, &o, &perm, &out));
	metrics_free(m);
	evaluator_free(ev);
	policy_free(p);
	options_release(&o);
	arena_release(&perm);
	return program_finish(&out, status);
}
