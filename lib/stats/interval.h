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
 * values in [least, most], which may be infinite.
 *
 * Student's t takes the spread it sees for all there is: of equal values the
 * interval has no width, and of skewed ones it misses what is rare.  So each
 * bound is that of the sample and m more values at its end of the range, as
 * Agresti & Coull (1998) add successes and failures; m + z sqrt(m) is
 * -ln(1 - level), z the normal quantile: what is at the end with a chance p
 * and was never seen, (1 - p)^n = 1 - level, is just within.  At 0.95 m is
 * 1.03, and of any two values with any chances the interval covers in at
 * least 94.9 % (exact, n from 1 to 1,000; at 0.90 89.5 %, at 0.99 98.9 %),
 * where that of t alone covers in 39 % of n = 1,000.
 *
 * An end that is infinite adds nothing: that bound is t's, and infinite as
 * well if the values are one or all equal.  n == 0: NAN, NAN.
 */
struct interval mean_interval(double sum, double sumsq, uint64_t n,
    double level, double least, double most);

/*
 * Two-sided bounds for the mean of what is in [0, 1], out of the mean of n
 * independent ones, n > 0, not asymptotic (Hoeffding 1963, theorem 1).  They
 * hold for a U-statistic, too, of n disjoint parts (his section 5).
 */
struct interval entropy_interval(double mean, double n, double level);

#endif
