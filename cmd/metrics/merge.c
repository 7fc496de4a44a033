/* hitl-metrics merge: the metrics of a log out of the states of its parts. */
#include "metrics/merge.h"

#include "metrics/print.h"

static const struct option_row rows[] = {
	PRINTING_ROWS,
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	return printing_take(own, id, argument, e);
}

static const struct option_rule rules[] = {
	PRINTING_RULES,
	{ 0 },
};

static const struct command command = {
	.usage = "merge [-p POLICY] [OPTION...] [STATE...]",
	.about = "What --state-out kept of the parts of a log, as a whole.",
	.own = rows,
	.nown = LENGTH(rows),
	.reads = READS_STATES,
	.rule = rules,
	.file = print_files,
	.outputs = print_outputs,
	.take = take,
};

int
run_merge(int argc, char *argv[])
{
	struct printing printing = PRINTING_INIT;
	struct merge m;
	struct run r;
	struct err e;

	if (run_begin(&r, &command, &printing, argc, argv) == -1 ||
	    printing_begin(&r, &printing) == -1)
		return (int)r.status;
	if (merge_init(&m, r.policy, &r.perm, &e) == -1)
		return run_fail(&r, &e), (int)r.status;
	if (run_open(&r) == -1)
		return (int)r.status;
	run_collect(
	    &r, &(struct stream_job){ .record = merge_add, .state = &m });
	if (r.status == STATUS_USAGE)
		r.discard = true;
	else
		print_metrics(&r, &printing, m.metrics, &m.frame, &m.window);
	metrics_free(m.metrics);
	return run_end(&r);
}
