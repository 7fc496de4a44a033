/* When people work (calendar.h). */
#include <stdlib.h>

#include "base/calendar.h"

enum { HORIZON = 40000 /* days */ };

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

/* The same, or the next time it is open. */
static struct local
opening(const struct calendar *c, struct local l)
{
	if (!is_business_day(c, l.day) || l.second >= c->to * 60)
		return (struct local){ next_day(c, l.day), c->from * 60 };
	if (l.second < c->from * 60)
		l.second = c->from * 60;
	return l;
}

/* The time when it has been open for so long. */
static int64_t
add_open_time(const struct calendar *c, int64_t at, int64_t left)
{
	struct local l = opening(c, local_of(at));

	for (;;) {
		int64_t end = usec_of((struct local){ l.day, c->to * 60 });
		if (left <= end - at)
			return at + left;
		left -= end - at;
		l = (struct local){ next_day(c, l.day), c->from * 60 };
		at = usec_of(l);
	}
}

int64_t
calendar_add(const struct calendar *c, int64_t usec, const struct duration *d)
{
	struct local now, l;
	int64_t at = usec;

	if (!duration_is_business(d))
		return usec + d->usec;
	zone_use(c->zone);
	now = local_of(usec);
	l = opening(c, now);
	for (int i = 0; i < d->business_days; i++)
		l.day = next_day(c, l.day);
	if (l.day != now.day || l.second != now.second) {
		at = usec_of(l);
		if (l.second == now.second) /* and its part of a second */
			at += ((usec % USEC_PER_SECOND) + USEC_PER_SECOND) %
			      USEC_PER_SECOND;
	}
	if (d->business_usec > 0)
		at = add_open_time(c, at, d->business_usec);
	return at + d->usec;
}
