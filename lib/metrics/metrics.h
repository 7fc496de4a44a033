/*
 * The cells of a log, by window and group.
 */
#ifndef HITL_METRICS_METRICS_H
#define HITL_METRICS_METRICS_H

#include "metrics/cell.h"
#include "metrics/window.h"

struct metrics_options {
	struct window window;
	const int64_t *by; /* [nby] expressions; none: all are one group */
	size_t nby;
	size_t max_groups; /* that come first; the rest are one more */
	int64_t since, until; /* from, and before; or TIMESTAMP_NONE */
	bool percent; /* plain numbers are confidences in 0..100 */
	/* for each record that is counted, by whichever thread; or NULL */
	void (*each)(const struct record *, struct evaluator *, void *arg);
	void *each_arg;
};

struct metrics;

/*
 * Marks and adds what is looked at in a record (route, review, fields);
 * before expr_set_compile().  NULL with *e.
 */
struct metrics *
metrics_new(struct policy *, const struct metrics_options *, struct err *e);
void metrics_free(struct metrics *);

/* Compiles are done: the evaluator for metrics_add. */
void metrics_start(struct metrics *, struct evaluator *);

/* For struct stream_job: one of the same kind that has seen nothing. */
void metrics_piece(void *metrics);
void *metrics_fork(void *metrics);
void metrics_join(void *metrics, void *forked);

/* A record_fn over a struct metrics. */
int metrics_add(struct record *, void *metrics, struct err *);

/* What is worth telling about the input as a whole. */
struct metrics_oddities {
	uint64_t n; /* records counted */
	uint64_t unrouted;
	uint64_t untimed; /* without a time where one was needed */
	uint64_t future; /* later than now */
	uint64_t outside; /* of since and until; not counted */
	uint64_t rest; /* in groups beyond the bound */
};
struct metrics_oddities metrics_oddities(const struct metrics *);

/* One window and group. */
struct metrics_row {
	int64_t start; /* TIMESTAMP_NONE: no window, or no time */
	struct str group; /* name; of several expressions, a JSON array */
	bool rest; /* of the groups beyond the bound */
	const struct cell *cell;
};

enum { GAPS_MAX = 10000 };

/*
 * All rows in order of window, then group, the rest last: *row[], malloc'ed.
 * With windows, those between the first and the last that a group has no
 * record in are there, too, empty; unless there would be more than GAPS_MAX
 * of them (*gaps is false).  The end of the counting.
 */
size_t metrics_rows(struct metrics *, struct metrics_row **row, bool *gaps);

/* The words of the counts in a cell; by place. */
struct str metrics_reason(const struct metrics *, uint32_t place);
struct str metrics_layer(const struct metrics *, uint32_t place);
uint32_t metrics_reason_place(struct metrics *, struct str name);
uint32_t metrics_layer_place(struct metrics *, struct str name);

/* How it is cut, when that is known only later than metrics_new(). */
void metrics_cut(struct metrics *, const struct window *, size_t nby);

/* Adds a cell that was counted elsewhere, its words by their places here. */
void metrics_put(struct metrics *, int64_t start, struct str group, bool rest,
    const struct cell *);

#endif
