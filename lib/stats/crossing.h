/*
 * How likely it is that errors stay few, somewhere along a count.
 *
 * Records come one after another, each wrong with probability p on its own:
 * S(m) of the first m are.  At some places the count is looked at; it is low
 * there if S(m) is at most a bound.  What is computed is the probability
 * that it is low at one place at least: the level of a test that looks more
 * than once.  The looks share their records, so this is far below the sum of
 * the single probabilities (Bonferroni), and it is exact.
 *
 * By the backward equation of the random walk.  Where there are many records
 * the counts are taken in steps of a fiftieth of the standard deviation and
 * interpolated between; tails below 1e-13 are cut.
 */
#ifndef HITL_STATS_CROSSING_H
#define HITL_STATS_CROSSING_H

#include <stddef.h>
#include <stdint.h>

struct look {
	uint64_t m; /* after so many records */
	int64_t most; /* low: at most so many errors; -1: never */
};

struct crossing;

/* look[n] ascending in m, n > 0; 0 < p < 1.  Memory from malloc. */
struct crossing *crossing_new(double p, const struct look *look, size_t n);
void crossing_free(struct crossing *);

/*
 * P(the count is low at `first` or at one of look[i], look[i + 1], ...);
 * first.m <= look[i].m; i == n: at `first` alone.
 */
double
crossing_probability(const struct crossing *, struct look first, size_t i);

#endif
