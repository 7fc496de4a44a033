/* How metrics are printed (print.h). */
#include <stdlib.h>
#include <string.h>

#include "metrics/misses.h"
#include "metrics/page.h"
#include "metrics/print.h"
#include "metrics/prometheus.h"
#include "metrics/series.h"

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

static int
take_format(const char *argument, struct printing *p, struct err *e)
{
	static const char *const more[] = { "prometheus", NULL };
	const char *words[FORMATS + LENGTH(more)];
	int i;

	/* those of all programs, and one more */
	memcpy(words, format_words, FORMATS * sizeof(*words));
	memcpy(words + FORMATS, more, sizeof(more));
	if (word_option("--format", argument, words, &i, e) == -1)
		return -1;
	p->prometheus = i == FORMATS;
	if (!p->prometheus)
		p->format = (enum results_format)i;
	return 0;
}

const struct option_file print_files[] = { { OPTION_HTML, SANDBOX_REPLACE },
	{ OPTION_STATE_OUT, SANDBOX_REPLACE }, { 0, SANDBOX_NONE } };

const int print_outputs[] = { OPTION_PLOT, OPTION_STATE_OUT, 0 };

int
printing_take(struct printing *p, int id, const char *argument, struct err *e)
{
	switch (id) {
	case OPTION_CHECK: return take_check(argument, p, e);
	case OPTION_CONFIDENCE_LEVEL:
		return level_option(argument, &p->rows.level, e);
	case 'f': return take_format(argument, p, e);
	case OPTION_HTML: p->html = argument; return 0;
	case OPTION_PLOT:
		p->plot = argument;
		return plot_terminal_of(argument, &p->terminal, e);
	case OPTION_ONLY: return rows_only(argument, p->rows.only, e);
	case OPTION_STATE_OUT: p->state = argument; return 0;
	case OPTION_TOP:
		return count_option(
		    "--top", argument, 0, 1000, &p->rows.top, e);
	default: return 1;
	}
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
	struct output own = { 0 }, *out = instead ? &r->out : &own;
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

int
printing_begin(struct run *r, struct printing *p)
{
	struct err e;

	r->options.format = p->format;
	p->rows.policy = r->policy;
	if (misses_want_targets(r, p, &e) == -1)
		return run_fail(r, &e);
	if (p->state != NULL && strcmp(p->state, "-") == 0 &&
	    (p->plot != NULL || p->prometheus || p->format != FORMAT_NDJSON)) {
		err_set(&e, STATUS_USAGE,
		    "--%s and --state-out - do not go together",
		    p->plot != NULL ? "plot" : "format");
		return run_fail(r, &e);
	}
	if (p->plot == NULL)
		return 0;
	r->options.output = p->plot;
	r->options.sandbox = false; /* gnuplot is another program */
	return 0;
}

/* What is to be printed, all of it counted. */
struct counted {
	const struct metrics *metrics;
	const struct metrics_row *row;
	const struct cell **before;
	size_t n;
};

static void
draw(struct run *r, const struct printing *p, const struct counted *c)
{
	struct buf script = { 0 };
	struct err e;

	if (p->rows.window->unit == WINDOW_NONE) {
		err_set(&e, STATUS_USAGE,
		    "--plot draws windows, and there are none (--window)");
		run_fail(r, &e);
		r->discard = true;
		return;
	}
	if (!series_script(&p->rows, c->row, c->n, p->terminal, &script)) {
		diag("none of these metrics has a value to draw");
		run_no_result(r);
	} else if (gnuplot_run(&script, &r->out.buf, &e) == -1) {
		r->status = diag_err(&e);
		r->discard = true;
	}
	buf_release(&script);
}

static void
write_rows(struct run *r, const struct printing *p, const struct counted *c)
{
	struct results results = { .arena = &r->perm };
	struct rows_options rows = p->rows;
	struct buf text = { 0 };

	if (p->prometheus) {
		prometheus_write(&p->rows, c->row, c->n, &r->out.buf);
		return;
	}
	if (p->format == FORMAT_NDJSON) { /* as they come: there may be many */
		for (size_t i = 0; i < c->n; i++) {
			row_write(&p->rows, c->metrics, &c->row[i],
			    c->before[i], &r->out.buf);
			if (output_line(&r->out) == -1)
				break;
		}
		return;
	}
	if (p->format ==
	    FORMAT_TABLE) /* people do not miss what is not there */
		rows_known(&rows, c->row, c->n);
	for (size_t i = 0; i < c->n; i++) {
		buf_clear(&text);
		row_write(&rows, c->metrics, &c->row[i], c->before[i], &text);
		results_add(&results, buf_view(&text));
	}
	run_print(r, &results);
	buf_release(&text);
}

static void
write_page(struct run *r, const struct printing *p, const struct counted *c,
    const struct misses *misses)
{
	struct page page = { .rows = &p->rows,
		.metrics = c->metrics,
		.row = c->row,
		.before = c->before,
		.n = c->n,
		.miss = (const char *const *)misses->line,
		.nmiss = misses->n,
		.now = timestamp_now() };
	struct buf text = { 0 };

	page_write(&page, &text);
	run_write(r, p->html, buf_view(&text));
	buf_release(&text);
}

void
print_metrics(struct run *r, struct printing *p, struct metrics *m,
    const struct state_frame *frame, const struct window *window)
{
	struct counted c = { .metrics = m };
	struct misses misses = { 0 };
	struct metrics_row *row;
	bool gaps;
	int state = 0;

	if (metrics_oddities(m).n == 0) {
		diag("there is no record to count");
		run_no_result(r);
		return;
	}
	p->rows.window = window;
	p->rows.nby = frame->by.n;
	c.n = metrics_rows(m, &row, &gaps);
	c.row = row;
	c.before = rows_before(row, c.n);
	tell_bounds(m, gaps);
	if (p->state != NULL)
		state = write_state(r, p->state, frame, m, row, c.n);
	if (state == -1)
		r->status = status_worse(r->status, STATUS_SYSTEM);
	if (p->plot != NULL)
		draw(r, p, &c);
	else if (state != 1)
		write_rows(r, p, &c);
	if (p->check || p->html != NULL)
		misses_find(&misses, p, m, row, c.n);
	if (p->check)
		misses_tell(&misses, r, p, row, c.n);
	if (p->html != NULL)
		write_page(r, p, &c, &misses);
	misses_release(&misses);
	free(c.before);
	free(row);
}
