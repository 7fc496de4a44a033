/* How metrics are printed (print.h). */
#include <stdlib.h>
#include <string.h>

#include "metrics/check.h"
#include "metrics/print.h"

static int
take_check(const char *argument, struct printing *p, struct err *e)
{
	p->check = true;
	if (argument == NULL)
		return 0;
	if (strcmp(argument, "value") != 0)
		return err_set(
		    e, STATUS_USAGE, "--check: %s is not \"value\"", argument);
	p->by_value = true;
	return 0;
}

int
printing_take(struct printing *p, int id, const char *argument, struct err *e)
{
	double x;

	switch (id) {
	case OPTION_CHECK: return take_check(argument, p, e);
	case OPTION_CONFIDENCE_LEVEL:
		return number_option("--confidence-level", argument, 0.5,
		    0.999999, &p->rows.level, e);
	case OPTION_ONLY: return rows_only(argument, p->rows.only, e);
	case OPTION_STATE_OUT: p->state = argument; return 0;
	case OPTION_TOP:
		if (number_option("--top", argument, 0, 1000, &x, e) == -1)
			return -1;
		p->rows.top = (size_t)x;
		return 0;
	default: return 1;
	}
}

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

/* The lines of all cells to a file, or to the output in place of rows. */
static int
write_state(struct run *r, const char *file, const struct state_frame *frame,
    const struct metrics *m, const struct metrics_row *row, size_t n)
{
	bool instead = strcmp(file, "-") == 0;
	struct output own, *out = instead ? &r->out : &own;
	struct err e;

	if (!instead && output_open(&own, file, &e) == -1)
		return diag_err(&e), -1;
	for (size_t i = 0; i < n; i++) {
		if (row[i].cell->n == 0)
			continue;
		state_write(frame, m, &row[i], &out->buf);
		out->buf.n--; /* the newline, which output_line() adds */
		if (output_line(out) == -1)
			break;
	}
	if (!instead && output_close(&own, true, &e) == -1)
		return diag_err(&e), -1;
	return instead ? 1 : 0;
}

void
print_metrics(struct run *r, struct printing *p, struct metrics *m,
    const struct state_frame *frame, const struct window *window)
{
	struct results results = { .arena = &r->perm };
	const struct cell **before;
	struct metrics_row *row;
	struct buf text = { 0 };
	bool gaps;
	int state = 0;
	size_t n;

	if (metrics_oddities(m).n == 0) {
		diag("there is no record to count");
		r->status = status_worse(r->status, STATUS_NO);
		return;
	}
	p->rows.policy = r->policy;
	p->rows.window = window;
	p->rows.nby = frame->nby;
	n = metrics_rows(m, &row, &gaps);
	before = rows_before(row, n);
	tell_bounds(m, gaps);
	if (p->state != NULL)
		state = write_state(r, p->state, frame, m, row, n);
	if (state == -1)
		r->status = status_worse(r->status, STATUS_SYSTEM);
	for (size_t i = 0; i < n && state != 1; i++) {
		buf_clear(&text);
		row_write(&p->rows, m, &row[i], before[i], &text);
		results_add(&results, buf_view(&text));
	}
	if (state != 1)
		run_print(r, &results);
	if (p->check &&
	    check_rows(&p->rows, m, row, n, p->by_value, print_miss) > 0)
		r->status = status_worse(r->status, STATUS_NO);
	buf_release(&text);
	free(before);
	free(row);
}
