/*
 * How much two annotations have in common, from 0 to 1 (numbers only).
 */
#ifndef HITL_STATS_OVERLAP_H
#define HITL_STATS_OVERLAP_H

#include <stddef.h>
#include <stdint.h>

/*
 * Dice's coefficient of two bags, 2 |a and b| / (|a| + |b|): of tokens, the
 * F1 of question answering (Rajpurkar et al., "SQuAD", 2016).  Two empty
 * ones: 1.
 *   a[n], b[m]  ascending
 */
double bag_overlap(const uint64_t *a, size_t n, const uint64_t *b, size_t m);

struct span { /* [start, end) */
	double start, end;
	uint32_t kind; /* spans of two kinds have nothing in common */
};

/* By kind and start, and of one kind none touching: returns how many. */
size_t spans_normalise(struct span *, size_t n);

/*
 * Length in both over length in either (Jaccard's index, intersection over
 * union).  Two empty ones: 1.
 *   a[n], b[m]  by spans_normalise()
 */
double
span_overlap(const struct span *a, size_t n, const struct span *b, size_t m);

struct box {
	double left, top, right, bottom; /* left < right, top < bottom */
	uint32_t kind;
};

/*
 * The boxes are paired, those with the most in common first (intersection
 * over union, of one kind); the sum over the number of the longer list.  Two
 * empty ones: 1.  Takes n m log(n m) steps.
 */
double
box_overlap(const struct box *a, size_t n, const struct box *b, size_t m);

#endif
