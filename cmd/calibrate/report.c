/* hitl-calibrate report: how good the confidence is. */
#include "calibrate/report.h"

#include <math.h>
#include <stdlib.h>

#include "calibrate/calibrate.h"
#include "calibrate/plot.h"
#include "policy/thresholds.h"

enum {
	OPTION_BY = OPTION_OWN,
	OPTION_COMPARE,
	OPTION_LEVEL,
	OPTION_MAX_GROUPS,
	OPTION_MERGE,
	OPTION_PART,
	OPTION_PLOT,
};

struct own {
	double level;
	struct collection collection;
	const char *plot; /* file, or "-" */
	const char *thresholds; /* whose default is marked */
};

static const struct option_row rows[] = {
	{ OPTION_LEVEL, "confidence-level", "L", "of the intervals (0.95)" },
	{ OPTION_BY, "by", "EXPR", "for each value of it" },
	{ OPTION_COMPARE, "compare", "EXPR",
	    "a second confidence, in a row of its own" },
	{ OPTION_MAX_GROUPS, "max-groups", "N", "at most so many (1000)" },
	{ OPTION_PLOT, "plot", "FILE",
	    "draw instead: FILE.svg, FILE.png, or - for the terminal" },
	{ 't', "thresholds", "FILE", "mark its default in the plot" },
	{ OPTION_MERGE, "merge", NULL,
	    "the files are states that labels has written" },
	{ OPTION_PART, "part", "K/N", "only records of this part, by id" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	switch (id) {
	case OPTION_BY: o->collection.by = argument; return 0;
	case OPTION_COMPARE: o->collection.other = argument; return 0;
	case OPTION_PLOT: o->plot = argument; return 0;
	case 't': o->thresholds = argument; return 0;
	case OPTION_MERGE: o->collection.merge = true; return 0;
	case OPTION_PART: return part_parse(argument, &o->collection.part, e);
	case OPTION_MAX_GROUPS:
		return take_max_groups(argument, &o->collection, e);
	default: return level_option(argument, &o->level, e);
	}
}

static const struct option_rule rules[] = {
	{ 't', .with = { OPTION_PLOT } },
	{ OPTION_PLOT, .without = { OPTION_BY, 'f', 'o' } },
	{ OPTION_COMPARE, .without = { OPTION_BY, OPTION_MERGE, OPTION_PLOT } },
	{ OPTION_MAX_GROUPS, .with = { OPTION_BY } },
	{ OPTION_MERGE, .without = { WITHOUT_STATES } },
	{ 0 },
};

/* Where what is drawn goes. */
static const int outputs[] = { OPTION_PLOT, 0 };

static const struct command command = {
	.usage = "report [--by EXPR | --plot FILE] [OPTION...] [FILE...]",
	.about = "How good the confidence is: discrimination and calibration.",
	.own = rows,
	.nown = LENGTH(rows),
	.results = true,
	.confidences = true,
	.threads = true,
	.rule = rules,
	.outputs = outputs,
	.take = take,
};

/* What is to be drawn, and where to; -1 with *e. */
static int
prepare_plot(
    struct run *r, const struct own *o, struct plot_request *q, struct err *e)
{
	struct thresholds *t;

	*q = (struct plot_request){ .level = o->level, .threshold = NAN };
	if (plot_terminal_of(o->plot, &q->terminal, e) == -1)
		return -1;
	r->options.output = o->plot;
	r->options.sandbox = false; /* gnuplot is another program */
	if (o->thresholds == NULL)
		return 0;
	if ((t = thresholds_load(o->thresholds, r->policy, &r->perm, e)) ==
	    NULL)
		return -1;
	if (!t->fallback.never)
		q->threshold = t->fallback.value;
	thresholds_free(t);
	return 0;
}

static void
draw(struct run *r, const struct labelled *l, const struct plot_request *q)
{
	struct buf script = { 0 };
	struct err e;

	plot_script(l, q, &script);
	if (gnuplot_run(&script, &r->out.buf, &e) == -1) {
		r->status = diag_err(&e);
		r->discard = true;
	}
	buf_release(&script);
}

/* Before and after something, say a model: a row for each confidence. */
static int
compare(struct run *r, const struct own *o)
{
	struct str text = r->policy->confidence_text;
	struct results results = { .arena = &r->perm };
	struct labelled before, after;

	if (run_two_labels(r, &o->collection, &before, &after) == -1)
		return (int)r->status;
	if (!run_nothing(r, before.n, "both a label and a confidence"))
		report_measures(&before,
		    arena_printf(&r->perm, "%.*s", (int)text.n, text.s),
		    o->level, &results);
	if (!run_nothing(r, after.n, "a label and the confidence of --compare"))
		report_measures(
		    &after, o->collection.other, o->level, &results);
	r->leave = results.n == 0; /* one of them is a result */
	run_print(r, &results);
	labelled_release(&before);
	labelled_release(&after);
	return run_end(r);
}

int
run_report(int argc, char *argv[])
{
	struct own o = { .level = CALIBRATE_LEVEL,
		.collection.max_groups = CALIBRATE_GROUPS };
	struct plot_request plot;
	struct labelled l;
	struct run r;
	struct err e;

	if (run_begin(&r, &command, &o, argc, argv) == -1)
		return (int)r.status;
	if ((o.plot != NULL && prepare_plot(&r, &o, &plot, &e) == -1))
		return (int)diag_err(&e);
	if (o.collection.other != NULL)
		return compare(&r, &o);
	if (run_labels(&r, &o.collection, &l) == -1)
		return (int)r.status;
	struct results results = { .arena = &r.perm };
	if (run_nothing(&r, l.n, "both a label and a confidence"))
		;
	else if (o.plot != NULL)
		draw(&r, &l, &plot);
	else if (o.collection.by != NULL)
		report_groups(&l, o.level, &results);
	else
		report_measures(&l, NULL, o.level, &results);
	if (o.plot == NULL)
		run_print(&r, &results);
	labelled_release(&l);
	return run_end(&r);
}
