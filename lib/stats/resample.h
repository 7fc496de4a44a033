/*
 * The bootstrap on many decisions: sorted ones are put into at most some
 * thousand cells, and a resample draws the right and the wrong ones of each
 * from Poisson distributions, which is what drawing them all anew with
 * replacement comes to (Hanley & MacGibbon 2006).  From a fixed seed: the
 * same decisions give the same interval.
 */
#ifndef HITL_STATS_RESAMPLE_H
#define HITL_STATS_RESAMPLE_H

#include "stats/decision.h"

struct cell {
	double lowest; /* confidence in it */
	double p; /* the mean of them */
	double right, wrong;
	bool mixed; /* more than one confidence */
};

/*
 * The cells of sorted d[n], highest confidence first, malloc'ed; *cells are
 * made.  A cell has at least 1/1000 of the decisions or one confidence, and
 * all of a confidence.  None holds both sides of one of the edges
 * i / edges[k], k < nedges.
 */
struct cell *cells_make(const struct decision *d, size_t n, const int *edges,
    size_t nedges, size_t *cells);

struct resampler;

struct resampler *resampler_new(void);
void resampler_free(struct resampler *);

/* Draws right and wrong of to[n] anew; the rest is that of from[n]. */
void resample(
    struct resampler *, const struct cell *from, struct cell *to, size_t n);

#endif
