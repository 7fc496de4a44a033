/*
 * Texts put together that are nearly the same: each joins the first one that
 * it is like enough, found by locality-sensitive hashing (Leskovec, Rajaraman
 * and Ullman, "Mining of Massive Datasets", 3.4) of MinHash signatures in 16
 * bands of 4.  Two texts as alike as 0.7 share a band 99 times in a hundred.
 */
#ifndef HITL_FEEDBACK_SIMILAR_H
#define HITL_FEEDBACK_SIMILAR_H

#include "base/map.h"
#include "stats/minhash.h"

enum { SIMILAR_LOOKED_AT = 65536 }; /* bytes of a text */

struct similar {
	double threshold; /* Jaccard's index, estimated */
	size_t max; /* groups */
	struct minhash *first; /* [n]: of the first text of each group */
	size_t n, cap;
	struct map bands; /* -> last[] */
	uint32_t *last; /* group entered last in a band; MAP_NONE: none */
	size_t last_cap;
	uint32_t *before; /* [16 n]: the one entered before it, by band */
	size_t before_cap;
};

void similar_init(struct similar *, double threshold, size_t max);
void similar_release(struct similar *);

/* The group of a text, *added when it is new; MAP_NONE: there are too many. */
uint32_t similar_put(struct similar *, struct str text, bool *added);

#endif
