/* What --check and the page of --html say of the policy's targets. */
#ifndef HITL_CMD_METRICS_MISSES_H
#define HITL_CMD_METRICS_MISSES_H

#include "metrics/print.h"

/* A line for each target that is missed. */
struct misses {
	char **line;
	size_t n, cap;
};

/* --check wants some to check; -1 with *e. */
int
misses_want_targets(const struct run *, const struct printing *, struct err *e);

void misses_find(struct misses *, const struct printing *,
    const struct metrics *, const struct metrics_row *, size_t n);
void misses_release(struct misses *);

/* On stderr, after the targets that no value could meet; the status follows. */
void misses_tell(const struct misses *, struct run *, const struct printing *,
    const struct metrics_row *, size_t n);

#endif
