/*
 * Local time, from the system's tzdata, so that days of 23 and 25 hours come
 * out right.  One zone is in use: zones can take turns, but only in a process
 * of one thread.  It is not libc's: what expressions and other programs take
 * for local time is what TZ says.
 */
#ifndef HITL_BASE_ZONE_H
#define HITL_BASE_ZONE_H

#include "base/error.h"
#include "base/timestamp.h"

enum { ZONE_MAX = 64 };

/* Where the time zones are: $TZDIR, or where they always are. */
const char *zone_directory(void);

/*
 * Checks a name such as "Europe/Berlin" and makes it the zone in use.  -1
 * with *e (STATUS_USAGE) if the system does not know it.
 */
int zone_find(struct str name, char zone[ZONE_MAX], struct err *e);

/* Makes it the one in use, for what follows; nothing if it is. */
void zone_use(const char *zone);

/* A local time: the day since 1970-01-01, and seconds after its midnight. */
struct local {
	int64_t day;
	int second;
};
struct local local_of(int64_t usec);

/*
 * The first moment at which the clocks show that time or a later one: of two
 * such times in autumn the first, and if the clocks skip it, when they do.
 * `second` may be 86400.
 */
int64_t usec_of(struct local);

/*
 * When so many seconds, a day at most, have gone by since the second of
 * `usec` began; or when the clocks jump, if that is before.
 */
int64_t steady_for(int64_t usec, int seconds);

/* When the local day begins: at midnight, or at the first moment it has. */
int64_t day_start(int64_t day);

/*
 * A moment as people say it: RFC 3339; a date, which is its midnight, in the
 * zone in use (`local`) or in UTC; or a duration, that long before now.  0, or
 * -1 if it is none of these.
 */
int moment_parse(struct str, bool local, int64_t *usec);

/* As RFC 3339 with the zone's offset: "2026-05-01T00:00:00+02:00". */
void local_format(struct buf *, int64_t usec);

#endif
