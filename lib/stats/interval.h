/*
 * Intervals and tests for rates and means (numbers only, no I/O).
 *
 * Wilson (1927) is for display; Clopper & Pearson (1934) where a promise
 * hangs on it.  Rates are in [0, 1]; `level` is the two-sided or one-sided
 * confidence level in (0, 1), as said.
 */
#ifndef HITL_STATS_INTERVAL_H
#define HITL_STATS_INTERVAL_H

#include <stdint.h>

struct interval {
	double low, high;
};

/* Two-sided; n == 0: [0, 1].  Needs k <= n. */
struct interval wilson(uint64_t k, uint64_t n, double level);
struct interval clopper_pearson(uint64_t k, uint64_t n, double level);

/* One-sided bounds; n == 0: 1 and 0. */
double clopper_pearson_upper(uint64_t k, uint64_t n, double level);
double clopper_pearson_lower(uint64_t k, uint64_t n, double level);

/* P(Bin(n, p) <= k). */
double binomial_cdf(uint64_t k, uint64_t n, double p);

/* The p-quantile of the standard normal, p in (0, 1). */
double normal_quantile(double p);

/*
 * A two-sided interval for a mean from the sum and the sum of squares of n
 * values, by Student's t; n < 2: NAN, NAN.
 */
struct interval
mean_interval(double sum, double sumsq, uint64_t n, double level);

#endif
