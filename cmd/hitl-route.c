/* hitl-route: add a "route" member to each record (hitl-route(1)). */
#include <math.h>
#include <string.h>

#include "route/modes.h"

enum {
	OPTION_THRESHOLDS = 't',
	OPTION_ADVISE = OPTION_OWN,
	OPTION_ALLOW_COMMANDS,
	OPTION_BACKLOG,
	OPTION_BACKLOG_FILE,
	OPTION_CAPACITY,
	OPTION_COST_ERROR,
	OPTION_COST_REVIEW,
	OPTION_DRY_RUN_POLICY,
	OPTION_DRY_RUN_THRESHOLDS,
	OPTION_EXPLAIN,
	OPTION_MAX_ERROR,
	OPTION_METRICS,
	OPTION_NOW,
	OPTION_OVERDUE,
	OPTION_TASKS,
	OPTION_VOLUME,
	OPTION_WATCH,
};

static const struct option_row rows[] = {
	{ OPTION_THRESHOLDS, "thresholds", "FILE",
	    "thresholds made by hitl-calibrate(1)" },
	{ OPTION_ADVISE, "advise", NULL,
	    "write a first policy for a log like this, with reasons" },
	{ OPTION_ALLOW_COMMANDS, "allow-commands", NULL,
	    "run the programs in the policy's cascade" },
	{ OPTION_BACKLOG, "backlog", "N",
	    "so many tasks wait: for the policy's relief" },
	{ OPTION_BACKLOG_FILE, "backlog-file", "FILE",
	    "the same, from a file that may change" },
	{ OPTION_CAPACITY, "capacity", "N",
	    "with --advise: so many reviews a day are possible" },
	{ OPTION_COST_ERROR, "cost-error", "X",
	    "with --advise: what an error costs that acts alone" },
	{ OPTION_COST_REVIEW, "cost-review", "Y",
	    "with --advise: what a review costs" },
	{ OPTION_DRY_RUN_POLICY, "dry-run-policy", "OLD",
	    "count what moves from OLD to this policy, and route nothing" },
	{ OPTION_DRY_RUN_THRESHOLDS, "dry-run-thresholds", "OLD",
	    "with it: the thresholds of OLD (those of -t)" },
	{ OPTION_EXPLAIN, "explain", "ID",
	    "say in words why the records of this id go where they go" },
	{ OPTION_MAX_ERROR, "max-error", "A",
	    "with --advise: the error rate of what acts alone, at most" },
	{ OPTION_METRICS, "metrics", "FILE",
	    "metrics by hitl-metrics(1): for the audits' states and floor" },
	{ OPTION_NOW, "now", "TIME",
	    "RFC 3339, or now; the time of records that have none, and of "
	    "their age" },
	{ OPTION_OVERDUE, "overdue", "TASKS",
	    "mark the tasks whose answer may be sent, for want of a person" },
	{ OPTION_TASKS, "tasks", "FILE",
	    "write a task for each record that a person is to look at" },
	{ OPTION_VOLUME, "volume", "N",
	    "with --advise: so many decisions come a day (by the log)" },
	{ OPTION_WATCH, "watch", NULL,
	    "load policy, thresholds and metrics again when they change" },
};

static int
take_now(const char *argument, struct route_options *o, struct err *e)
{
	o->by_clock = strcmp(argument, "now") == 0;
	return o->by_clock ? 0 : time_option("--now", argument, &o->now, e);
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct route_options *o = own;

	switch (id) {
	case OPTION_THRESHOLDS: o->thresholds = argument; break;
	case OPTION_ADVISE: o->advise = true; break;
	case OPTION_MAX_ERROR:
		return number_option("--max-error", argument, 1e-9, 0.999999,
		    &o->advice.max_error, e);
	case OPTION_COST_ERROR:
		return number_option("--cost-error", argument, 1e-9, 1e15,
		    &o->advice.cost_error, e);
	case OPTION_COST_REVIEW:
		return number_option("--cost-review", argument, 1e-9, 1e15,
		    &o->advice.cost_review, e);
	case OPTION_CAPACITY:
		return number_option(
		    "--capacity", argument, 0, 1e12, &o->advice.capacity, e);
	case OPTION_VOLUME:
		return number_option(
		    "--volume", argument, 1e-6, 1e12, &o->advice.volume, e);
	case OPTION_ALLOW_COMMANDS: o->allow_commands = true; break;
	case OPTION_BACKLOG:
		o->has_backlog = true;
		return number_option(
		    "--backlog", argument, 0, 1e15, &o->backlog.waiting, e);
	case OPTION_BACKLOG_FILE: o->backlog.file = argument; break;
	case OPTION_DRY_RUN_POLICY: o->dry_run_policy = argument; break;
	case OPTION_DRY_RUN_THRESHOLDS: o->dry_run_thresholds = argument; break;
	case OPTION_EXPLAIN: o->explain = argument; break;
	case OPTION_METRICS: o->metrics = argument; break;
	case OPTION_NOW: return take_now(argument, o, e);
	case OPTION_OVERDUE: o->overdue = argument; break;
	case OPTION_TASKS: o->tasks = argument; break;
	case OPTION_WATCH: o->watch = true; break;
	default: break;
	}
	return 0;
}

/* What is opened later than its name is read. */
static const struct option_file files[] = { { OPTION_TASKS, SANDBOX_REPLACE },
	{ OPTION_BACKLOG_FILE, SANDBOX_WATCH },
	{ OPTION_OVERDUE, SANDBOX_READ }, { 0, SANDBOX_NONE } };

static const struct option_rule rules[] = {
	{ OPTION_EXPLAIN, .without = { OPTION_DRY_RUN_POLICY, OPTION_OVERDUE,
			      OPTION_ADVISE, OPTION_TASKS, OPTION_WATCH } },
	{ OPTION_DRY_RUN_POLICY, .without = { OPTION_OVERDUE, OPTION_ADVISE,
				     OPTION_TASKS, OPTION_WATCH } },
	{ OPTION_OVERDUE,
	    .without = { OPTION_ADVISE, OPTION_TASKS, OPTION_WATCH,
		OPTION_FILES, OPTION_THRESHOLDS, OPTION_METRICS, OPTION_BACKLOG,
		OPTION_BACKLOG_FILE, OPTION_ALLOW_COMMANDS, OPTION_SCALE } },
	{ OPTION_ADVISE,
	    .without = { OPTION_TASKS, OPTION_WATCH, 'p', OPTION_THRESHOLDS,
		OPTION_METRICS, OPTION_BACKLOG, OPTION_BACKLOG_FILE,
		OPTION_ALLOW_COMMANDS, OPTION_NOW } },
	{ OPTION_WATCH, .with = { 'p', OPTION_THRESHOLDS, OPTION_METRICS },
	    .without = { OPTION_CSV } },
	{ OPTION_BACKLOG, .without = { OPTION_BACKLOG_FILE } },
	{ OPTION_DRY_RUN_THRESHOLDS, .with = { OPTION_DRY_RUN_POLICY } },
	{ 'f', .with = { OPTION_DRY_RUN_POLICY } },
	{ OPTION_CAPACITY, .with = { OPTION_ADVISE } },
	{ OPTION_MAX_ERROR, .with = { OPTION_ADVISE } },
	{ OPTION_VOLUME, .with = { OPTION_ADVISE } },
	{ OPTION_COST_ERROR, .with = { OPTION_ADVISE } },
	{ OPTION_COST_ERROR, .with = { OPTION_COST_REVIEW } },
	{ OPTION_COST_REVIEW, .with = { OPTION_COST_ERROR } },
	{ 0 },
};

static const struct command command = {
	.usage = "[-p POLICY] [-t THRESHOLDS] [OPTION...] [FILE...]",
	.about = "Decides who acts on each decision: the model, or a person.",
	.own = rows,
	.nown = LENGTH(rows),
	.rule = rules,
	.file = files,
	.confidences = true,
	.threads = true,
	.take = take,
	.filter = true,
	.results = true,
};

int
main(int argc, char *argv[])
{
	struct route_options own = { .now = TIMESTAMP_NONE,
		.advice = { NAN, NAN, NAN, NAN, NAN, NULL, 0 } };
	struct options o;
	struct err e;
	int status;

	program_init("hitl-route");
	options_parse(&o, &command, &own, argc, argv);
	if (own.backlog.file != NULL &&
	    backlog_open(&own.backlog, own.backlog.file, &e) == -1)
		return diag_err(&e);
	if (own.advise)
		status = advise_all(&o, &own);
	else if (own.explain != NULL)
		status = explain_all(&o, &own);
	else if (own.dry_run_policy != NULL)
		status = dry_run_all(&o, &own);
	else if (own.overdue != NULL)
		status = overdue_all(&o, &own);
	else
		status = route_all(&o, &own);
	options_release(&o);
	return status;
}
