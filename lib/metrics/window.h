/*
 * Windows of time: which one a moment falls into.
 */
#ifndef HITL_METRICS_WINDOW_H
#define HITL_METRICS_WINDOW_H

#include "base/zone.h"

enum window_unit {
	WINDOW_NONE, /* the whole log is one */
	WINDOW_HOUR,
	WINDOW_DAY,
	WINDOW_WEEK, /* from Monday, as ISO 8601 */
	WINDOW_MONTH,
	WINDOW_DURATION, /* multiples of it since 1970, in UTC */
};

struct window {
	enum window_unit unit;
	int64_t usec; /* of WINDOW_DURATION */
	bool local; /* in the zone in use (zone.h), else in UTC */
};

/* "hour", "day", "week", "month", or a duration such as "30m". */
int window_parse(struct str, struct window *, struct err *e);

/* From start on, up to but without end. */
struct window_span {
	int64_t start, end;
};

/* The window that `usec` falls into; the next one begins at its end. */
struct window_span window_of(const struct window *, int64_t usec);

/* Its start, as RFC 3339: with the zone's offset, or in UTC. */
void window_format(const struct window *, int64_t start, struct buf *);

#endif
