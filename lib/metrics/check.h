/*
 * Targets that are missed, in words, and what is likely to have caused it.
 */
#ifndef HITL_METRICS_CHECK_H
#define HITL_METRICS_CHECK_H

#include "metrics/rows.h"

/* Whether one of the metrics that are written has a target. */
bool check_any(const struct rows_options *);

/*
 * How many of their targets row[n] miss; each is told in a line, without
 * newline, if `miss` is not NULL.  The rows are in order of their windows.
 *   by_value  the value on the wrong side is a miss; else the whole interval
 */
size_t check_rows(const struct rows_options *, const struct metrics *,
    const struct metrics_row *row, size_t n, bool by_value,
    void (*miss)(void *arg, const char *line), void *arg);

/*
 * How many of the targets cannot be checked in row[n], because their metrics
 * have no value there; of rows without records none is counted.  So many are
 * told, in a line each.
 */
enum { UNKNOWN_TOLD = 10 };
size_t check_unknown(const struct rows_options *, const struct metrics_row *row,
    size_t n, void (*tell)(void *arg, const char *line), void *arg);

#endif
