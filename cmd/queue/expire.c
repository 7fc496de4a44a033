/* hitl-queue expire: what time has passed by. */
#include <string.h>

#include "queue/expire.h"
#include "record/single.h"
#include "route/overdue.h"

#include "queue/verbs.h"

struct own {
	struct desk_options desk;
};

static const struct option_row rows[] = { DESK_ROWS };

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	return desk_take(&o->desk, id, argument, e);
}

/* A task as hitl-route looks at one that is overdue. */
struct looking {
	struct desk *desk;
	struct overdue overdue;
	struct single single;
	struct buf lines;
};

static int
fall_back(
    void *state, struct str task, struct buf *value, bool *send, struct err *e)
{
	struct looking *x = state;

	if (single_scan(&x->single, task, e) == -1)
		return err_set(e, STATUS_SYSTEM, "a task is broken");
	x->overdue.now = x->desk->queue->now;
	*send = overdue_judge(&x->single.record, &x->overdue, value);
	return 0;
}

static int
flush(void *arg)
{
	struct looking *x = arg;

	desk_lines(x->desk, buf_view(&x->lines));
	buf_clear(&x->lines);
	return output_flush(&x->desk->run.out);
}

static int
expire(struct desk *d, struct looking *x, struct err *e)
{
	struct policy *p = d->run.policy;
	struct expire_totals totals = { 0 };
	int bad;

	single_init(&x->single, expr_set_fields(p->exprs));
	x->overdue.ev = evaluator_new(p->exprs);
	bad = queue_expire(
	    d->queue, fall_back, x, &x->lines, flush, x, &totals, e);
	if (bad == 0 && totals.behind)
		diag("the clock is more than an hour behind what the queue "
		     "has seen: approvals are left as they are; see "
		     "hitl-queue clock");
	evaluator_free(x->overdue.ev);
	single_release(&x->single);
	return bad;
}

int
run_expire(int argc, char *argv[])
{
	static const struct command c = {
		.usage = "expire [-p POLICY] [OPTION...]",
		.about = "Ends approvals nobody gave in time, tells missed "
			 "deadlines once, frees lapsed tasks.",
		.own = rows,
		.nown = LENGTH(rows),
		.reads = READS_POLICY,
		.results = true,
		.take = take,
	};
	struct own own = { .desk = DESK_INIT };
	struct looking x = { 0 };
	struct desk d;
	struct err e;

	if (desk_begin(&d, &c, &own, (struct desk_kind){ .bare = true }, argc,
		argv) == -1)
		return desk_end(&d);
	x.desk = &d;
	if (overdue_init(&x.overdue, d.run.policy, 0, &e) == -1 ||
	    program_compile(&d.run.options, d.run.policy->exprs, &e) == -1)
		desk_fail(&d, &e);
	else if (desk_start(&d) == 0 && expire(&d, &x, &e) == -1)
		desk_fail(&d, &e);
	buf_release(&x.lines);
	return desk_end(&d);
}
