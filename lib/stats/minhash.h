/*
 * How alike two texts are, without comparing them: MinHash (Broder, "On the
 * resemblance and containment of documents", 1997).  The share of equal
 * numbers in two signatures estimates Jaccard's index of the sets of
 * shingles, with a standard error of at most 0.063.
 */
#ifndef HITL_STATS_MINHASH_H
#define HITL_STATS_MINHASH_H

#include <stddef.h>
#include <stdint.h>

enum {
	MINHASH_SIZE = 64, /* numbers in a signature */
	MINHASH_SHINGLE = 5, /* bytes that stand side by side */
};

struct minhash {
	uint32_t least[MINHASH_SIZE];
};

/* Of text[n]; one shorter than a shingle is one itself. */
void minhash(const char *text, size_t n, struct minhash *);

double minhash_similarity(const struct minhash *, const struct minhash *);

#endif
