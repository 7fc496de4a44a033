/*
 * Quantiles of non-negative values with a relative error of at most 1 %, in
 * bounded memory: DDSketch (Masson, Rim, Lee 2019).
 *
 * Bucket i counts values in (g^(i-1), g^i], g = (1 + 0.01) / (1 - 0.01); a
 * quantile is answered by the middle of its bucket.  Two sketches of parts
 * of a log, merged, are the sketch of the whole.  Memory is taken for the
 * buckets in use and those between them.
 */
#ifndef HITL_STATS_SKETCH_H
#define HITL_STATS_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/moments.h"

enum { SKETCH_BUCKETS = 2048 }; /* from 1e-6 on, factors of 1.02 */

struct sketch { /* all zero: empty */
	uint64_t n, zero; /* zero: values below 1e-6 */
	double min, max;
	struct moments moments;
	uint64_t *bucket; /* [room]: those from `first` on */
	int first, room;
};

/*
 * x >= 0 and finite; beyond the last bucket (1e11) it counts in it, and
 * beyond 1e9 it counts as that in the mean.
 */
void sketch_add(struct sketch *, double x);
void sketch_merge(struct sketch *to, const struct sketch *from);
void sketch_release(struct sketch *);

/* Whether values up to `most` can have led to one that was saved. */
bool sketch_possible(const struct sketch *, double most);

/* Counts n values of bucket i (0 <= i < SKETCH_BUCKETS): of a saved one. */
void sketch_put(struct sketch *, int i, uint64_t n);

/* NAN if empty. */
double sketch_mean(const struct sketch *);

/* The q-quantile, q in [0, 1]: the value of rank ceil(q n); NAN if empty. */
double sketch_quantile(const struct sketch *, double q);
/*
 * A distribution-free interval for it: the values at the ranks that the
 * binomial puts around q n (David & Nagaraja 2003, 7.1).  Where the values
 * are too few for a bound, low is 0 and high is INFINITY: the P95 of ten
 * has none above.  Empty: NAN, NAN.
 */
struct interval
sketch_quantile_interval(const struct sketch *, double q, double level);

#endif
