/*
 * What a threshold does to labelled decisions: how many act alone, and how
 * many of those are wrong.
 */
#ifndef HITL_STATS_CURVE_H
#define HITL_STATS_CURVE_H

#include "stats/decision.h"

struct curve_point {
	double threshold; /* confidence >= threshold acts alone */
	uint64_t autonomous, errors;
};

/*
 * The points at t[m], ascending or not, on sorted d[n]: one walk after a
 * binary search each.  O(m log n + n).
 */
void curve_at(const struct decision *d, size_t n, const double *t, size_t m,
    struct curve_point *out);

/*
 * The points at every distinct confidence, highest first, ties together.
 * Start with *p all zero; false when there are no more.
 */
bool curve_next(const struct decision *d, size_t n, struct curve_point *p);

/*
 * A grid A:B:STEP: A + i * STEP below B, each rounded to STEP's decimals so
 * that 0.57 is 0.57.  t[] is malloc'ed; -1 when the parts make no sense
 * (STEP <= 0, B <= A, outside [0, 1], more than a million points).
 *   decimals  of STEP as written, 0..15
 */
int
grid_make(double a, double b, double step, int decimals, double **t, size_t *m);

/*
 * The textbook choice: the lowest t of ascending t[m] with any record at or
 * above it and errors / autonomous <= most.  False if there is none.  It
 * breaks its own promise every second time; see proof.h.
 */
bool empirical_threshold(const struct decision *d, size_t n, const double *t,
    size_t m, double most, struct curve_point *out);

#endif
