/*
 * A threshold with a guarantee: with probability at least 1 - delta over the
 * draw of the labelled records, the true error rate among the decisions that
 * act alone is at most alpha.
 *
 * Learn then Test (Angelopoulos, Bates, Candes, Jordan, Lei 2021): each
 * candidate threshold t is a null hypothesis "error(t) > alpha" with the
 * exact binomial p-value P(Bin(n(t), alpha) <= k(t)), n(t) the records at or
 * above t and k(t) the errors among them.
 *
 * The family-wise error is held at delta by closed testing (Marcus, Peritz,
 * Gabriel 1976) along the order of the candidates.  For each t, strictest
 * first, the hypothesis "error > alpha at t and at all that are looser" is
 * tested at delta: it is rejected if the p-value of t itself is within its
 * share, nine tenths of delta and more where fewer starts are behind it
 * (candidates.h), or if that of one of those starts is small enough; how
 * small that is follows from the exact probability that a count of errors at
 * rate alpha is low at t or at a start behind it (crossing.h), to be at most
 * delta.  The walk ends at the first t that is not
 * rejected; of the candidates before it whose own p-value is within its share
 * the loosest is taken.
 *
 * Why it holds.  Let t* be the candidate from which on, looser and looser,
 * all have an error above alpha.  Then the hypothesis at t* is true and is
 * rejected with a probability of at most delta, as counts at a rate of
 * alpha or more are low more rarely than those at alpha; and if it is not,
 * the walk does not pass it.  So the promise is exact where the thresholds
 * that keep the bound are one stretch and no stretch of scores below it has
 * fewer errors than alpha; what a score is for.  For others it rests on
 * simulation (tests, make simulate), and populations can be made for which a
 * little more than delta is broken; see hitl-calibrate(1), CAVEATS.
 *
 * A share for the candidate itself, not an equal one for each start as in
 * the fallback procedure (Wiens 2003), and counts that share their records
 * are what makes it stronger: see hitl-calibrate(1) for figures.
 *
 * Worked example: 200 records at confidence 0.9, none wrong, alpha 0.05:
 * P(Bin(200, 0.05) <= 0) = 0.95^200 = 3.5e-5, below 0.05: proven.
 */
#ifndef HITL_STATS_PROOF_H
#define HITL_STATS_PROOF_H

#include "stats/decision.h"

#define PROOF_SHARE 0.9 /* of delta, for a candidate before all starts */

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

/*
 * Every threshold that may be promised at the same time: the candidates before
 * the end of the walk whose own p-value is within its share, strictest first;
 * t[] is malloc'ed.  The last is that of prove_threshold(); others between may
 * not do, for what is true from one threshold on need not be of a stricter one.
 */
size_t proven_thresholds(
    const struct decision *d, size_t n, double alpha, double delta, double **t);

/*
 * The least alpha, to 0.001, that these labels prove with a threshold at or
 * above which there are at least so many records; NAN if none below 1 does.
 */
double provable_error(
    const struct decision *d, size_t n, double delta, uint64_t autonomous);

/* ceil(ln(delta) / ln(1 - alpha)): records to prove alpha, none wrong. */
uint64_t proof_minimum(double alpha, double delta);

#endif
