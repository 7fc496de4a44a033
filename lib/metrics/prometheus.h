/*
 * Metrics in the text format of Prometheus (exposition format 0.0.4), for
 * node_exporter's textfile collector: gauges without times.
 */
#ifndef HITL_METRICS_PROMETHEUS_H
#define HITL_METRICS_PROMETHEUS_H

#include "metrics/rows.h"

/*
 * Appends the last window of each group of row[n], which is in order of
 * windows.
 */
void prometheus_write(const struct rows_options *,
    const struct metrics_row *row, size_t n, struct buf *);

#endif
