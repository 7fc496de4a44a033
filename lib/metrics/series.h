/*
 * Metrics over time, as a script for gnuplot: a panel a metric, a line a
 * group with its intervals, targets dashed.
 */
#ifndef HITL_METRICS_SERIES_H
#define HITL_METRICS_SERIES_H

#include "base/gnuplot.h"
#include "metrics/rows.h"

enum {
	SERIES_PANELS = 8, /* metrics that are drawn, at most */
	SERIES_LINES = 6, /* groups, the largest */
};

/*
 * The metrics to draw: those of --only, else those with a target, else what
 * most want to see.  How many.
 */
size_t
series_metrics(const struct rows_options *, enum metric metric[SERIES_PANELS]);

/* The groups to draw, those with most records first.  How many. */
size_t series_groups(
    const struct metrics_row *row, size_t n, struct str group[SERIES_LINES]);

/*
 * Appends the script; row[n] in order of windows.  False if none of these
 * metrics has a value.
 */
bool series_script(const struct rows_options *, const struct metrics_row *row,
    size_t n, enum plot_terminal, struct buf *script);

#endif
