/*
 * The cheapest threshold.  A decision that acts alone costs `error` if it is
 * wrong; one that a person looks at costs `review` + `delay`.  With a band,
 * the model's answer goes out under review: it costs `review`, and `flagged`
 * if it was wrong until then, but no delay.
 *
 *   cost(t) = error * errors(t) + (review + delay) * (n - autonomous(t))
 *
 * For a calibrated confidence the minimum is where one error less is worth a
 * review more: t = 1 - (review + delay) / error.  With a band the next thing
 * down is the answer under review, if that is the cheaper one of the two: then
 * error * (1 - t) = review + flagged * (1 - t), t = 1 - review / (error -
 * flagged).  The band is below the threshold, so the two are chosen together.
 */
#ifndef HITL_STATS_COST_H
#define HITL_STATS_COST_H

#include <stdbool.h>

#include "stats/curve.h"

struct costs { /* of one decision, in any one unit; >= 0 */
	double error, review, delay;
	bool has_flagged;
	double flagged; /* below error */
};

struct cheapest {
	struct curve_point point; /* acts alone at or above it */
	double low, high; /* of the threshold: bootstrap percentiles */
	double band; /* the answer goes out flagged at or above it; NAN */
	double cost; /* of all n decisions */
	double all_reviewed, none_reviewed; /* the same, if all went so */
};

/*
 * Over among[m], thresholds from the strictest on, or the distinct confidences
 * of sorted d[n] if it is NULL; and "nothing acts alone" (a threshold above
 * all of them).
 *   total  decisions in all, with those that have no confidence
 *   level  of the percentile bootstrap (Efron & Tibshirani 1993, ch. 13; by
 *          resample.h)
 */
void cheapest_threshold(const struct decision *d, size_t n, uint64_t total,
    const struct costs *, const double *among, size_t m, double level,
    struct cheapest *);

/* That t, of the greater of the two with a band; 0 if below. */
double break_even(const struct costs *);

#endif
