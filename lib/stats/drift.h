/*
 * Whether values come from where others came from (numbers only, no I/O).
 *
 *   psi, js   over 10 bins that hold a tenth of the baseline each: the
 *             population stability index, sum (q - p) ln(q / p), and the
 *             Jensen-Shannon divergence (Lin 1991) in bits, 0 to 1
 *   ks        the greatest distance of the two distributions, 0 to 1, and
 *             its p-value (Kolmogorov's limit with Stephens' correction,
 *             1970); with ties it is too large: careful
 */
#ifndef HITL_STATS_DRIFT_H
#define HITL_STATS_DRIFT_H

#include <stddef.h>
#include <stdint.h>

#include "stats/interval.h"

enum { DRIFT_BINS = 10 };

struct drift {
	double psi, js; /* NAN if one of the two is empty */
	double ks, ks_p;
};

/* Both sorted ascending, no NAN among them. */
struct drift
drift_compare(const double *baseline, size_t n, const double *now, size_t m);

/* The value of the Kolmogorov distribution's upper tail at x > 0. */
double kolmogorov_tail(double x);

/*
 * Two-sided interval for k2/n2 - k1/n1 (Newcombe 1998, method 10: from the
 * Wilson intervals); n == 0: -1 and 1.
 */
struct interval difference_interval(
    uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2, double level);

#endif
