/* Metrics for Prometheus (prometheus.h). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "metrics/prometheus.h"

/* Backslash, quote and newline are escaped in the value of a label. */
static void
write_label(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.s[i];
		if (c == '\n') {
			buf_cstr(out, "\\n");
			continue;
		}
		if (c == '\\' || c == '"')
			buf_char(out, '\\');
		buf_char(out, c);
	}
}

/* A sample: hitl_NAME{group="…",extra} x; nothing if it is not known. */
static void
write_sample(struct buf *out, const char *name, const struct metrics_row *row,
    bool grouped, const char *extra, double x)
{
	if (isnan(x))
		return;
	buf_printf(out, "hitl_%s", name);
	if (grouped || extra != NULL)
		buf_char(out, '{');
	if (grouped) {
		buf_cstr(out, "group=\"");
		write_label(out, row->group);
		buf_printf(out, "\",rest=\"%s\"", row->rest ? "true" : "false");
	}
	if (extra != NULL)
		buf_printf(out, "%s%s", grouped ? "," : "", extra);
	if (grouped || extra != NULL)
		buf_char(out, '}');
	buf_char(out, ' ');
	if (isinf(x))
		buf_cstr(out, x > 0 ? "+Inf" : "-Inf");
	else
		buf_json_double(out, x);
	buf_char(out, '\n');
}

static void
write_head(struct buf *out, const char *name, const char *help)
{
	buf_printf(
	    out, "# HELP hitl_%s %s\n# TYPE hitl_%s gauge\n", name, help, name);
}

/* The rows of the last window of each group; how many. */
static size_t
last_rows(
    const struct metrics_row *row, size_t n, const struct metrics_row **last)
{
	const struct metrics_row *rest = NULL;
	struct map groups = { 0 };
	size_t found;

	for (size_t i = 0; i < n; i++) {
		if (row[i].cell->n == 0)
			continue; /* a gap */
		if (row[i].rest)
			rest = &row[i];
		else
			last[map_put(&groups, row[i].group, NULL)] = &row[i];
	}
	found = groups.n;
	if (rest != NULL)
		last[found++] = rest;
	map_release(&groups);
	return found;
}

static void
write_metric(const struct rows_options *o, enum metric m,
    const struct metrics_row *const *row, size_t n, struct buf *out)
{
	const struct policy_target *t = &o->policy->target[m];
	bool seconds = metric_kinds[m].unit == UNIT_SECONDS;
	static const char *const part[] = { NULL, "bound=\"low\"",
		"bound=\"high\"" };
	char name[80], records[100], help[120];

	snprintf(name, sizeof(name), "%s%s", metric_words[m],
	    seconds ? "_seconds" : "");
	snprintf(help, sizeof(help), "hitl-metrics(1), %s", metric_words[m]);
	write_head(out, name, help);
	for (size_t i = 0; i < n; i++)
		write_sample(out, name, row[i], o->nby > 0, NULL,
		    cell_metric(row[i]->cell, m, o->level).value);
	snprintf(records, sizeof(records), "%s_interval", name);
	write_head(out, records, "the ends of its interval");
	for (size_t i = 0; i < n; i++) {
		struct metric_value v = cell_metric(row[i]->cell, m, o->level);
		write_sample(out, records, row[i], o->nby > 0, part[1], v.low);
		write_sample(out, records, row[i], o->nby > 0, part[2], v.high);
	}
	snprintf(records, sizeof(records), "%s_records", metric_words[m]);
	write_head(out, records, "records it rests on");
	for (size_t i = 0; i < n; i++)
		write_sample(out, records, row[i], o->nby > 0, NULL,
		    (double)cell_metric(row[i]->cell, m, o->level).n);
	if (!t->given)
		return;
	snprintf(records, sizeof(records), "%s_missed", metric_words[m]);
	write_head(out, records, "1: its interval excludes the target");
	for (size_t i = 0; i < n; i++) {
		struct metric_value v = cell_metric(row[i]->cell, m, o->level);
		write_sample(out, records, row[i], o->nby > 0, NULL,
		    metric_verdict(&v, t) == 0);
	}
}

void
prometheus_write(const struct rows_options *o, const struct metrics_row *row,
    size_t n, struct buf *out)
{
	const struct metrics_row **last =
	    calloc(n + 1, sizeof(struct metrics_row *));
	bool all = rows_all(o);

	if (last == NULL)
		memory_exhausted();
	n = last_rows(row, n, last);
	write_head(out, "records", "records counted");
	for (size_t i = 0; i < n; i++)
		write_sample(out, "records", last[i], o->nby > 0, NULL,
		    (double)last[i]->cell->n);
	if (o->window->unit != WINDOW_NONE) {
		write_head(out, "window_start_seconds",
		    "when the window begins, since 1970");
		for (size_t i = 0; i < n; i++)
			write_sample(out, "window_start_seconds", last[i],
			    o->nby > 0, NULL,
			    last[i]->start == TIMESTAMP_NONE
				? NAN
				: (double)last[i]->start / USEC_PER_SECOND);
	}
	for (enum metric m = 0; m < METRICS; m++)
		if (all || o->only[m])
			write_metric(o, m, last, n, out);
	free(last);
}
