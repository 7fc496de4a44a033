/*
 * Time zones as the system has them, in files of RFC 8536 (TZif): how far
 * local time is from UTC.  Nothing of it is the process's, so libc's own zone
 * (TZ) stays what it is, and any thread can ask.
 */
#ifndef HITL_BASE_TZIF_H
#define HITL_BASE_TZIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A day of a year, as POSIX has them in TZ. */
struct tzif_day {
	char kind; /* 'M': month, week, weekday; 'J': 1..365; '0': 0..365 */
	int month, week, day;
	int time; /* seconds after its midnight, perhaps negative */
};

struct tzif {
	struct tzif_change {
		int64_t at; /* POSIX seconds */
		int offset; /* seconds east of UTC, from then on */
	} * change; /* [n], ascending */
	size_t n;
	int before; /* the offset until the first of them */
	bool has_rule; /* for what comes after the last */
	bool has_summer;
	int winter, summer;
	struct tzif_day begin, end; /* of summer */
};

/* 0; -1 with errno: ENOENT if it is no file of that kind. */
int tzif_load(const char *path, struct tzif *);
void tzif_release(struct tzif *);

/* Seconds east of UTC at a moment, in seconds since 1970. */
int tzif_offset(const struct tzif *, int64_t second);

#endif
