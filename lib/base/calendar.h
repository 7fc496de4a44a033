/*
 * When people work: business days and hours in a time zone, with holidays.
 *
 * Calendars of different zones can take turns, but only in a process of one
 * thread (zone.h).
 */
#ifndef HITL_BASE_CALENDAR_H
#define HITL_BASE_CALENDAR_H

#include "base/zone.h"

struct calendar {
	char zone[ZONE_MAX]; /* "": UTC */
	bool open[7]; /* Monday first; at least one */
	int from, to; /* minutes after local midnight; 0 <= from < to <= 1440 */
	int64_t *holiday; /* [nholiday] days since 1970-01-01, sorted */
	size_t nholiday;
};

/*
 * Gives it a zone ("Europe/Berlin").  -1 with *e (STATUS_USAGE) if the system
 * does not know it.
 */
int calendar_set_zone(struct calendar *, struct str zone, struct err *e);

/* Sorts the holidays; once they are all there. */
void calendar_sort(struct calendar *);

/*
 * The time at which a duration that begins at `usec` is over.
 *
 * A time outside business hours counts as the next opening, if there are
 * business days or hours to be counted.  Business days come first and keep
 * the time of day; then business hours, which run while it is open; then
 * plain time.
 */
int64_t
calendar_add(const struct calendar *, int64_t usec, const struct duration *);

#endif
