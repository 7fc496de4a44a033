/* hitl-route --dry-run-policy: what a change of policy would do to a log. */
#include "route/modes.h"

/* The side before: another policy, and perhaps other thresholds. */
static struct setup *
load_before(const struct options *o, const struct route_options *own,
    struct route_options *old, struct err *e)
{
	struct options options = *o;

	options.policy = own->dry_run_policy;
	options.explain_policy = false;
	*old = *own;
	if (own->dry_run_thresholds != NULL)
		old->thresholds = own->dry_run_thresholds;
	return setup_new(&options, old, NULL, e);
}

int
dry_run_all(struct options *o, struct route_options *own)
{
	struct setup *before = NULL, *after;
	struct route_options old;
	struct arena rows = { 0 };
	struct results results = { .arena = &rows };
	struct stream_totals totals;
	struct comparison c;
	struct output out;
	enum status status;
	struct err e;

	if ((after = setup_new(o, own, NULL, &e)) == NULL ||
	    (before = load_before(o, own, &old, &e)) == NULL ||
	    setup_open(o, own, &out, &e) == -1) {
		setup_free(before);
		setup_free(after);
		return (int)diag_err(&e);
	}
	comparison_init(&c, &before->router, &after->router);
	o->stream.jobs = 1;
	status = stream_run(&o->stream, o->file,
	    expr_set_fields(after->policy->exprs),
	    &(struct stream_job){ .record = comparison_add, .state = &c },
	    &totals);
	/* of a part of the log there is none */
	if (status == STATUS_SYSTEM || program_stopped(o, &totals))
		return program_discard(&out, status);
	comparison_report(&c, &results);
	results_print(&results, o->format, &out.buf);
	results_release(&results);
	comparison_release(&c);
	setup_free(before);
	setup_free(after);
	arena_release(&rows);
	return program_finish(&out, status);
}
