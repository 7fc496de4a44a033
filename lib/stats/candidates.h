/*
 * The candidate thresholds of a proof.
 *
 * Let c be a confidence that occurs, and v(c) the next decimal above c that
 * keeps four digits of 1 - c.  v depends on c alone.  Given c is the k-th
 * largest, the k - 1 records above it are independent draws from all those
 * above c, and the ones at or above v(c) are draws from those at or above
 * v(c): the count of errors among them is binomial.  So no grid has to be
 * fixed in advance, and scores crowded at 0.9999995 are resolved as finely
 * as the records resolve them.  The last candidate, all records, is fixed
 * anyway.
 *
 * Some are starts: the last before all records, before 1 / 1.25 of them, and
 * so on down to a twentieth.  From the first start on, candidates are taken
 * in steps of half a per cent more records.
 */
#ifndef HITL_STATS_CANDIDATES_H
#define HITL_STATS_CANDIDATES_H

#include "stats/decision.h"

#define CANDIDATE_RATIO 1.25 /* from one start to the next, in records */
#define CANDIDATE_LEAST 0.05 /* of the records: the first start */
#define CANDIDATE_STEP  1.005 /* from one candidate to the next */

struct candidate {
	double threshold;
	uint64_t m, k; /* records at or above it, errors among them */
	bool start;
};

struct candidates {
	struct candidate *at; /* [n], strictest first; malloc'ed */
	size_t n, cap;
	size_t starts;
	double target; /* while they are made: the next start */
};

/* d[n] sorted. */
struct candidates candidates_make(const struct decision *d, size_t n);

/*
 * Those from the first start on that has at least `minimum` records, in the
 * same memory; none if there is no such start.
 */
struct candidates candidates_from(const struct candidates *, uint64_t minimum);

/* v(c), above. */
double candidate_above(double c);

#endif
