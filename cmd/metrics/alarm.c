/* hitl-metrics alarm: rates that are watched from run to run. */
#include "metrics/alarm.h"

#include "metrics/verbs.h"

enum { OPTION_LEVEL = OPTION_VERB, OPTION_RESTART, OPTION_STATE };

struct own {
	struct selection selection;
	const char *state;
	double level;
	bool restart;
};

static const struct option_row rows[] = {
	SELECTION_ROWS,
	{ OPTION_STATE, "state", "FILE",
	    "what was counted so far; made when it is not there" },
	{ OPTION_LEVEL, "confidence-level", "L",
	    "that no alarm of a group is false, ever (0.95)" },
	{ OPTION_RESTART, "restart", NULL,
	    "begin anew the rates that are in alarm" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	switch (id) {
	case OPTION_STATE: o->state = argument; return 0;
	case OPTION_RESTART: o->restart = true; return 0;
	case OPTION_LEVEL: return level_option(argument, &o->level, e);
	case OPTION_WINDOW:
		return err_set(e, STATUS_USAGE,
		    "--window: an alarm has no windows; it holds at all times");
	default: return selection_take(&o->selection, id, argument, e);
	}
}

/* What is opened later than its name is read. */
static const struct option_file files[] = { { OPTION_STATE, SANDBOX_REPLACE },
	{ 0, SANDBOX_NONE } };

static const struct option_rule rules[] = {
	SELECTION_RULES,
	{ 0 },
};

static const struct command command = {
	.usage = "alarm --state FILE -p POLICY [OPTION...] [FILE...]",
	.about = "Rates against their targets, however often one looks.",
	.own = rows,
	.nown = LENGTH(rows),
	.results = true,
	.file = files,
	.rule = rules,
	.confidences = true,
	.threads = true,
	.take = take,
};

static void
print_miss(void *results, const char *line)
{
	(void)results;
	diag("%s", line);
}

/* Counts the run into the state; -1: it failed, 1: it is refused. */
static int
count(struct run *r, struct own *o, struct alarm *a)
{
	struct evaluator *ev = NULL;
	struct metrics *m;
	struct err e;
	int result = 0;

	alarm_use(r->policy);
	o->selection.options.each = alarm_see;
	o->selection.options.each_arg = a;
	if ((m = selection_count(r, &o->selection, &ev)) == NULL)
		return -1;
	if (o->restart)
		diag("%zu rates begin anew", alarm_restart(a));
	if (alarm_add(a, m, &e) == -1) {
		run_fail(r, &e);
		r->discard = true;
		result = 1;
	} else {
		alarm_decide(a);
	}
	metrics_free(m);
	evaluator_free(ev);
	return result;
}

int
run_alarm(int argc, char *argv[])
{
	struct own o = { .selection = SELECTION_INIT, .level = 0.95 };
	struct grouping by;
	struct alarm *a;
	struct run r;
	struct err e;
	int counted, status;

	if (run_begin(&r, &command, &o, argc, argv) == -1)
		return (int)r.status;
	if (o.state == NULL) {
		err_set(&e, STATUS_USAGE,
		    "--state FILE is needed: what was "
		    "counted so far is kept there");
		return run_fail(&r, &e), (int)r.status;
	}
	by = selection_grouping(&o.selection);
	if ((a = alarm_load(o.state, r.policy, &by, o.level, &e)) == NULL)
		return run_fail(&r, &e), (int)r.status;
	/* no error: hitl-route takes what is counted all the same */
	if (!alarm_can_be(r.policy))
		diag("no rate has a target (the policy's section "
		     "\"targets\"), so none can be in alarm");
	counted = count(&r, &o, a);
	if (counted == -1)
		return (int)r.status;
	struct results results = { .arena = &r.perm };
	if (counted == 0 &&
	    alarm_rows(a, results_take, print_miss, &results) > 0)
		r.status = status_worse(r.status, STATUS_NO);
	run_print(&r, &results);
	status = run_end(&r);
	/* last: rows that nobody has got can be had once more */
	if (counted == 0 && status != STATUS_SYSTEM && alarm_save(a, &e) == -1)
		status = (int)status_worse((enum status)status, diag_err(&e));
	alarm_free(a);
	return status;
}
