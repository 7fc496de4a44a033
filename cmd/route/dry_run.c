/* hitl-route --dry-run-policy: what a change of policy would do to a log. */
#include "route/modes.h"

int
dry_run_init(struct dry_run *d, struct options *o, const char *now_file,
    struct arena *a, struct err *e)
{
	const char *file = d->thresholds != NULL ? d->thresholds : now_file;

	d->p = policy_load(d->policy, o->override, o->noverride, a, e);
	if (d->p == NULL)
		return -1;
	if (file != NULL && (d->t = thresholds_load(file, d->p, a, e)) == NULL)
		return -1;
	if (router_init(&d->router, d->p, d->t, a, e) == -1)
		return -1;
	return expr_set_compile(d->p->exprs, e);
}

enum status
dry_run_all(struct dry_run *d, struct options *o, struct router *after,
    struct arena *a, struct output *out)
{
	struct results results = { .arena = a };
	struct stream_totals totals;
	struct comparison c;
	enum status status;

	d->router.now = after->now;
	d->router.percent = after->percent;
	d->router.ev = evaluator_new(d->p->exprs);
	comparison_init(&c, &d->router, after);
	o->stream.jobs = 1;
	status = stream_run(&o->stream, o->file,
	    expr_set_fields(after->policy->exprs),
	    &(struct stream_job){ .record = comparison_add, .state = &c },
	    &totals);
	comparison_report(&c, &results);
	results_print(&results, o->format, &out->buf);
	results_release(&results);
	comparison_release(&c);
	return status;
}

void
dry_run_release(struct dry_run *d)
{
	if (d->p == NULL)
		return;
	evaluator_free(d->router.ev);
	router_release(&d->router);
	thresholds_free(d->t);
	policy_free(d->p);
}
