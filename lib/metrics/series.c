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

/*
 * Times, values and ends of intervals; a blank line where there is a gap.
 * How many there are.
 */
static size_t
write_data(const struct rows_options *o, const struct metrics_row *row,
    size_t n, enum metric m, struct str group, size_t panel, size_t line,
    struct buf *out)
{
	size_t points = 0;

	buf_printf(out, "$d%zu_%zu << END\n", panel, line);
	for (size_t i = 0; i < n; i++) {
		struct metric_value v;
		if (row[i].rest || row[i].start == TIMESTAMP_NONE ||
		    !str_eq(row[i].group, group))
			continue;
		v = cell_metric(row[i].cell, m, o->level);
		if (isnan(v.value)) {
			buf_char(out, '\n');
			continue;
		}
		points++;
		buf_printf(out, "%.0f %.9g %.9g %.9g\n",
		    plot_time(o->window, row[i].start), v.value,
		    isfinite(v.low) ? v.low : v.value,
		    isfinite(v.high) ? v.high : v.value);
	}
	buf_cstr(out, "END\n");
	return points;
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

/* What is drawn in one panel: of which groups there is anything. */
struct panel {
	enum metric metric;
	size_t number;
	size_t points[SERIES_LINES];
	size_t drawn; /* lines with points */
};

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
    const struct str *group, bool text, struct buf *out)
{
	const char *comma = "";

	buf_printf(out, "set title '%s%s'\nplot ", metric_words[p->metric],
	    metric_kinds[p->metric].unit == UNIT_SECONDS ? ", seconds" : "");
	for (size_t i = 0; i < SERIES_LINES && !text; i++)
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
	write_target(&o->policy->target[p->metric], out);
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
		*p = (struct panel){ .metric = metric[i], .number = i };
		for (size_t k = 0; k < lines; k++) {
			p->points[k] = write_data(
			    o, row, n, metric[i], group[k], i, k, script);
			p->drawn += p->points[k] > 0;
		}
		panels += p->drawn > 0;
	}
	if (panels == 0)
		return false;
	plot_terminal(
	    t, 1500, (int)(60 + 340 * ((panels + 1) / 2)), 22, script);
	buf_cstr(script, "set xdata time\nset timefmt '%s'\n"
			 "set key below noenhanced\nset title noenhanced\n"
			 "set yrange [0:*]\n");
	if (!text) {
		buf_cstr(script, "set grid back lt 1 lc rgb '#e4e4e4'\n");
		buf_printf(script, "set multiplot layout %zu,%d\n",
		    (panels + 1) / 2, panels == 1 ? 1 : 2);
	}
	for (size_t i = 0; i < panels; i++)
		write_panel(o, &panel[i], group, text, script);
	if (!text)
		buf_cstr(script, "unset multiplot\n");
	return true;
}
