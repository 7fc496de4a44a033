/* Metrics over time (series.h). */
#include <math.h>
#include <stdlib.h>

#include "metrics/series.h"

/* Of Okabe and Ito, which all eyes tell apart. */
static const char *const colour[SERIES_LINES] = { "#0072b2", "#d55e00",
	"#009e73", "#cc79a7", "#e69f00", "#56b4e9" };

size_t
series_metrics(const struct rows_options *o, enum metric metric[SERIES_PANELS])
{
	static const enum metric usual[] = { METRIC_ESCALATION_RATE,
		METRIC_ERROR_ESCAPE_RATE, METRIC_EXPECTED_ERROR_RATE,
		METRIC_REVIEWER_AGREEMENT };
	bool all = rows_all(o);
	size_t n = 0;

	for (enum metric m = 0; m < METRICS && n < SERIES_PANELS; m++)
		if (all ? o->policy->target[m].given : o->only[m])
			metric[n++] = m;
	for (size_t i = 0; n == 0 && i < LENGTH(usual); i++)
		metric[i] = usual[i];
	return n > 0 ? n : LENGTH(usual);
}

struct sized {
	struct str group;
	uint64_t n;
};

static int
by_size(const void *pa, const void *pb)
{
	const struct sized *a = pa, *b = pb;

	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return str_cmp(a->group, b->group);
}

size_t
series_groups(
    const struct metrics_row *row, size_t n, struct str group[SERIES_LINES])
{
	struct sized *size = calloc(n + 1, sizeof(*size));
	struct map groups = { 0 };
	size_t found;

	if (size == NULL)
		memory_exhausted();
	for (size_t i = 0; i < n; i++) {
		uint32_t g;
		if (row[i].rest || row[i].start == TIMESTAMP_NONE)
			continue;
		g = map_put(&groups, row[i].group, NULL);
		size[g].group = row[i].group;
		size[g].n += row[i].cell->n;
	}
	if (groups.n > 0)
		qsort(size, groups.n, sizeof(*size), by_size);
	found = groups.n < SERIES_LINES ? groups.n : SERIES_LINES;
	for (size_t i = 0; i < found; i++)
		group[i] = size[i].group;
	map_release(&groups);
	free(size);
	return found;
}

/* Local time as gnuplot, which knows no zones, would have it. */
static double
plot_time(const struct window *w, int64_t start)
{
	struct local l;

	if (!w->local)
		return (double)start / USEC_PER_SECOND;
	l = local_of(start);
	return (double)l.day * 86400 + l.second;
}

/* In single quotes; names come from records. */
static void
quoted(struct buf *out, struct str text)
{
	buf_char(out, '\'');
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.s[i];
		if (c == '\'')
			buf_char(out, '\'');
		buf_char(out, c < 0x20 || c == 0x7f ? ' ' : (char)c);
	}
	buf_char(out, '\'');
}

/* What is drawn in one panel: of which groups there is anything. */
struct panel {
	enum metric metric;
	bool text; /* lines alone, without intervals */
	size_t number;
	size_t points[SERIES_LINES], drawn; /* of each, and of all */
	int64_t start; /* of a window that is drawn */
	double first, last; /* times, an hour of which may come twice */
	double most; /* what is highest */
};

static void
note_point(struct panel *p, size_t line, double time, double most)
{
	p->first = p->drawn == 0 ? time : fmin(p->first, time);
	p->last = p->drawn == 0 ? time : fmax(p->last, time);
	p->most = fmax(p->most, most);
	p->points[line]++;
	p->drawn++;
}

/* Times, values and ends of intervals; a blank line where there is a gap. */
static void
write_data(const struct rows_options *o, const struct metrics_row *row,
    size_t n, struct panel *p, struct str group, size_t line, struct buf *out)
{
	buf_printf(out, "$d%zu_%zu << END\n", p->number, line);
	for (size_t i = 0; i < n; i++) {
		struct metric_value v;
		double high, time;
		if (row[i].rest || row[i].start == TIMESTAMP_NONE ||
		    !str_eq(row[i].group, group))
			continue;
		v = cell_metric(row[i].cell, p->metric, o->level);
		if (isnan(v.value)) {
			buf_char(out, '\n');
			continue;
		}
		high = isfinite(v.high) ? v.high : v.value;
		time = plot_time(o->window, row[i].start);
		buf_printf(out, "%.0f %.9g %.9g %.9g\n", time, v.value,
		    isfinite(v.low) ? v.low : v.value, high);
		note_point(p, line, time, p->text ? v.value : high);
		p->start = row[i].start;
	}
	buf_cstr(out, "END\n");
}

/*
 * From 0, and as far as there is anything: but an axis has a length, also
 * where all is 0, or in one window, which then has one on both sides.
 */
static void
write_ranges(const struct rows_options *o, const struct panel *p,
    const struct policy_target *t, struct buf *out)
{
	double most = fmax(p->most, fmax(t->most, t->least)), length;

	buf_printf(out, "set yrange [0:%s]\n", most > 0 ? "*" : "1");
	if (p->first < p->last) {
		buf_cstr(out, "set xrange [*:*]\n");
		return;
	}
	length = plot_time(o->window, window_of(o->window, p->start).end) -
		 plot_time(o->window, p->start);
	buf_printf(out, "set xrange ['%.0f':'%.0f']\n", p->first - length,
	    p->first + length);
}

static void
write_target(const struct policy_target *t, struct buf *out)
{
	if (t->has_most)
		buf_printf(out,
		    ", %.9g with lines dt 2 lw 1.5 lc rgb "
		    "'#000000' notitle",
		    t->most);
	if (t->has_least)
		buf_printf(out,
		    ", %.9g with lines dt 2 lw 1.5 lc rgb "
		    "'#000000' notitle",
		    t->least);
}

static void
write_line(const struct rows_options *o, const struct panel *p, size_t line,
    struct str group, struct buf *out)
{
	buf_printf(out,
	    "$d%zu_%zu using 1:2 with linespoints pt 7 ps 0.4 lw 2 lc rgb "
	    "'%s' ",
	    p->number, line, colour[line]);
	if (o->nby == 0) {
		buf_cstr(out, "notitle");
		return;
	}
	buf_cstr(out, "title ");
	quoted(out, group);
}

static void
write_panel(const struct rows_options *o, const struct panel *p,
    const struct str *group, struct buf *out)
{
	const struct policy_target *target = &o->policy->target[p->metric];
	const char *comma = "";

	write_ranges(o, p, target, out);
	buf_printf(out, "set title '%s%s'\nplot ", metric_words[p->metric],
	    metric_kinds[p->metric].unit == UNIT_SECONDS ? ", seconds" : "");
	for (size_t i = 0; i < SERIES_LINES && !p->text; i++)
		if (p->points[i] > 0)
			buf_printf(out,
			    "$d%zu_%zu using 1:3:4 with filledcurves fc rgb "
			    "'%s' fs transparent solid 0.15 notitle, ",
			    p->number, i, colour[i]);
	for (size_t i = 0; i < SERIES_LINES; i++) {
		if (p->points[i] == 0)
			continue;
		buf_cstr(out, comma);
		comma = ", ";
		write_line(o, p, i, group[i], out);
	}
	write_target(target, out);
	buf_char(out, '\n');
}

bool
series_script(const struct rows_options *o, const struct metrics_row *row,
    size_t n, enum plot_terminal t, struct buf *script)
{
	enum metric metric[SERIES_PANELS];
	struct panel panel[SERIES_PANELS] = { 0 };
	struct str group[SERIES_LINES];
	size_t metrics = series_metrics(o, metric), panels = 0;
	size_t lines = series_groups(row, n, group);
	bool text = t == PLOT_TEXT;

	for (size_t i = 0; i < metrics; i++) {
		struct panel *p = &panel[panels];
		*p = (struct panel){
			.metric = metric[i], .number = i, .text = text
		};
		for (size_t k = 0; k < lines; k++)
			write_data(o, row, n, p, group[k], k, script);
		panels += p->drawn > 0;
	}
	if (panels == 0)
		return false;
	plot_terminal(
	    t, 1500, (int)(60 + 340 * ((panels + 1) / 2)), 22, script);
	buf_cstr(script, "set xdata time\nset timefmt '%s'\n"
			 "set key below noenhanced\nset title noenhanced\n");
	if (!text) {
		buf_cstr(script, "set grid back lt 1 lc rgb '#e4e4e4'\n");
		buf_printf(script, "set multiplot layout %zu,%d\n",
		    (panels + 1) / 2, panels == 1 ? 1 : 2);
	}
	for (size_t i = 0; i < panels; i++)
		write_panel(o, &panel[i], group, script);
	if (!text)
		buf_cstr(script, "unset multiplot\n");
	return true;
}
