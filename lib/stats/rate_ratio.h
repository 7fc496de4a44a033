/*
 * How much more often something happens than before (numbers only).
 */
#ifndef HITL_STATS_RATE_RATIO_H
#define HITL_STATS_RATE_RATIO_H

#include "stats/interval.h"

/*
 * The ratio of two Poisson rates, (k / n) / (k0 / n0), two-sided and exact:
 * k of k + k0 is binomial (Przyborowski & Wilenski 1940; by Clopper &
 * Pearson).  n or n0 zero: [0, infinity].
 */
struct interval
rate_ratio(uint64_t k, uint64_t n, uint64_t k0, uint64_t n0, double level);

#endif
