/*
 * What is true, and who is reliable, out of votes alone (numbers only, no
 * I/O): Dawid & Skene, "Maximum likelihood estimation of observer
 * error-rates using the EM algorithm", Applied Statistics 28, 1979.
 *
 * Each item has one true label; each rater gives a label by a table of his
 * own for each true one.  Begins with the shares of the votes, ends when no
 * chance moves by more than 1e-9, or after 1,000 rounds.
 */
#ifndef HITL_STATS_DAWID_SKENE_H
#define HITL_STATS_DAWID_SKENE_H

#include "stats/agreement.h"

struct consensus {
	uint32_t items, raters, labels;
	double *posterior; /* [items * labels]: chances of what is true */
	double *share; /* [labels]: of the items */
	/* [raters * labels * labels]: rater, true label, given label */
	double *confusion;
	unsigned rounds;
};

/* Votes sorted (votes_sort); memory grows by raters times labels^2. */
void dawid_skene(const struct votes *, struct consensus *);
void consensus_release(struct consensus *);

/* The likeliest label of an item; of equals the first. */
uint32_t consensus_label(const struct consensus *, uint32_t item);

/* How often the rater finds the true label, by his table and the shares. */
double consensus_accuracy(const struct consensus *, uint32_t rater);

#endif
