/*
 * Isotonic regression: the rising function of a score that is nearest to the
 * labels, by pooling adjacent violators (Ayer et al. 1955; as a calibrator:
 * Zadrozny & Elkan 2002).  Linear time on sorted scores.  Equal doubles are
 * one score; near-equal ones (0.7999999999999998 and 0.8) are two.
 *
 * And the inductive Venn-Abers predictor (Vovk & Petej 2014), which adds the
 * score to be judged to the labels, once as wrong and once as right: the two
 * isotonic values p0 and p1 there bracket the probability; they are merged
 * into p1 / (1 - p0 + p1) (Vovk, Petej, Fedorova 2015, section 5).
 */
#ifndef HITL_STATS_ISOTONIC_H
#define HITL_STATS_ISOTONIC_H

#include <stddef.h>

/* A score that occurs: how often, and how many of those are right. */
struct point {
	double x;
	double n, right;
};

/* Scores pooled to one value, right / n; from `first` to `last`. */
struct pool {
	double first, last;
	double n, right;
};

struct pools { /* all zero to begin; rising */
	struct pool *pool; /* [n], malloc'ed */
	size_t n, cap;
};

/*
 * Adds a pool above all before it: a score, or several next to each other
 * that are all right or all wrong.  Memory: the pools there are.
 */
void isotonic_add(struct pools *, struct pool);

/*
 * point[n] rising; at[i] for a score equal to point[i].x, between[i] for one
 * above the i lowest points and below the next; [n] and [n + 1].
 */
void
venn_abers(const struct point *point, size_t n, double *at, double *between);

#endif
