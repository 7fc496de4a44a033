/* hitl-feedback learn: what to have labelled next, and when to train. */
#include <math.h>

#include "feedback/learn.h"
#include "feedback/training.h"

#include "feedback/verbs.h"

enum {
	OPTION_BUDGET = OPTION_VERB,
	OPTION_BY,
	OPTION_KEY,
	OPTION_MARGIN,
	OPTION_MAX_GROUPS,
	OPTION_MIN_SAMPLES,
	OPTION_READY,
	OPTION_STRATEGY,
	OPTION_THRESHOLD,
};

struct own {
	struct learn_options learn;
	struct bounds bounds;
	bool ready; /* that alone is asked */
	bool keyed;
	size_t min_samples;
};

static const struct option_row rows[] = {
	{ OPTION_STRATEGY, "strategy", "S",
	    "uncertainty (default), threshold, margin, weight, random or "
	    "noise" },
	{ OPTION_BUDGET, "budget", "N", "so many, the most urgent (all)" },
	{ OPTION_BY, "by", "EXPR", "groups that take turns" },
	{ OPTION_THRESHOLD, "threshold", "T",
	    "of --strategy threshold (the record's)" },
	{ OPTION_MARGIN, "margin", "EXPR",
	    "of --strategy margin (.signals.margin)" },
	{ OPTION_KEY, "key", "TEXT", "another one draws others" },
	{ OPTION_MAX_GROUPS, "max-groups", "N", "at most (10000)" },
	{ OPTION_READY, "ready", NULL,
	    "exit 0 when there are enough labels that are not used yet" },
	{ OPTION_MIN_SAMPLES, "min-samples", "N", "what is enough (500)" },
	BOUNDS_ROWS,
};

static int
take_number(int id, const char *argument, struct own *o, struct err *e)
{
	struct learn_options *l = &o->learn;

	switch (id) {
	case OPTION_BUDGET:
		return count_option(
		    "--budget", argument, 1, 1e15, &l->budget, e);
	case OPTION_MAX_GROUPS:
		return count_option(
		    "--max-groups", argument, 1, 1e8, &l->max_groups, e);
	case OPTION_MIN_SAMPLES:
		return count_option(
		    "--min-samples", argument, 1, 1e15, &o->min_samples, e);
	default:
		return number_option(
		    "--threshold", argument, 0, 1, &l->threshold, e);
	}
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;
	struct learn_options *l = &o->learn;
	int i;

	switch (id) {
	case OPTION_STRATEGY:
		if (word_option("--strategy", argument, learn_strategy_words,
			&i, e) == -1)
			return -1;
		l->strategy = (enum learn_strategy)i;
		return 0;
	case OPTION_BY: l->by = argument; return 0;
	case OPTION_MARGIN: l->margin = argument; return 0;
	case OPTION_KEY:
		o->keyed = true;
		l->key = hash_key_derive(str_of(argument));
		return 0;
	case OPTION_READY: o->ready = true; return 0;
	case OPTION_BUDGET:
	case OPTION_MAX_GROUPS:
	case OPTION_MIN_SAMPLES:
	case OPTION_THRESHOLD: return take_number(id, argument, o, e);
	default: return bounds_take(&o->bounds, id, argument, e);
	}
}

/* What is opened later than its name is read. */
static const struct option_file files[] = { { 'T', SANDBOX_SCRATCH },
	{ 0, SANDBOX_NONE } };

static const struct option_rule rules[] = {
	{ OPTION_READY,
	    .without = { OPTION_STRATEGY, OPTION_BUDGET, OPTION_BY,
		OPTION_THRESHOLD, OPTION_MARGIN, OPTION_KEY, OPTION_MAX_GROUPS,
		OPTION_MAX_MEMORY, OPTION_SCALE, 'T' } },
	{ OPTION_MAX_GROUPS, .with = { OPTION_BY } },
	{ OPTION_MIN_SAMPLES, .with = { OPTION_READY } },
	{ 0 },
};

static const struct command command = {
	.usage = "learn [--strategy S] [--budget N] [OPTION...] [FILE...]",
	.about = "The decisions to have labelled next, the most urgent first.",
	.own = rows,
	.nown = LENGTH(rows),
	.file = files,
	.confidences = true,
	.rule = rules,
	.take = take,
};

/* What one strategy has and others have not. */
static int
check(const struct own *o, struct err *e)
{
	const struct learn_options *l = &o->learn;

	if (!isnan(l->threshold) && l->strategy != LEARN_THRESHOLD)
		return err_set(e, STATUS_USAGE,
		    "--threshold goes with --strategy threshold");
	if (l->margin != NULL && l->strategy != LEARN_MARGIN)
		return err_set(
		    e, STATUS_USAGE, "--margin goes with --strategy margin");
	if (o->keyed && l->strategy != LEARN_WEIGHT &&
	    l->strategy != LEARN_RANDOM)
		return err_set(e, STATUS_USAGE,
		    "--key goes with --strategy weight or random, which draw");
	return 0;
}

static int
put_line(void *arg, struct str line, struct err *e)
{
	struct output *out = arg;

	buf_str(&out->buf, line);
	return output_line(out) == -1 ? output_error(out, e) : 0;
}

static void
tell(const struct learn_totals *t, enum learn_strategy strategy)
{
	bool noise = strategy == LEARN_NOISE;

	tell_count(t->unknown,
	    "records say nothing to order them by and are left out");
	tell_left_out(
	    (struct left[]){ { t->passed, noise ? "not_labelled" : "labelled" },
		{ t->trusted, "not_in_doubt" }, { t->behind, "over_budget" } },
	    3);
}

static void
print_order(struct run *r, struct learn *l, enum learn_strategy strategy)
{
	struct learn_totals t;
	struct err e;

	if (learn_each(l, put_line, &r->out, &e) == -1)
		run_fail(r, &e);
	t = learn_totals(l);
	tell(&t, strategy);
	if (t.found == 0) {
		diag("there is nothing to look at");
		run_no_result(r);
	}
}

static int
run_order(struct run *r, struct own *own)
{
	struct evaluator *ev;
	struct learn *l;
	struct err e;

	if ((l = learn_new(r->policy, &own->learn, &e)) == NULL)
		return run_fail(r, &e), (int)r->status;
	if (run_open(r) == -1)
		return (int)r->status;
	ev = evaluator_new(r->policy->exprs);
	learn_start(l, ev);
	run_collect(r, &(struct stream_job){ .record = learn_add, .state = l });
	print_order(r, l, own->learn.strategy);
	learn_free(l);
	evaluator_free(ev);
	return run_end(r);
}

static int
run_ready(struct run *r, uint64_t min_samples)
{
	struct training x;
	struct err e;

	if (training_init(&x, r->policy, &e) == -1)
		return run_fail(r, &e), (int)r->status;
	if (run_open(r) == -1)
		return (int)r->status;
	x.ev = evaluator_new(r->policy->exprs);
	run_collect(
	    r, &(struct stream_job){ .record = training_add, .state = &x });
	training_write(&x, min_samples, &r->out.buf);
	output_line(&r->out);
	if (!training_is_due(&x, min_samples))
		r->status = status_worse(r->status, STATUS_NO);
	evaluator_free(x.ev);
	return run_end(r);
}

int
run_learn(int argc, char *argv[])
{
	struct own own = { .learn = { .threshold = NAN,
			       .max_groups = 10000,
			       .key = hash_key_derive(STR("hitl")) },
		.bounds = BOUNDS_INIT,
		.min_samples = 500 };
	struct run r;
	struct err e;

	if (run_begin(&r, &command, &own, argc, argv) == -1)
		return (int)r.status;
	if (check(&own, &e) == -1)
		return run_fail(&r, &e), (int)r.status;
	own.learn.percent = r.options.percent;
	own.learn.memory = own.bounds.memory;
	own.learn.directory = own.bounds.directory;
	return own.ready ? run_ready(&r, own.min_samples) : run_order(&r, &own);
}
