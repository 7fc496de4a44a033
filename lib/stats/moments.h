/*
 * A mean and its interval, from sums that no order of adding changes: values
 * are taken in millionths, so that parts of a log, merged, give the same
 * bits as the whole.
 */
#ifndef HITL_STATS_MOMENTS_H
#define HITL_STATS_MOMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "stats/interval.h"

struct moments { /* all zero: none */
	uint64_t n;
	unsigned __int128 sum, sumsq; /* in millionths, and their squares */
};

/* x in [0, 1e9]; beyond, it counts as 1e9. */
void moments_add(struct moments *, double x);
void moments_merge(struct moments *to, const struct moments *from);

/* Whether some m->n values from `least` to `most` have these sums. */
bool moments_possible(const struct moments *, double least, double most);

/* NAN if there is none. */
double moments_mean(const struct moments *);
/* mean_interval() of values in [least, most]. */
struct interval moments_interval(
    const struct moments *, double level, double least, double most);

#endif
