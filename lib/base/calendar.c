/* When people work (calendar.h). */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/arena.h"
#include "base/calendar.h"

enum { HORIZON = 40000 /* days */ };

/* A local time: the day, and seconds after its midnight. */
struct local {
	int64_t day;
	int second;
};

/* The process's zone, as far as it was set here. */
static char zone_in_use[ZONE_MAX];

static void
use_zone(const char *zone)
{
	if (strcmp(zone_in_use, zone) == 0)
		return;
	if (setenv("TZ", zone, 1) == -1)
		memory_exhausted(); /* what else could it be */
	tzset();
	memcpy(zone_in_use, zone, ZONE_MAX);
}

int
calendar_set_zone(struct calendar *c, struct str zone, struct err *e)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789/_+-";
	const char *dir = getenv("TZDIR");
	char name[ZONE_MAX] = "", path[512];
	struct stat st;

	if (zone.n == 0 || zone.n >= sizeof(name) || zone.s[0] == '/')
		goto unknown;
	for (size_t i = 0; i < zone.n; i++)
		if (memchr(letters, zone.s[i], sizeof(letters) - 1) == NULL)
			goto unknown;
	memcpy(name, zone.s, zone.n);
	snprintf(path, sizeof(path), "%s/%s",
	    dir == NULL ? "/usr/share/zoneinfo" : dir, name);
	if (stat(path, &st) == -1 || !S_ISREG(st.st_mode))
		goto unknown;
	memcpy(c->zone, name, sizeof(name));
	use_zone(c->zone); /* before there are threads */
	return 0;
unknown:
	return err_set(e, STATUS_USAGE,
	    "the system knows no time zone of that name (Debian: tzdata)");
}

static struct local
local_of(int64_t usec)
{
	int64_t second = usec / USEC_PER_SECOND;
	time_t t = second - (usec % USEC_PER_SECOND < 0);
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		return (struct local){ 0, 0 };
	return (struct local){ civil_to_days(tm.tm_year + INT64_C(1900),
				   tm.tm_mon + 1, tm.tm_mday),
		tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec };
}

/* A local time that does not exist, or does twice, is one of those near. */
static int64_t
usec_of(struct local l)
{
	struct tm tm = { .tm_sec = l.second % 60,
		.tm_min = l.second / 60 % 60,
		.tm_hour = l.second / 3600,
		.tm_isdst = -1 };
	int64_t year;
	int month;

	days_to_civil(l.day, &year, &month, &tm.tm_mday);
	tm.tm_year = (int)(year - 1900);
	tm.tm_mon = month - 1;
	return mktime(&tm) * USEC_PER_SECOND;
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
	use_zone(c->zone);
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
