/* hitl-calibrate threshold: choose one, with a proof. */
#include <stdlib.h>

#include "calibrate/calibrate.h"
#include "calibrate/points.h"
#include "calibrate/threshold.h"
#include "calibrate/verify.h"

enum {
	OPTION_BY = OPTION_OWN,
	OPTION_MERGE,
	OPTION_COST_DELAY,
	OPTION_COST_ERROR,
	OPTION_COST_FLAGGED,
	OPTION_COST_REVIEW,
	OPTION_GRID,
	OPTION_LEVEL,
	OPTION_MAX_ERROR,
	OPTION_MAX_ESCALATION,
	OPTION_MAX_GROUPS,
	OPTION_MAX_WEIGHT,
	OPTION_METHOD,
	OPTION_PART,
	OPTION_UPDATE,
	OPTION_VERIFY,
};

struct own {
	struct threshold_request request;
	double *point;
	struct collection collection;
	struct replaced update;
	const char *verify; /* a file */
};

static const struct option_row rows[] = {
	{ OPTION_MAX_ERROR, "max-error", "A",
	    "the most errors among those that act alone" },
	{ OPTION_LEVEL, "confidence-level", "L", "of the promise (0.95)" },
	{ OPTION_METHOD, "method", "METHOD",
	    "ltt, or empirical: the textbook sweep, which promises nothing" },
	{ OPTION_MAX_ESCALATION, "max-escalation", "E",
	    "a wish: the largest share that goes to a person" },
	{ OPTION_COST_ERROR, "cost-error", "X",
	    "the cheapest threshold instead: of an error" },
	{ OPTION_COST_REVIEW, "cost-review", "Y", "of a review" },
	{ OPTION_COST_DELAY, "cost-delay", "Z", "of the wait for one (0)" },
	{ OPTION_COST_FLAGGED, "cost-flagged-error", "W",
	    "of an error that was out under review: a band, too" },
	{ OPTION_UPDATE, "update", "FILE",
	    "replace FILE, unless it is better founded" },
	{ OPTION_VERIFY, "verify", "FILE",
	    "do these labels refute what FILE promises?" },
	{ OPTION_GRID, "grid", "A:B:STEP",
	    "candidates of empirical (0.5:1:0.01)" },
	{ OPTION_BY, "by", "EXPR", "a threshold for each value of it" },
	{ OPTION_MERGE, "merge", NULL,
	    "the files are states that labels has written" },
	{ OPTION_MAX_GROUPS, "max-groups", "N",
	    "at most so many (1000); records of others count in the pool" },
	{ OPTION_MAX_WEIGHT, "max-weight", "W",
	    "with a field weight: the largest, 1 / the smallest audit rate" },
	{ OPTION_PART, "part", "K/N", "only records of this part, by id" },
};

static int
take_method(struct own *o, const char *argument, struct err *e)
{
	int i = word_index(method_words, str_of(argument));

	if (i == -1 || i == METHOD_COST)
		return err_set(e, STATUS_USAGE,
		    "--method: %s is unknown; ltt or empirical is expected",
		    argument);
	o->request.method = (enum threshold_method)i;
	return 0;
}

static int
take_cost(struct own *o, int id, const char *argument, struct err *e)
{
	struct costs *c = &o->request.costs;

	switch (id) {
	case OPTION_COST_ERROR:
		o->request.method = METHOD_COST;
		return number_option(
		    "--cost-error", argument, 1e-9, 1e12, &c->error, e);
	case OPTION_COST_REVIEW:
		return number_option(
		    "--cost-review", argument, 0, 1e12, &c->review, e);
	case OPTION_COST_DELAY:
		return number_option(
		    "--cost-delay", argument, 0, 1e12, &c->delay, e);
	default:
		c->has_flagged = true;
		return number_option(
		    "--cost-flagged-error", argument, 0, 1e12, &c->flagged, e);
	}
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	switch (id) {
	case OPTION_COST_DELAY:
	case OPTION_COST_ERROR:
	case OPTION_COST_FLAGGED:
	case OPTION_COST_REVIEW: return take_cost(o, id, argument, e);
	case OPTION_UPDATE: o->update.file = argument; return 0;
	case OPTION_VERIFY: o->verify = argument; return 0;
	case OPTION_MAX_ESCALATION:
		return number_option("--max-escalation", argument, 0.0001,
		    0.9999, &o->request.max_escalation, e);
	case OPTION_GRID:
		return points_grid(argument, &o->point, &o->request.ngrid, e);
	case OPTION_BY: o->request.by = o->collection.by = argument; return 0;
	case OPTION_MERGE: o->collection.merge = true; return 0;
	case OPTION_METHOD: return take_method(o, argument, e);
	case OPTION_LEVEL:
		return level_option(argument, &o->request.confidence_level, e);
	case OPTION_MAX_ERROR:
		return number_option("--max-error", argument, 0.0001, 0.9999,
		    &o->request.max_error, e);
	case OPTION_MAX_GROUPS:
		return take_max_groups(argument, &o->collection, e);
	case OPTION_MAX_WEIGHT:
		return number_option("--max-weight", argument, 1e-6, 1e12,
		    &o->collection.max_weight, e);
	default: return part_parse(argument, &o->collection.part, e);
	}
}

static const struct option_rule rules[] = {
	/* the promise, and what it is by, are the file's own */
	{ OPTION_VERIFY,
	    .without = { OPTION_UPDATE, OPTION_MAX_ERROR, OPTION_LEVEL,
		OPTION_BY, OPTION_METHOD, OPTION_MAX_ESCALATION,
		OPTION_COST_ERROR, OPTION_COST_REVIEW, OPTION_COST_DELAY,
		OPTION_COST_FLAGGED, OPTION_GRID, OPTION_MAX_WEIGHT } },
	{ OPTION_UPDATE, .without = { 'f', 'o' } },
	{ OPTION_COST_ERROR, .with = { OPTION_COST_REVIEW } },
	{ OPTION_COST_REVIEW, .with = { OPTION_COST_ERROR },
	    .without = { OPTION_METHOD } },
	{ OPTION_COST_DELAY, .with = { OPTION_COST_ERROR } },
	{ OPTION_COST_FLAGGED, .with = { OPTION_COST_ERROR } },
	{ OPTION_GRID, .with = { OPTION_METHOD } },
	/* a file says itself what it is by */
	{ OPTION_MAX_GROUPS, .with = { OPTION_BY, OPTION_VERIFY } },
	{ OPTION_MERGE, .without = { WITHOUT_STATES } },
	{ 0 },
};

static const int outputs[] = { OPTION_UPDATE, 0 };

static const struct command command = {
	.usage = "threshold --max-error A | --cost-error X --cost-review Y | "
		 "--verify FILE [OPTION...] [FILE...]",
	.about = "Chooses the threshold that automates most, with a proof.",
	.own = rows,
	.nown = LENGTH(rows),
	.results = true,
	.confidences = true,
	.threads = true,
	.rule = rules,
	.outputs = outputs,
	.take = take,
};

/* What goes together; -1 with *e. */
static int
check(const struct own *o, struct err *e)
{
	const struct threshold_request *q = &o->request;
	const struct costs *c = &q->costs;

	if (o->verify != NULL)
		return 0;
	if (o->point != NULL && q->method != METHOD_EMPIRICAL)
		return err_set(e, STATUS_USAGE,
		    "--grid goes with --method empirical: a proof has "
		    "candidates of its own");
	if (c->has_flagged && c->flagged >= c->error)
		return err_set(e, STATUS_USAGE,
		    "--cost-flagged-error: an error that is corrected costs "
		    "less than one that stays (--cost-error %g)",
		    c->error);
	if (q->method != METHOD_COST && q->max_error == 0)
		return err_set(e, STATUS_USAGE,
		    "threshold: --max-error A is missing: how many errors are "
		    "acceptable?");
	return 0;
}

/* Chooses, and says why if there is no threshold. */
static void
choose(struct run *r, const struct labelled *l, struct own *o)
{
	struct buf why = { 0 };
	struct err unused;

	if (o->point == NULL)
		points_grid(
		    "0.5:1:0.01", &o->point, &o->request.ngrid, &unused);
	o->request.grid = o->point;
	if (!(l->weighted ? threshold_choose_weighted : threshold_choose)(
		l, &o->request, &r->out.buf, &why)) {
		diag("%.*s", (int)why.n, why.s);
		r->status = status_worse(r->status, STATUS_NO);
	}
	buf_release(&why);
}

/* The thresholds as rows instead of a file: the default, then each group. */
static void
tabulate(struct run *r)
{
	struct results results = { .arena = &r->perm };
	struct buf row = { 0 };
	struct err e;
	const struct json *root =
	    json_parse(buf_view(&r->out.buf), &r->perm, &e);
	const struct json *groups = json_get(root, "groups");
	struct str all = json_get(root, "default")->value.text;

	buf_printf(&row, "{\"group\":null,%.*s", (int)all.n - 1, all.s + 1);
	results_add(&results, buf_view(&row));
	for (size_t i = 0; i < groups->n; i++) {
		struct str one = groups->member[i].json.value.text;
		buf_clear(&row);
		buf_cstr(&row, "{\"group\":");
		buf_json_string(&row, groups->member[i].key);
		buf_printf(&row, ",%.*s", (int)one.n - 1, one.s + 1);
		results_add(&results, buf_view(&row));
	}
	buf_clear(&r->out.buf);
	run_print(r, &results);
	buf_release(&row);
}

int
run_threshold(int argc, char *argv[])
{
	struct own o = { .collection.max_groups = CALIBRATE_GROUPS,
		.request.confidence_level = CALIBRATE_LEVEL };
	struct labelled l;
	struct run r;
	struct err e;

	if (run_begin(&r, &command, &o, argc, argv) == -1)
		return (int)r.status;
	if (check(&o, &e) == -1)
		return (int)diag_err(&e);
	if (o.verify != NULL)
		return verify_file(&r, o.verify, &o.collection);
	if (o.update.file != NULL) {
		if (replaced_load(&r, &o.update, o.request.by, &e) == -1)
			return (int)diag_err(&e);
		o.request.before = o.update.before;
	}
	o.collection.weighted =
	    o.request.method == METHOD_LTT && o.request.by == NULL &&
	    o.request.max_escalation == 0 && o.update.file == NULL;
	if (run_labels(&r, &o.collection, &l) == -1)
		return (int)r.status;
	choose(&r, &l, &o);
	if (o.update.file != NULL)
		replaced_settle(&r, &o.update, &l);
	if (r.options.format_given)
		tabulate(&r);
	else
		output_line(&r.out);
	thresholds_free(o.update.old);
	labelled_release(&l);
	free(o.point);
	return run_end(&r);
}
