/*
 * A threshold with a guarantee: with probability at least 1 - delta over the
 * draw of the labelled records, the true error rate among the decisions that
 * act alone is at most alpha.
 *
 * Learn then Test (Angelopoulos, Bates, Candes, Jordan, Lei 2021): each
 * candidate threshold t is a null hypothesis "error(t) > alpha" with the
 * exact binomial p-value P(Bin(n(t), alpha) <= k(t)), n(t) the records at or
 * above t and k(t) the errors among them.  The family-wise error is held at
 * delta by a fixed sequence with fallback (Wiens 2003): candidates are
 * walked from the strictest down, each has a share of delta, and a rejected
 * one hands what it had to the next.  Any rejected candidate keeps the
 * promise; the one with the most records is taken.
 *
 * The candidates.  Let c be a confidence that occurs, and v(c) the next
 * decimal above c that keeps four digits of 1 - c.  v depends on c alone.
 * Given c is the k-th largest, the k - 1 records above it are independent
 * draws from all those above c, and the ones at or above v(c) are draws from
 * those at or above v(c): the count of errors among them is binomial.  So no
 * grid has to be fixed in advance, and scores crowded at 0.9999995 are
 * resolved as finely as the records resolve them.  The order of the walk is
 * the order of the ranks, fixed before any label is seen.  This is exact
 * where the error rate crosses alpha once as the threshold falls, and is
 * held to by simulation (the tests) where it does not.  The last candidate,
 * all records, is fixed anyway.
 *
 * Worked example: 200 records at confidence 0.9, none wrong, alpha 0.05:
 * P(Bin(200, 0.05) <= 0) = 0.95^200 = 3.5e-5, below 0.05 / 20: proven.
 */
#ifndef HITL_STATS_PROOF_H
#define HITL_STATS_PROOF_H

#include "stats/decision.h"

enum { PROOF_STARTS = 20 }; /* equal shares of delta, by mass */

struct proof {
	bool found;
	double threshold;
	uint64_t autonomous, errors;
	double p_value, level; /* of the test that settled it */
	/* What would have been needed, when nothing was found: */
	uint64_t minimum; /* records, if none were wrong */
	double best_alpha; /* the least error that is provable here,
			      to 0.001; NAN if none below 1 is */
	uint64_t labels; /* all told, at the same error mix, for
			    alpha; 0 when no number would do */
};

/* d[n] sorted; alpha and delta in (0, 1); n may be 0. */
void prove_threshold(const struct decision *d, size_t n, double alpha,
    double delta, struct proof *);

/* v(c), above. */
double candidate_above(double c);

/* ceil(ln(delta) / ln(1 - alpha)): records to prove alpha, none wrong. */
uint64_t proof_minimum(double alpha, double delta);

#endif
