/* hitl-metrics merge: the metrics of a log out of the states of its parts. */
#include "metrics/print.h"

static const struct option_row rows[] = {
	PRINTING_ROWS,
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	return printing_take(own, id, argument, e);
}

static const struct command command = {
	.usage = "merge [-p POLICY] [OPTION...] [STATE...]",
	.about = "What --state-out kept of the parts of a log, as a whole.",
	.own = rows,
	.nown = sizeof(rows) / sizeof(rows[0]),
	.take = take,
};

/* States being added; the first line says how the log was cut. */
struct merge {
	struct metrics *metrics;
	struct metrics_options options;
	struct state_frame frame;
	struct arena *perm;
	bool begun;
};

static int
begin(struct merge *m, struct str line, struct err *e)
{
	char zone[ZONE_MAX];

	if (state_frame_of(line, m->perm, &m->frame, e) == -1)
		return -1;
	if ((m->frame.window.n > 0 &&
		window_parse(m->frame.window, &m->options.window, e) == -1) ||
	    (m->frame.zone.n > 0 && zone_find(m->frame.zone, zone, e) == -1))
		return -1;
	m->options.window.local = m->frame.zone.n > 0;
	metrics_cut(m->metrics, &m->options.window, m->frame.nby);
	m->begun = true;
	return 0;
}

static int
add_state(struct record *r, void *arg, struct err *e)
{
	struct merge *m = arg;
	struct state_frame frame;

	if (!m->begun && begin(m, r->line, e) == -1)
		return -1;
	if (state_frame_of(r->line, r->scratch, &frame, e) == -1)
		return -1;
	if (!state_frame_eq(&frame, &m->frame))
		return err_set(e, STATUS_USAGE,
		    "another --window, --tz or --by than the lines "
		    "before: "
		    "they cannot be merged");
	return state_add(r->line, r->scratch, m->metrics, e);
}

int
run_merge(int argc, char *argv[])
{
	struct printing printing = PRINTING_INIT;
	struct merge m = { .options = { .max_groups = UINT32_MAX - 1,
			       .since = TIMESTAMP_NONE,
			       .until = TIMESTAMP_NONE } };
	struct run r;
	struct err e;

	if (run_begin(&r, &command, &printing, argc, argv) == -1 ||
	    printing_begin(&r, &printing) == -1)
		return (int)r.status;
	m.perm = &r.perm;
	if ((m.metrics = metrics_new(r.policy, &m.options, &e)) == NULL)
		return run_fail(&r, &e), (int)r.status;
	if (run_open(&r) == -1)
		return (int)r.status;
	run_stream(
	    &r, &(struct stream_job){ .record = add_state, .state = &m });
	if (r.status != STATUS_USAGE)
		print_metrics(
		    &r, &printing, m.metrics, &m.frame, &m.options.window);
	metrics_free(m.metrics);
	return run_end(&r);
}
