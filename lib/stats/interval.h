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

/*
 * Two-sided, for a sum of counts in weights, sum(w k), each count of a
 * Poisson's: the gamma interval of Fay & Feuer (Statistics in Medicine 16,
 * 1997, 791-801, (3) and (4)), which in their simulations and ours covers at
 * least as often as it says, however rare the counts and unequal the weights.
 * Of one count it is Garwood's (1936), exact.
 *   sum, sumsq  of w k and of w w k; not negative
 *   most        the largest weight of all counts, those of 0, too
 */
struct interval
gamma_interval(double sum, double sumsq, double most, double level);

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
