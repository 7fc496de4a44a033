/* hitl-calibrate apply: add a "calibrated" member to each record. */
#include "calibrate/apply.h"
#include "calibrate/calibrate.h"
#include "record/filter.h"

enum { OPTION_CROSS_FIT = OPTION_OWN };

struct own {
	const char *model;
	bool cross_fit;
};

static const struct option_row rows[] = {
	{ 'm', "model", "FILE", "of hitl-calibrate fit; -: standard input" },
	{ OPTION_CROSS_FIT, "cross-fit", NULL,
	    "by the fold model that has not seen the record: for the log "
	    "the model was fitted on" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	(void)e;
	if (id == 'm')
		o->model = argument;
	else
		o->cross_fit = true;
	return 0;
}

static const struct command command = {
	.usage = "apply -m MODEL [OPTION...] [FILE...]",
	.about = "Adds the probability that a fitted model gives.",
	.own = rows,
	.nown = LENGTH(rows),
	.filter = true,
	.confidences = true,
	.threads = true,
	.take = take,
};

static int
check_inputs(const struct own *o, const struct options *options, struct err *e)
{
	char *const model[] = { (char *)(uintptr_t)o->model, NULL };

	if (o->model == NULL)
		return err_set(e, STATUS_USAGE,
		    "apply: -m MODEL is missing: hitl-calibrate fit makes one");
	return stdin_option("-m", model, options->file, e);
}

int
run_apply(int argc, char *argv[])
{
	struct own o = { 0 };
	struct application a;
	struct stream_totals totals;
	struct model *m;
	struct run r;
	struct err e;

	if (run_begin(&r, &command, &o, argc, argv) == -1)
		return (int)r.status;
	if (check_inputs(&o, &r.options, &e) == -1 ||
	    (m = model_load(o.model, &r.perm, &e)) == NULL ||
	    application_init(
		&a, m, r.policy, r.options.percent, o.cross_fit, &e) == -1)
		return (int)diag_err(&e);
	if (run_open(&r) == -1)
		return (int)r.status;
	a.ev = evaluator_new(r.policy->exprs);
	r.status = filter_run(&r.options.stream, r.options.file,
	    expr_set_fields(r.policy->exprs),
	    &(struct filter_job){ .key = STR("calibrated"),
		.member = application_member,
		.state = &a,
		.fork = application_fork,
		.join = application_join },
	    &r.out, &totals);
	r.leave = program_stopped(&r.options, &totals);
	evaluator_free(a.ev);
	if (a.without > 0)
		diag("%llu records have no %s: their calibrated confidence is "
		     "null",
		    (unsigned long long)a.without,
		    m->all.combines ? "signal" : "usable confidence");
	model_release(m);
	return run_end(&r);
}
