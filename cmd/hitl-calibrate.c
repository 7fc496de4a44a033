/* hitl-calibrate: when may the model act alone? (hitl-calibrate(1)) */
#include <stdlib.h>

#include "calibrate/points.h"
#include "calibrate/report.h"
#include "calibrate/threshold.h"
#include "options.h"

enum {
	OPTION_ALL = OPTION_OWN,
	OPTION_AT,
	OPTION_BY,
	OPTION_GRID,
	OPTION_LEVEL,
	OPTION_MAX_ERROR,
	OPTION_MAX_GROUPS,
	OPTION_METHOD,
};

static const double LEVEL = 0.95; /* unless told otherwise */

struct own {
	struct threshold_request request;
	bool all;
	double *point; /* of --at or --grid */
	size_t npoint;
	bool have_max_error;
	size_t max_groups;
};

/* What every verb works on. */
struct run {
	struct options options;
	struct own own;
	struct arena perm;
	struct policy *policy;
	struct labelled labels;
	struct output out;
	enum status status;
};

static const struct option_row curve_rows[] = {
	{ OPTION_ALL, "all", NULL, "at every distinct confidence" },
	{ OPTION_AT, "at", "T,T,...", "at these thresholds" },
	{ OPTION_GRID, "grid", "A:B:STEP",
	    "at A, A+STEP, ... below B "
	    "(0.5:1:0.01)" },
};
static const struct option_row threshold_rows[] = {
	{ OPTION_MAX_ERROR, "max-error", "A",
	    "the most errors among those "
	    "that act alone" },
	{ OPTION_LEVEL, "confidence-level", "L", "of the promise (0.95)" },
	{ OPTION_METHOD, "method", "METHOD",
	    "ltt, or empirical: the textbook "
	    "sweep, which promises nothing" },
	{ OPTION_GRID, "grid", "A:B:STEP",
	    "candidates of empirical "
	    "(0.5:1:0.01)" },
	{ OPTION_BY, "by", "EXPR", "a threshold for each value of it" },
	{ OPTION_MAX_GROUPS, "max-groups", "N",
	    "at most so many (1000); "
	    "records of others count in the pool" },
};
static const struct option_row report_rows[] = {
	{ OPTION_LEVEL, "confidence-level", "L", "of the intervals (0.95)" },
};

static int
take_method(struct own *o, const char *argument, struct err *e)
{
	int i = word_index(method_words, str_of(argument));

	if (i == -1)
		return err_set(e, STATUS_USAGE,
		    "--method: %s is unknown; ltt "
		    "and empirical are known",
		    argument);
	o->request.method = (enum threshold_method)i;
	return 0;
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;
	double x;

	switch (id) {
	case OPTION_ALL: o->all = true; return 0;
	case OPTION_AT: return points_list(argument, &o->point, &o->npoint, e);
	case OPTION_GRID:
		return points_grid(argument, &o->point, &o->npoint, e);
	case OPTION_BY: o->request.by = argument; return 0;
	case OPTION_METHOD: return take_method(o, argument, e);
	case OPTION_LEVEL:
		return number_option("--confidence-level", argument, 0.5,
		    0.999999, &o->request.confidence_level, e);
	case OPTION_MAX_ERROR:
		o->have_max_error = true;
		return number_option("--max-error", argument, 0.0001, 0.9999,
		    &o->request.max_error, e);
	case OPTION_MAX_GROUPS:
		if (number_option("--max-groups", argument, 1, 1e6, &x, e) ==
		    -1)
			return -1;
		o->max_groups = (size_t)x;
		return 0;
	default: return 0;
	}
}

#define COMMAND(verb_usage, verb_about, rows, prints)                          \
	{                                                                      \
		.usage = verb_usage, .about = verb_about, .own = rows,         \
		.nown = sizeof(rows) / sizeof(rows[0]), .results = prints,     \
		.take = take                                                   \
	}

static const struct command curve_command = COMMAND(
    "curve [--at T,... | --grid A:B:STEP | --all] [OPTION...] [FILE...]",
    "What each threshold would have done to labelled decisions.", curve_rows,
    true);
static const struct command threshold_command =
    COMMAND("threshold --max-error A [OPTION...] [FILE...]",
	"Chooses the threshold that automates most, with a proof.",
	threshold_rows, false);
static const struct command report_command =
    COMMAND("report [OPTION...] [FILE...]",
	"How good the confidence is: discrimination and calibration.",
	report_rows, true);

/* Tells once what is odd about the labels. */
static void
tell_oddities(const struct run *r)
{
	const struct labelled *l = &r->labels;

	if (l->unlabelled > 0)
		diag("%llu records have no label (field correct) and are left "
		     "out",
		    (unsigned long long)l->unlabelled);
	if (l->without > 0)
		diag("%llu records have no usable confidence; they count as "
		     "escalated, %.1f %% of them are wrong",
		    (unsigned long long)l->without,
		    100.0 * (double)l->without_errors / (double)l->without);
	if (l->zero * 100 >= labelled_total(l) && l->zero > 0)
		diag("%llu records have a confidence of exactly 0, which is "
		     "often a parse failure",
		    (unsigned long long)l->zero);
	if (l->ungrouped > 0)
		diag("%llu records have no group, or one beyond --max-groups; "
		     "they count in the pool only",
		    (unsigned long long)l->ungrouped);
}

/* Options, policy, labels: 0, or -1 when r->status is the end already. */
static int
run_begin(struct run *r, const struct command *c, int argc, char *argv[])
{
	struct labelled_source source;
	struct stream_totals totals;
	struct err e;

	options_parse(&r->options, c, &r->own, argc, argv);
	if (c == &threshold_command && !r->own.have_max_error) {
		err_set(&e, STATUS_USAGE,
		    "threshold: --max-error A is missing: "
		    "how many errors are acceptable?");
		goto fail;
	}
	r->policy = policy_load(r->options.policy, r->options.override,
	    r->options.noverride, &r->perm, &e);
	if (r->policy == NULL)
		goto fail;
	if (labelled_source_init(&source, r->policy, r->own.request.by,
		r->options.percent, &r->labels, &e) == -1)
		goto fail;
	if (program_compile(&r->options, r->policy->exprs, &e) == -1 ||
	    stream_check(r->options.file, &e) == -1 ||
	    output_open(&r->out, r->options.output, &e) == -1)
		goto fail;
	program_output(&r->out);
	groups_init(&r->labels.groups, r->own.max_groups);
	source.ev = evaluator_new(r->policy->exprs);
	r->status = stream_run(&r->options.stream, r->options.file,
	    expr_set_fields(r->policy->exprs),
	    &(struct stream_job){ .record = labelled_add,
		.state = &source,
		.piece = labelled_piece,
		.done = labelled_done,
		.fork = labelled_fork,
		.join = labelled_join },
	    &totals);
	evaluator_free(source.ev);
	labelled_finish(&source);
	tell_oddities(r);
	return 0;
fail:
	r->status = diag_err(&e);
	return -1;
}

static int
run_end(struct run *r)
{
	policy_free(r->policy);
	labelled_release(&r->labels);
	options_release(&r->options);
	free(r->own.point);
	arena_release(&r->perm);
	return program_finish(&r->out, r->status);
}

static void
run_init(struct run *r)
{
	*r = (struct run){ .own = { .max_groups = 1000,
			       .request = { .confidence_level = LEVEL } } };
}

static void
default_grid(struct own *o)
{
	struct err unused;

	if (o->point == NULL)
		points_grid("0.5:1:0.01", &o->point, &o->npoint, &unused);
}

/* Nothing to count: said, and the answer is no. */
static bool
nothing(struct run *r, uint64_t n, const char *what)
{
	if (n > 0)
		return false;
	diag("no record has %s: there is nothing to count", what);
	r->status = status_worse(r->status, STATUS_NO);
	return true;
}

static void
print_results(struct run *r, struct results *results)
{
	results_print(results, r->options.format, &r->out.buf);
	results_release(results);
}

static int
run_curve(int argc, char *argv[])
{
	struct run r;

	run_init(&r);
	if (run_begin(&r, &curve_command, argc, argv) == -1)
		return (int)r.status;
	struct results results = { .arena = &r.perm };
	default_grid(&r.own);
	if (nothing(&r, labelled_total(&r.labels), "a label"))
		;
	else if (r.own.all)
		report_curve_all(&r.labels, LEVEL, &results);
	else
		report_curve(
		    &r.labels, r.own.point, r.own.npoint, LEVEL, &results);
	print_results(&r, &results);
	return run_end(&r);
}

static int
run_threshold(int argc, char *argv[])
{
	struct buf why = { 0 };
	struct run r;

	run_init(&r);
	if (run_begin(&r, &threshold_command, argc, argv) == -1)
		return (int)r.status;
	default_grid(&r.own);
	r.own.request.grid = r.own.point;
	r.own.request.ngrid = r.own.npoint;
	if (!threshold_choose(&r.labels, &r.own.request, &r.out.buf, &why)) {
		diag("%.*s", (int)why.n, why.s);
		r.status = status_worse(r.status, STATUS_NO);
	}
	output_line(&r.out);
	buf_release(&why);
	return run_end(&r);
}

static int
run_report(int argc, char *argv[])
{
	struct run r;

	run_init(&r);
	if (run_begin(&r, &report_command, argc, argv) == -1)
		return (int)r.status;
	struct results results = { .arena = &r.perm };
	if (!nothing(&r, r.labels.n, "both a label and a confidence"))
		report_measures(
		    &r.labels, r.own.request.confidence_level, &results);
	print_results(&r, &results);
	return run_end(&r);
}

int
main(int argc, char *argv[])
{
	static const struct verb verbs[] = {
		{ "curve", run_curve, "what each threshold would have done" },
		{ "threshold", run_threshold, "choose one, with a proof" },
		{ "report", run_report, "how good the confidence is" },
		{ NULL, NULL, NULL },
	};

	program_init("hitl-calibrate");
	return verb_find(verbs, argc, argv)->run(argc - 1, argv + 1);
}
