/*
 * The metrics of a log as rows of JSON.
 */
#ifndef HITL_METRICS_ROWS_H
#define HITL_METRICS_ROWS_H

#include "metrics/measure.h"
#include "metrics/metrics.h"

struct rows_options {
	const struct policy *policy; /* its targets */
	const struct window *window;
	size_t nby; /* expressions that group */
	double level; /* of the intervals */
	bool only[METRICS]; /* metrics to write; none set: all */
	size_t top; /* reasons to write, the commonest first */
};

/*
 * Of each of row[n], in order of windows, the cell of its group that has
 * records in the window before, or NULL: malloc'ed, [n].
 */
const struct cell **rows_before(const struct metrics_row *row, size_t n);

/* Appends one object; `before` as above, for the changes. */
void row_write(const struct rows_options *, const struct metrics *,
    const struct metrics_row *, const struct cell *before, struct buf *);

/* Whether all metrics are to be written. */
bool rows_all(const struct rows_options *);

/*
 * Where all are to be written: only those that have a value in one of the
 * rows, or a target, and the error escape rate, which says why it has none.
 */
void rows_known(struct rows_options *, const struct metrics_row *row, size_t n);

/* A list such as "escalation_rate,error_escape_rate"; -1 with *e. */
int rows_only(const char *list, bool only[METRICS], struct err *e);

/* Why records of row[n] went to a person, the commonest first: malloc'ed. */
struct reason_count {
	struct str reason;
	uint64_t n;
};
struct reason_count *reasons_count(const struct metrics *,
    const struct metrics_row *row, size_t n, size_t *reasons);

/* "2026-05-01T00:00:00Z refund: ", as far as there are windows and groups. */
void
row_name(const struct rows_options *, const struct metrics_row *, struct buf *);

#endif
