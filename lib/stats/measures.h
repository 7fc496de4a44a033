/*
 * How good a confidence is: accuracy, discrimination, calibration.
 *
 * All are over decisions sorted by decisions_sort(); p is the confidence,
 * read as P(correct), and y is 1 for a right answer, 0 for a wrong one.
 *
 * accuracy  mean of y; Wilson interval.
 * auroc     P(p of a right one > p of a wrong one), ties half; interval of
 *           DeLong, DeLong, Clarke-Pearson (1988).  NAN with one class only.
 *           Where all are apart, or all tied, theirs has no width, and it is
 *           Hoeffding's for as many pairs as the rarer class makes
 *           (entropy_interval).
 * brier     mean of (p - y)^2; its interval is mean_interval's in [0, 1].
 * reliability, resolution, uncertainty
 *           Murphy's (1973) parts over the distinct values of p, so that
 *           brier = reliability - resolution + uncertainty exactly.
 * log_loss  mean of -ln of the probability given to y, p clipped to
 *           [1e-15, 1 - 1e-15], natural logarithm; mean_interval's from 0
 *           to the most that one of these p can lose.
 * spiegelhalter_z
 *           Spiegelhalter (1986): the sum of (y - p)(1 - 2p) over the root of
 *           the sum of (1 - 2p)^2 p (1 - p); standard normal if p is
 *           calibrated.  NAN where every p is 0, 1/2 or 1.
 * spiegelhalter_p
 *           its two-sided p-value.
 * ece       Naeini, Cooper, Hauskrecht (2015): sum over bins of
 *           n_bin / n * |mean y - mean p|.  Equal width: bin i of nbin is
 *           (i/nbin, (i+1)/nbin], the first one closed at 0 too.
 * ece_mass  the same over nbin runs of equally many records in the order
 *           of p; records of equal p share the run the first of them is in.
 * mce       the largest |mean y - mean p| over equal-width bins.
 * aurc      Geifman, Uziel, El-Yaniv (2019): mean over i of the error rate
 *           among the i most confident, ties averaged over their orders.
 * eaurc     aurc less that of an oracle that ranks every error last.
 *
 * low and high are NAN where no formula gives an interval.
 */
#ifndef HITL_STATS_MEASURES_H
#define HITL_STATS_MEASURES_H

#include "stats/decision.h"

enum measure {
	MEASURE_ACCURACY,
	MEASURE_AUROC,
	MEASURE_BRIER,
	MEASURE_RELIABILITY,
	MEASURE_RESOLUTION,
	MEASURE_UNCERTAINTY,
	MEASURE_LOG_LOSS,
	MEASURE_SPIEGELHALTER_Z,
	MEASURE_SPIEGELHALTER_P,
	MEASURE_ECE_10,
	MEASURE_ECE_15,
	MEASURE_ECE_MASS, /* 15 runs */
	MEASURE_MCE, /* 10 bins */
	MEASURE_AURC,
	MEASURE_EAURC,
	MEASURES,
};
extern const char *const measure_words[]; /* NULL-terminated */

struct measured {
	double value, low, high; /* NAN: none */
};

/* All measures of sorted d[n] at a level such as 0.95; n > 0. */
void measures(const struct decision *d, size_t n, double level,
    struct measured out[MEASURES]);

/*
 * Gives the others, but for Spiegelhalter's test, a bootstrap interval: the
 * hull of the basic and the percentile one (Davison & Hinkley 1997, chapter
 * 5), cut to [0, 1].  Measures of calibration are never below 0 and so
 * biased upwards; theirs begins at 0 unless calibrated scores would show as
 * much by chance with a probability of less than (1 - level) / 2
 * (consistency resampling, Brocker & Smith 2007).  reliability and
 * resolution only if there are few distinct confidences: of many, the parts
 * of cells would be others.  None where everything drawn has the same value:
 * what does not vary here may elsewhere.
 */
void measures_intervals(const struct decision *d, size_t n, double level,
    struct measured out[MEASURES]);

/* The bin of equal width that p is in: (i / nbin, (i + 1) / nbin]. */
int measure_bin(double p, int nbin);

#endif
