/* When people work (calendar.h). */
#include <stdlib.h>

#include "base/calendar.h"

enum { HORIZON = 40000 /* days */, SECONDS_PER_DAY = 86400 };

int
calendar_set_zone(struct calendar *c, struct str zone, struct err *e)
{
	return zone_find(zone, c->zone, e);
}

static int
compare_days(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

void
calendar_sort(struct calendar *c)
{
	if (c->nholiday > 0)
		qsort(
		    c->holiday, c->nholiday, sizeof(*c->holiday), compare_days);
}

static bool
is_business_day(const struct calendar *c, int64_t day)
{
	int64_t weekday = (day + 3) % 7; /* 1970-01-01 was a Thursday */

	return c->open[weekday < 0 ? weekday + 7 : weekday] &&
	       (c->nholiday == 0 || bsearch(&day, c->holiday, c->nholiday,
					sizeof(day), compare_days) == NULL);
}

/* The first business day after `day`; holidays do not go on for ever. */
static int64_t
next_day(const struct calendar *c, int64_t day)
{
	for (int i = 0; i < HORIZON; i++)
		if (is_business_day(c, ++day))
			break;
	return day;
}

/*
 * Whether it is open when the clocks show that; and for how many seconds more
 * that stays as it is, if they do not jump.
 */
static bool
is_open(const struct calendar *c, struct local l, int *seconds)
{
	bool day = is_business_day(c, l.day);

	*seconds = (!day || l.second >= c->to * 60 ? SECONDS_PER_DAY
		       : l.second >= c->from * 60  ? c->to * 60
						   : c->from * 60) -
		   l.second;
	return day && l.second >= c->from * 60 && l.second < c->to * 60;
}

/* The same moment, or the next one when it is open. */
static int64_t
opening(const struct calendar *c, int64_t at)
{
	int seconds;

	while (!is_open(c, local_of(at), &seconds))
		at = steady_for(at, seconds);
	return at;
}

/* The time when it has been open for so long. */
static int64_t
add_open_time(const struct calendar *c, int64_t at, int64_t left)
{
	for (;;) {
		int seconds;
		bool open = is_open(c, local_of(at), &seconds);
		int64_t until = steady_for(at, seconds);
		if (open && left <= until - at)
			return at + left;
		if (open)
			left -= until - at;
		at = until;
	}
}

int64_t
calendar_add(const struct calendar *c, int64_t usec, const struct duration *d)
{
	int64_t at = usec;

	if (!duration_is_business(d))
		return usec + d->usec;
	zone_use(c->zone);
	if (d->business_days > 0) {
		int64_t open = opening(c, usec);
		struct local l = local_of(open);
		for (int i = 0; i < d->business_days; i++)
			l.day = next_day(c, l.day);
		at = usec_of(l);
		if (open == usec) /* and its part of a second */
			at += ((usec % USEC_PER_SECOND) + USEC_PER_SECOND) %
			      USEC_PER_SECOND;
	}
	if (d->business_usec > 0)
		at = add_open_time(c, at, d->business_usec);
	return at + d->usec;
}
