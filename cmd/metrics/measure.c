/* hitl-metrics without a verb: the metrics, by window and group. */
#include <stdlib.h>
#include <string.h>

#include "metrics/check.h"

#include "metrics/verbs.h"

enum { OPTION_CHECK = OPTION_VERB, OPTION_LEVEL, OPTION_ONLY, OPTION_TOP };

struct own {
	struct selection selection;
	struct rows_options rows;
	bool check, by_value;
};

static const struct option_row rows[] = {
	SELECTION_ROWS,
	{ OPTION_CHECK, "check", "[=value]",
	    "exit 1 when an interval (or the value) misses its target; a line "
	    "on stderr for each" },
	{ OPTION_LEVEL, "confidence-level", "L", "of the intervals (0.95)" },
	{ OPTION_ONLY, "only", "NAME,...", "these metrics" },
	{ OPTION_TOP, "top", "K", "so many reasons, the commonest (5)" },
};

static int
take_check(const char *argument, struct own *o, struct err *e)
{
	o->check = true;
	if (argument == NULL)
		return 0;
	if (strcmp(argument, "value") != 0)
		return err_set(
		    e, STATUS_USAGE, "--check: %s is not \"value\"", argument);
	o->by_value = true;
	return 0;
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;
	double x;

	switch (id) {
	case OPTION_CHECK: return take_check(argument, o, e);
	case OPTION_LEVEL:
		return number_option("--confidence-level", argument, 0.5,
		    0.999999, &o->rows.level, e);
	case OPTION_ONLY: return rows_only(argument, o->rows.only, e);
	case OPTION_TOP:
		if (number_option("--top", argument, 0, 1000, &x, e) == -1)
			return -1;
		o->rows.top = (size_t)x;
		return 0;
	default: return selection_take(&o->selection, id, argument, e);
	}
}

static const struct command command = {
	.usage = "[-p POLICY] [OPTION...] [FILE...]",
	.about = "Rates, times, reviews and costs, with intervals and targets.",
	.own = rows,
	.nown = sizeof(rows) / sizeof(rows[0]),
	.results = true,
	.take = take,
};

static void
print_miss(const char *line)
{
	diag("%s", line);
}

static void
tell_bounds(const struct metrics *m, bool gaps)
{
	struct metrics_oddities odd = metrics_oddities(m);

	if (odd.rest > 0)
		diag("%llu records are in groups beyond --max-groups, counted "
		     "as \"other\"",
		    (unsigned long long)odd.rest);
	if (!gaps)
		diag("more than %d windows have no record; they are left out",
		    GAPS_MAX);
}

static void
print_rows(struct run *r, struct own *o, struct metrics *m)
{
	struct results results = { .arena = &r->perm };
	struct metrics_row *row;
	struct buf text = { 0 };
	bool gaps;
	size_t n = metrics_rows(m, &row, &gaps);

	tell_bounds(m, gaps);
	for (size_t i = 0; i < n; i++) {
		buf_clear(&text);
		row_write(&o->rows, m, &row[i], &text);
		results_add(&results, buf_view(&text));
	}
	run_print(r, &results);
	if (o->check &&
	    check_rows(&o->rows, m, row, n, o->by_value, print_miss) > 0)
		r->status = status_worse(r->status, STATUS_NO);
	buf_release(&text);
	free(row);
}

int
run_measure(int argc, char *argv[])
{
	struct own o = { .selection = SELECTION_INIT,
		.rows = { .level = 0.95, .top = 5 } };
	struct evaluator *ev = NULL;
	struct metrics *m;
	struct run r;

	if (run_begin(&r, &command, &o, argc, argv) == -1)
		return (int)r.status;
	o.rows.policy = r.policy;
	o.rows.window = &o.selection.options.window;
	o.rows.nby = o.selection.nby;
	if ((m = selection_count(&r, &o.selection, &ev)) == NULL)
		return (int)r.status;
	if (metrics_oddities(m).n == 0) {
		diag("there is no record to count");
		r.status = status_worse(r.status, STATUS_NO);
	} else {
		print_rows(&r, &o, m);
	}
	metrics_free(m);
	evaluator_free(ev);
	return run_end(&r);
}
