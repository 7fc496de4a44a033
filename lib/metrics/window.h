/*
 * Windows of time: which one a moment falls into.
 */
#ifndef HITL_METRICS_WINDOW_H
#define HITL_METRICS_WINDOW_H

#include "base/error.h"
#include "base/timestamp.h"

enum window_unit {
	WINDOW_NONE, /* the whole log is one */
	WINDOW_HOUR,
	WINDOW_DAY,
	WINDOW_WEEK, /* from Monday, as ISO 8601 */
	WINDOW_MONTH,
	WINDOW_DURATION, /* multiples of it since 1970 */
};

struct window {
	enum window_unit unit;
	int64_t usec; /* of WINDOW_DURATION */
};

/* "hour", "day", "week", "month", or a duration such as "30m". */
int window_parse(struct str, struct window *, struct err *e);

/* The start of the window that `usec` falls into, in UTC. */
int64_t window_start(const struct window *, int64_t usec);

#endif
