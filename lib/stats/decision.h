/*
 * Labelled decisions: all that curves, thresholds and measures need, in 16
 * bytes each.
 */
#ifndef HITL_STATS_DECISION_H
#define HITL_STATS_DECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct decision {
	double confidence; /* in [0, 1], never NaN */
	uint32_t group;
	uint32_t error; /* 1: the model was wrong */
};

/*
 * Sorts d[n] by confidence, highest first; equal ones by error and group, so
 * that no result depends on the order of the input.  In place.
 */
void decisions_sort(struct decision *d, size_t n);

/*
 * Merges two sorted arrays: a[n], malloc'ed and given back with room for all
 * (NULL: no memory), and b[m], malloc'ed and freed bit by bit as it is used
 * up, so that all together never takes more than both do and a little.
 */
struct decision *
decisions_merge(struct decision *a, size_t n, struct decision *b, size_t m);

/* How many of sorted d[n] have a confidence >= t. */
size_t decisions_above(const struct decision *d, size_t n, double t);

#endif
