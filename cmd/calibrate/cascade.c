/* hitl-calibrate cascade: what the policy's layers do, and what they cost. */
#include <math.h>

#include "calibrate/calibrate.h"
#include "calibrate/economics.h"
#include "policy/thresholds.h"

enum {
	OPTION_COST_ERROR = OPTION_OWN,
	OPTION_COST_REVIEW,
	OPTION_PART,
};

struct own {
	struct layer_costs costs;
	struct part part;
	const char *thresholds;
};

static const struct option_row rows[] = {
	{ OPTION_COST_ERROR, "cost-error", "X",
	    "of a wrong answer that passed all" },
	{ OPTION_COST_REVIEW, "cost-review", "Y",
	    "of an answer that a person looks at" },
	{ 't', "thresholds", "FILE",
	    "what passes all layers but is below its default goes to a "
	    "person, too" },
	{ OPTION_PART, "part", "K/N", "only records of this part, by id" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	switch (id) {
	case OPTION_COST_ERROR:
		return number_option(
		    "--cost-error", argument, 0, 1e12, &o->costs.error, e);
	case OPTION_COST_REVIEW:
		return number_option(
		    "--cost-review", argument, 0, 1e12, &o->costs.review, e);
	case 't': o->thresholds = argument; return 0;
	default: return part_parse(argument, &o->part, e);
	}
}

static const struct command command = {
	.usage = "cascade -p POLICY [OPTION...] [FILE...]",
	.about = "What each layer of the policy's cascade stops and costs.",
	.own = rows,
	.nown = LENGTH(rows),
	.results = true,
	.confidences = true,
	.threads = true,
	.take = take,
};

/* Without a file all that passes acts alone. */
static int
threshold_of(struct run *r, const char *file, double *t, struct err *e)
{
	struct thresholds *x;

	*t = -1;
	if (file == NULL)
		return 0;
	if ((x = thresholds_load(file, r->policy, &r->perm, e)) == NULL)
		return -1;
	*t = x->fallback.never ? INFINITY : x->fallback.value;
	thresholds_free(x);
	return 0;
}

int
run_cascade(int argc, char *argv[])
{
	struct own o = { .costs = { NAN, NAN } };
	struct stream_totals totals;
	struct economics x;
	double threshold;
	struct run r;
	struct err e;

	if (run_begin(&r, &command, &o, argc, argv) == -1)
		return (int)r.status;
	if (r.policy->route.nlayer == 0) {
		err_set(&e, STATUS_USAGE,
		    "cascade: -p POLICY with layers in route.cascade is "
		    "needed");
		return (int)diag_err(&e);
	}
	for (size_t i = 0; i < r.policy->route.nlayer; i++) {
		const struct policy_layer *layer = &r.policy->route.layer[i];
		if (layer->command != NULL) {
			err_set(&e, STATUS_USAGE,
			    "%s.command: is not run here; put what it says "
			    "into the log and take it as a \"score\"",
			    layer->where);
			return (int)diag_err(&e);
		}
	}
	if (threshold_of(&r, o.thresholds, &threshold, &e) == -1)
		return (int)diag_err(&e);
	economics_init(&x, r.policy, r.options.percent, threshold);
	x.part = o.part;
	part_use(r.policy);
	if (run_open(&r) == -1)
		return (int)r.status;
	x.ev = evaluator_new(r.policy->exprs);
	totals = run_collect(&r, &(struct stream_job){ .record = economics_add,
				     .state = &x,
				     .fork = economics_fork,
				     .join = economics_join });
	evaluator_free(x.ev);
	tell_partless(x.partless);
	struct results results = { .arena = &r.perm };
	if (!run_nothing(&r, totals.read - totals.rejected, "been read"))
		economics_report(&x, &o.costs, &results);
	run_print(&r, &results);
	economics_release(&x);
	return run_end(&r);
}
