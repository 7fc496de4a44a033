/* hitl-metrics without a verb: the metrics, by window and group. */
#include "metrics/print.h"

struct own {
	struct selection selection;
	struct printing printing;
};

static const struct option_row rows[] = {
	SELECTION_ROWS,
	PRINTING_ROWS,
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;
	int r = selection_take(&o->selection, id, argument, e);

	return r == 1 ? printing_take(&o->printing, id, argument, e) : r;
}

static const struct option_rule rules[] = {
	SELECTION_RULES,
	PRINTING_RULES,
	{ 0 },
};

static const struct command command = {
	.usage = "[-p POLICY] [OPTION...] [FILE...]",
	.about = "Rates, times, reviews and costs, with intervals and "
		 "targets.\n"
		 "Verbs, each with a --help: agreement, alarm, capacity, "
		 "drift, merge.",
	.own = rows,
	.nown = LENGTH(rows),
	.rule = rules,
	.file = print_files,
	.outputs = print_outputs,
	.confidences = true,
	.threads = true,
	.take = take,
};

static struct state_frame
frame_of(const struct selection *s)
{
	return (struct state_frame){
		.window = s->window == NULL ? STR("") : str_of(s->window),
		.zone = s->zone == NULL ? STR("") : str_of(s->zone),
		.by = selection_grouping(s)
	};
}

int
run_measure(int argc, char *argv[])
{
	struct own o = { .selection = SELECTION_INIT,
		.printing = PRINTING_INIT };
	struct evaluator *ev = NULL;
	struct state_frame frame;
	struct metrics *m;
	struct run r;

	if (run_begin(&r, &command, &o, argc, argv) == -1 ||
	    printing_begin(&r, &o.printing) == -1 ||
	    (m = selection_count(&r, &o.selection, &ev)) == NULL)
		return (int)r.status;
	frame = frame_of(&o.selection);
	print_metrics(&r, &o.printing, m, &frame, &o.selection.options.window);
	metrics_free(m);
	evaluator_free(ev);
	return run_end(&r);
}
