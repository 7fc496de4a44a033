/* Charts of a page (chart.h). */
#include <math.h>
#include <stdlib.h>

#include "metrics/chart.h"
#include "metrics/html.h"
#include "metrics/series.h"

enum {
	WIDTH = 640,
	HEIGHT = 260,
	LEFT = 64,
	RIGHT = 12,
	TOP = 14,
	BOTTOM = 32,
	LINES = 4, /* across, with their values */
	POINTS_MOST = 200, /* rows of the table beside it */
};

static const char *const colour[SERIES_LINES] = { "#0072b2", "#d55e00",
	"#009e73", "#cc79a7", "#b8860b", "#4a90c2" };
/* told apart without colours, too */
static const char *const dash[SERIES_LINES] = { "", "8 3", "2 3", "10 3 2 3",
	"4 4", "1 5" };

struct chart {
	const struct page *page;
	enum metric metric;
	struct str group[SERIES_LINES];
	size_t lines;
	double first, last; /* times */
	double most; /* of the values; the least is 0 */
};

static bool
is_shown(const struct chart *c, const struct metrics_row *row, size_t line)
{
	return !row->rest && row->start != TIMESTAMP_NONE &&
	       str_eq(row->group, c->group[line]);
}

static struct metric_value
value_of(const struct chart *c, const struct metrics_row *row)
{
	return cell_metric(row->cell, c->metric, c->page->rows->level);
}

/* A bound of an interval, where it is one. */
static double
bound(double x, double value)
{
	return isfinite(x) ? x : value;
}

/* 1, 2, 2.5 or 5 times a power of ten, at least x. */
static double
round_step(double x)
{
	static const double step[] = { 1, 2, 2.5, 5, 10 };
	double power = pow(10, floor(log10(x)));

	for (size_t i = 0; i < LENGTH(step); i++)
		if (step[i] * power >= x * (1 - 1e-9))
			return step[i] * power;
	return 10 * power;
}

static void
measure(struct chart *c)
{
	const struct policy_target *t =
	    &c->page->rows->policy->target[c->metric];

	c->lines = series_groups(c->page->row, c->page->n, c->group);
	c->first = INFINITY;
	c->last = -INFINITY;
	c->most = fmax(t->has_most ? t->most : 0, t->has_least ? t->least : 0);
	for (size_t i = 0; i < c->page->n; i++) {
		const struct metrics_row *row = &c->page->row[i];
		if (row->start == TIMESTAMP_NONE)
			continue;
		c->first = fmin(c->first, (double)row->start);
		c->last = fmax(c->last, (double)row->start);
		for (size_t k = 0; k < c->lines; k++) {
			struct metric_value v;
			if (!is_shown(c, row, k))
				continue;
			v = value_of(c, row);
			if (!isnan(v.value))
				c->most = fmax(c->most, bound(v.high, v.value));
		}
	}
	c->most = LINES * round_step((c->most > 0 ? c->most : 1) / LINES);
	if (metric_kinds[c->metric].unit == UNIT_SHARE)
		c->most = fmin(1, c->most);
}

static double
x_of(const struct chart *c, int64_t start)
{
	double span = c->last - c->first;

	return LEFT + (WIDTH - LEFT - RIGHT) *
			  (span > 0 ? ((double)start - c->first) / span : 0.5);
}

static double
y_of(const struct chart *c, double value)
{
	return TOP + (HEIGHT - TOP - BOTTOM) * (1 - fmin(1, value / c->most));
}

/* Lines across with their values, and the first and the last window. */
static void
write_axes(const struct chart *c, struct buf *out)
{
	const struct window *w = c->page->rows->window;

	for (int i = 0; i <= LINES; i++) {
		double value = c->most * i / LINES;
		buf_printf(out,
		    "<path d=\"M%d %.1fH%d\" stroke=\"currentColor\" "
		    "stroke-opacity=\".25\"/><text x=\"%d\" y=\"%.1f\" "
		    "text-anchor=\"end\">",
		    LEFT, y_of(c, value), WIDTH - RIGHT, LEFT - 6,
		    y_of(c, value) + 4);
		html_number(out, c->metric, value);
		buf_cstr(out, "</text>");
	}
	if (c->first > c->last)
		return;
	buf_printf(out, "<text x=\"%d\" y=\"%d\">", LEFT, HEIGHT - 10);
	window_format(w, (int64_t)c->first, out);
	buf_printf(out, "</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">",
	    WIDTH - RIGHT, HEIGHT - 10);
	window_format(w, (int64_t)c->last, out);
	buf_cstr(out, "</text>\n");
}

static void
write_bound(const struct chart *c, double value, struct buf *out)
{
	buf_printf(out,
	    "<path d=\"M%d %.1fH%d\" stroke=\"currentColor\" "
	    "stroke-width=\"1.5\" stroke-dasharray=\"6 4\"/>",
	    LEFT, y_of(c, value), WIDTH - RIGHT);
}

/* The interval of each window, as a bar behind its point. */
static void
write_intervals(const struct chart *c, size_t line, struct buf *out)
{
	buf_printf(out,
	    "<path stroke=\"%s\" stroke-width=\"4\" stroke-opacity=\".3\" "
	    "d=\"",
	    colour[line]);
	for (size_t i = 0; i < c->page->n; i++) {
		const struct metrics_row *row = &c->page->row[i];
		struct metric_value v;
		if (!is_shown(c, row, line))
			continue;
		v = value_of(c, row);
		if (!isnan(v.value))
			buf_printf(out, "M%.1f %.1fV%.1f", x_of(c, row->start),
			    y_of(c, bound(v.low, v.value)),
			    y_of(c, bound(v.high, v.value)));
	}
	buf_cstr(out, "\"/>");
}

/* Broken where a window has no value. */
static void
write_line(const struct chart *c, size_t line, struct buf *out)
{
	bool pen = false;

	buf_printf(out,
	    "<path fill=\"none\" stroke=\"%s\" stroke-width=\"2\" "
	    "stroke-linecap=\"round\" stroke-dasharray=\"%s\" d=\"",
	    colour[line], dash[line]);
	for (size_t i = 0; i < c->page->n; i++) {
		const struct metrics_row *row = &c->page->row[i];
		struct metric_value v;
		if (!is_shown(c, row, line))
			continue;
		v = value_of(c, row);
		if (isnan(v.value)) {
			pen = false;
			continue;
		}
		/* a point alone is a dot by its round ends */
		buf_printf(out, "%c%.1f %.1f%s", pen ? 'L' : 'M',
		    x_of(c, row->start), y_of(c, v.value), pen ? "" : "h0");
		pen = true;
	}
	buf_cstr(out, "\"/>\n");
}

static void
write_table(const struct chart *c, struct buf *out)
{
	size_t shown = 0;

	buf_cstr(out, "<details><summary>The same as a table</summary>"
		      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		      "aria-label=\"");
	html_metric(out, c->metric);
	buf_cstr(out, "\"><table><thead><tr><th scope=\"col\">Window</th>"
		      "<th scope=\"col\">Value</th><th scope=\"col\">From</th>"
		      "<th scope=\"col\">To</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < c->page->n && shown < POINTS_MOST; i++) {
		const struct metrics_row *row = &c->page->row[i];
		struct buf name = { 0 };
		struct metric_value v;
		bool is = false;
		for (size_t k = 0; k < c->lines; k++)
			is |= is_shown(c, row, k);
		if (!is)
			continue;
		shown++;
		v = value_of(c, row);
		row_name(c->page->rows, row, &name);
		buf_cstr(out, "<tr><th scope=\"row\">");
		html_text(out, str_trim(buf_view(&name)));
		buf_release(&name);
		buf_cstr(out, "</th><td>");
		html_number(out, c->metric, v.value);
		buf_cstr(out, "</td><td>");
		html_number(out, c->metric, v.low);
		buf_cstr(out, "</td><td>");
		html_number(out, c->metric, v.high);
		buf_cstr(out, "</td></tr>\n");
	}
	buf_cstr(out, "</tbody></table></div></details>\n");
}

void
chart_write(const struct page *p, enum metric m, struct buf *out)
{
	const struct policy_target *t = &p->rows->policy->target[m];
	struct chart c = { .page = p, .metric = m };

	measure(&c);
	buf_cstr(out, "<figure><figcaption>");
	html_metric(out, m);
	if (t->given) {
		buf_cstr(out, ", target ");
		html_text(out, t->text);
	}
	buf_printf(out,
	    "</figcaption>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" "
	    "aria-label=\"",
	    WIDTH, HEIGHT);
	html_metric(out, m);
	buf_cstr(out, " over time; the table below has the values\">\n");
	write_axes(&c, out);
	for (size_t i = 0; i < c.lines; i++)
		write_intervals(&c, i, out);
	for (size_t i = 0; i < c.lines; i++)
		write_line(&c, i, out);
	if (t->has_most)
		write_bound(&c, t->most, out);
	if (t->has_least)
		write_bound(&c, t->least, out);
	buf_cstr(out, "</svg>\n");
	write_table(&c, out);
	buf_cstr(out, "</figure>\n");
}

void
chart_key(const struct page *p, struct buf *out)
{
	struct str group[SERIES_LINES];
	size_t n = series_groups(p->row, p->n, group);

	buf_cstr(out, "<p>Bars are intervals, dashed lines across targets.");
	for (size_t i = 0; i < n && p->rows->nby > 0; i++) {
		buf_printf(out,
		    " <span class=\"key\"><svg viewBox=\"0 0 24 12\" "
		    "aria-hidden=\"true\"><path d=\"M1 6H23\" stroke=\"%s\" "
		    "stroke-width=\"3\" stroke-dasharray=\"%s\"/></svg> ",
		    colour[i], dash[i]);
		html_text(out, group[i]);
		buf_cstr(out, "</span>");
	}
	if (p->rows->nby > 0 && n == SERIES_LINES)
		buf_cstr(out, " The largest groups are drawn.");
	buf_cstr(out, "</p>\n");
}
