/*
 * The metrics of a log, by window and group (hitl-metrics(1)).
 */
#ifndef HITL_METRICS_METRICS_H
#define HITL_METRICS_METRICS_H

#include "base/groups.h"
#include "metrics/cell.h"
#include "metrics/window.h"
#include "record/results.h"

struct metrics;

struct metrics_options {
	struct window window;
	int64_t by; /* expression or POLICY_NONE */
	size_t max_groups; /* that come first; beyond: one, "other" */
	double level; /* of the intervals */
};

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
	uint64_t n, unrouted, untimed, other_groups;
};
struct metrics_oddities metrics_oddities(const struct metrics *);

/*
 * One row a window and group, in that order.  `misses` gets a line, without
 * newline, for each metric whose interval excludes its target; returns how
 * many there are.
 */
size_t metrics_rows(
    struct metrics *, struct results *, void (*miss)(const char *line));

#endif
