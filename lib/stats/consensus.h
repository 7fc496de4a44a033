/*
 * One label for each item out of several votes (numbers only, no I/O).
 */
#ifndef HITL_STATS_CONSENSUS_H
#define HITL_STATS_CONSENSUS_H

#include "stats/agreement.h"

struct consensus {
	uint32_t items, raters, labels;
	double *posterior; /* [items * labels]: chances of what is true */
	double *share; /* [labels]: of the items */
	/* [raters * labels * labels]: rater, true label, given label; or NULL
	 */
	double *confusion;
	double *skill; /* [raters]; NAN of who has no vote that says */
	unsigned rounds; /* 0: it is not iterated */
	bool converged;
	double log_likelihood; /* of the votes; NAN: no model of them */
};

/* x[n] become shares of 1; left alone if their sum is not above 0. */
void divide_by_sum(double *x, size_t n);

void consensus_release(struct consensus *);

/*
 * The likeliest label of an item, the first of equals; *tied says whether
 * there are others as likely, within 1e-9.
 */
uint32_t consensus_label(const struct consensus *, uint32_t item, bool *tied);

/*
 * The shares of the votes on each item, each counting by its rater's weight.
 *   votes   by item
 *   weight  [raters], not negative, NAN counts 0; NULL: 1 each; on an item
 *           where all are 0 they are 1
 * A rater's skill is the share of his votes that are what came out, of those
 * on items with one likeliest label.
 */
void majority(const struct votes *, const double *weight, struct consensus *);

/*
 * A majority whose weights are the raters' skills by the plain majority:
 * worker agreement with aggregate, Wawa, as in crowd-kit (Ustalov, Pavlichenko
 * and Tseitlin, "Learning from Crowds with Crowd-Kit", 2024).  The skills are
 * those weights.
 */
void wawa(const struct votes *, struct consensus *);

#endif
