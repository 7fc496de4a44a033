/*
 * What is true, and who is reliable, out of votes alone (numbers only, no
 * I/O): Dawid & Skene, "Maximum likelihood estimation of observer
 * error-rates using the EM algorithm", Applied Statistics 28, 1979; in full,
 * with a table for each rater, or with one coin.
 *
 * Each item has one true label; each rater gives a label by a table of his
 * own for each true one, or by a coin of his own finds the true one or any
 * other.  Begins with the shares of the votes, ends when no chance moves by
 * more than 1e-9, or after 1,000 rounds.  A rater may vote several times on
 * an item.
 *
 * A rater's skill is the mean chance of the labels he gave: in the table's
 * terms its diagonal, each row as often as he met it.  A row of what he never
 * met is no error of his; it is what the last chances, however small, made it.
 */
#ifndef HITL_STATS_DAWID_SKENE_H
#define HITL_STATS_DAWID_SKENE_H

#include "stats/consensus.h"

/* Memory grows by raters times labels^2. */
void dawid_skene(const struct votes *, struct consensus *);

/* Memory grows by items times labels, as all of them do. */
void one_coin(const struct votes *, struct consensus *);

#endif
