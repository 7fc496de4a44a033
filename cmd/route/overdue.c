/* hitl-route --overdue: tasks that have waited too long. */
#include "record/filter.h"
#include "route/modes.h"
#include "route/overdue.h"

int
overdue_all(struct options *o, struct route_options *own)
{
	char *const file[] = { (char *)own->overdue, NULL };
	struct arena perm = { 0 };
	struct stream_totals totals;
	struct overdue overdue;
	struct policy *p;
	struct output out;
	enum status status;
	struct err e;

	p = policy_load(o->policy, o->override, o->noverride, &perm, &e);
	if (p == NULL ||
	    overdue_init(&overdue, p,
		own->now != TIMESTAMP_NONE ? own->now : timestamp_now(),
		&e) == -1 ||
	    program_compile(o, p->exprs, &e) == -1 ||
	    stream_check(file, &e) == -1 ||
	    output_open(&out, o->output, &e) == -1) {
		status = diag_err(&e);
	} else {
		program_confine(o);
		overdue.ev = evaluator_new(p->exprs);
		status = filter_run(&o->stream, file, expr_set_fields(p->exprs),
		    &(struct filter_job){ .key = STR("fallback"),
			.member = overdue_member,
			.state = &overdue,
			.fork = overdue_fork,
			.join = overdue_join },
		    &out, &totals);
		evaluator_free(overdue.ev);
		status =
		    (program_stopped(o, &totals) ? program_leave
						 : program_close)(&out, status);
	}
	policy_free(p);
	arena_release(&perm);
	return (int)status;
}
