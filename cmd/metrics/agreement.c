/* hitl-metrics agreement: do reviewers agree, and with the model? */
#include "metrics/ballot.h"

#include "metrics/verbs.h"

enum {
	OPTION_LABEL = OPTION_OWN,
	OPTION_LEVEL,
	OPTION_CONFIDENCE_LEVEL,
	OPTION_MODEL,
	OPTION_ORDER,
	OPTION_REVIEWER,
};

static const struct option_row rows[] = {
	{ OPTION_LEVEL, "level", "L",
	    "how labels compare: nominal (default), ordinal, interval" },
	{ OPTION_ORDER, "order", "A,B,...",
	    "ordinal labels from the lowest to the highest" },
	{ OPTION_MODEL, "model", "NAME", "the reviewer that is the model" },
	{ OPTION_REVIEWER, "reviewer", "EXPR",
	    "who voted (.reviewer, .review.reviewer)" },
	{ OPTION_LABEL, "label", "EXPR",
	    "what for (.label, .outcome, .review.outcome)" },
	{ OPTION_CONFIDENCE_LEVEL, "confidence-level", "L",
	    "of the intervals (0.95)" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct ballot_options *o = own;
	int i;

	switch (id) {
	case OPTION_LEVEL:
		if (word_option(
			"--level", argument, measurement_words, &i, e) == -1)
			return -1;
		o->measure = (enum measurement)i;
		return 0;
	case OPTION_ORDER: o->order = argument; return 0;
	case OPTION_MODEL: o->model = argument; return 0;
	case OPTION_REVIEWER: o->reviewer = argument; return 0;
	case OPTION_LABEL: o->label = argument; return 0;
	default: return level_option(argument, &o->level, e);
	}
}

static const struct command command = {
	.usage = "agreement [--level nominal|ordinal|interval] [OPTION...] "
		 "[FILE...]",
	.about = "How far reviewers agree, with each other and with the model.",
	.own = rows,
	.nown = LENGTH(rows),
	.results = true,
	.take = take,
};

static void
tell_oddities(const struct ballot_oddities *odd)
{
	if (odd->incomplete > 0)
		diag("%llu records have no id, reviewer or label and are left "
		     "out",
		    (unsigned long long)odd->incomplete);
	if (odd->again > 0)
		diag("%llu votes replace an earlier one of the same reviewer "
		     "on the same item",
		    (unsigned long long)odd->again);
}

int
run_agreement(int argc, char *argv[])
{
	struct ballot_options o = { .level = 0.95 };
	struct ballot_oddities odd;
	struct buf text = { 0 };
	struct ballot *b;
	struct run r;
	struct err e;

	if (run_begin(&r, &command, &o, argc, argv) == -1)
		return (int)r.status;
	if (o.order != NULL && o.measure != MEASURE_ORDINAL) {
		err_set(&e, STATUS_USAGE, "--order goes with --level ordinal");
		return run_fail(&r, &e), (int)r.status;
	}
	if ((b = ballot_new(r.policy, &o, &e)) == NULL)
		return run_fail(&r, &e), (int)r.status;
	if (run_open(&r) == -1)
		return (int)r.status;
	struct results results = { .arena = &r.perm };
	struct evaluator *ev = evaluator_new(r.policy->exprs);
	ballot_start(b, ev);
	run_collect(
	    &r, &(struct stream_job){ .record = ballot_add, .state = b });
	odd = ballot_oddities(b);
	tell_oddities(&odd);
	if (ballot_write(b, &text))
		results_add(&results, buf_view(&text));
	else
		run_nothing(&r, 0, "an id, a reviewer and a label");
	run_print(&r, &results);
	buf_release(&text);
	ballot_free(b);
	evaluator_free(ev);
	return run_end(&r);
}
