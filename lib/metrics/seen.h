/*
 * Which records were counted before, in bounded memory: a sample of their
 * ids, the smallest of all keyed hashes (bottom-k; Cohen & Kaplan,
 * "Summarizing data using bottom-k sketches", PODC 2007).  What two samples
 * have in common tells what the two sets have.
 */
#ifndef HITL_METRICS_SEEN_H
#define HITL_METRICS_SEEN_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/hash.h"

enum { SEEN_KEPT = 2048 };

struct seen { /* all zero: none; ascending, none twice */
	uint64_t hash[SEEN_KEPT];
	size_t n;
};

/* Ids being seen, by several threads. */
struct seen_run {
	const struct hash_key *key;
	pthread_mutex_t lock;
	atomic_uint_least64_t most; /* above it a hash is of no interest */
	atomic_uint_least64_t sum; /* of all hashes: the set as one number */
	uint64_t hash[2 * SEEN_KEPT];
	size_t n;
};
void seen_begin(struct seen_run *, const struct hash_key *);
void seen_add(struct seen_run *, struct str id);

/* When all are there: the run's sample. */
void seen_end(struct seen_run *, struct seen *);

/*
 * How many of one sample are in the other, of how many that would be if all
 * were: an estimate of the share of `run` that is in `before`.
 */
struct seen_overlap {
	size_t common, of;
};
struct seen_overlap
seen_compare(const struct seen *before, const struct seen *run);

/* As if all of `from` had been seen by `to`. */
void seen_merge(struct seen *to, const struct seen *from);

#endif
