/*
 * A threshold with a guarantee from weighted labels: audits at known rates,
 * each label standing for weight = 1 / rate decisions.
 *
 * The binomial no longer holds.  For a candidate t the null hypothesis
 * "error(t) > alpha" says that w (error - alpha) has a positive mean among
 * the labels at or above t; a bet against it, with a stake of lambda,
 * multiplies by 1 - lambda w (error - alpha) / w_max for each of them.
 * Whatever the weights, the mean of that product, and so of its average over
 * stakes, is at most 1 under the null: an e-value (Waudby-Smith & Ramdas
 * 2023, section 4; Vovk & Wang 2021).  It refutes at delta from 1 / delta
 * on (Markov).  For a threshold among many the closed testing of proof.h is
 * done with averages of e-values: half of t's own, half of the mean of the
 * starts behind it, whatever they share.
 *
 * It needs more labels than unweighted ones would: that is the price of not
 * having looked at all decisions alike.  The largest weight w_max must be
 * known beforehand.  The largest that occurs will not do: decisions audited
 * so rarely that none of them has a label would not count at all.
 */
#ifndef HITL_STATS_WEIGHTED_H
#define HITL_STATS_WEIGHTED_H

#include "stats/proof.h"

/* A decision's weight stands in its group, as a float; w > 0. */
uint32_t weight_pack(double w);
double weight_of(const struct decision *);

struct weighted_proof {
	bool found;
	double threshold;
	uint64_t autonomous, errors; /* labels */
	double weight; /* of those that act alone */
	double error_rate; /* Hajek: sum of w * error over sum of w */
	double error_high; /* one-sided, by the same bets */
	double best_alpha; /* as in struct proof; NAN */
};

/*
 * d[n] sorted, weights in the groups.
 *   largest  the largest weight that a label can have; none is above it
 */
void prove_weighted(const struct decision *d, size_t n, double largest,
    double alpha, double delta, struct weighted_proof *);

#endif
