/* Local time (zone.h). */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/tzif.h"
#include "base/zone.h"

enum { SECONDS_PER_DAY = 86400 };

/* Those that were asked for; "" is UTC. */
static struct loaded {
	char name[ZONE_MAX];
	struct tzif zone;
	struct loaded *next;
} utc, *loaded = &utc;

static const struct loaded *in_use; /* NULL: libc's */

const char *
zone_directory(void)
{
	const char *dir = getenv("TZDIR");

	return dir == NULL || *dir == '\0' ? "/usr/share/zoneinfo" : dir;
}

/* -1 with errno, and *path: what could not be read. */
static int
load(const char *name, char path[static PATH_MAX])
{
	struct loaded *l = loaded;

	while (l != NULL && strcmp(l->name, name) != 0)
		l = l->next;
	if (l == NULL) {
		struct tzif zone;
		snprintf(path, PATH_MAX, "%s/%s", zone_directory(), name);
		if (tzif_load(path, &zone) == -1)
			return -1;
		l = alloc_zeros(1, sizeof(*l));
		l->zone = zone;
		l->next = loaded;
		snprintf(l->name, sizeof(l->name), "%s", name);
		loaded = l;
	}
	in_use = l;
	return 0;
}

void
zone_use(const char *zone)
{
	char path[PATH_MAX];

	if (in_use != NULL && strcmp(in_use->name, zone) == 0)
		return;
	if (load(zone, path) == -1)
		assert(!"zone_find() has found it");
}

int
zone_find(struct str text, char zone[ZONE_MAX], struct err *e)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789/_+-";
	char name[ZONE_MAX] = "", path[PATH_MAX];

	if (text.n == 0 || text.n >= sizeof(name) || text.s[0] == '/')
		goto unknown;
	for (size_t i = 0; i < text.n; i++)
		if (memchr(letters, text.s[i], sizeof(letters) - 1) == NULL)
			goto unknown;
	memcpy(name, text.s, text.n);
	if (load(name, path) == -1) {
		if (errno == ENOENT || errno == ENOTDIR)
			goto unknown;
		return err_errno(e, errno, "%s", path);
	}
	memcpy(zone, name, sizeof(name));
	return 0;
unknown:
	return err_set(e, STATUS_USAGE,
	    "the system knows no time zone of that name (Debian: tzdata)");
}

/* Rounded down. */
static int64_t
second_of(int64_t usec)
{
	return usec / USEC_PER_SECOND - (usec % USEC_PER_SECOND < 0 ? 1 : 0);
}

static int64_t
offset_at(int64_t second)
{
	time_t t = second;
	struct tm tm;

	if (in_use != NULL)
		return tzif_offset(&in_use->zone, second);
	return localtime_r(&t, &tm) == NULL ? 0 : tm.tm_gmtoff;
}

struct local
local_of(int64_t usec)
{
	int64_t second = second_of(usec);
	int64_t shown = second + offset_at(second);
	int64_t day = shown / SECONDS_PER_DAY;

	if (shown % SECONDS_PER_DAY < 0)
		day--;
	return (struct local){ day, (int)(shown - day * SECONDS_PER_DAY) };
}

/* What the clocks show, as seconds since a 1970 of theirs. */
static int64_t
shown_at(int64_t second)
{
	return second + offset_at(second);
}

/*
 * mktime() will not do: of a time that occurs twice it takes the one whose
 * offset it saw last, in whatever thread.  No zone is a day from UTC, and if
 * the clocks jump, then once in two days.
 */
int64_t
usec_of(struct local l)
{
	int64_t shown = l.day * SECONDS_PER_DAY + l.second;
	int64_t one = shown - offset_at(shown - SECONDS_PER_DAY);
	int64_t two = shown - offset_at(shown + SECONDS_PER_DAY);
	int64_t low = one < two ? one : two, high = one < two ? two : one;

	if (shown_at(low) == shown)
		return low * USEC_PER_SECOND;
	if (shown_at(high) == shown)
		return high * USEC_PER_SECOND;
	if (low == high) { /* two jumps, as in no zone of these days */
		low -= SECONDS_PER_DAY;
		high += SECONDS_PER_DAY;
	}
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;
		if (shown_at(middle) < shown)
			low = middle;
		else
			high = middle;
	}
	return high * USEC_PER_SECOND;
}

int64_t
steady_for(int64_t usec, int seconds)
{
	int64_t low = second_of(usec), high = low + seconds;
	int64_t offset = offset_at(low);

	if (offset_at(high) == offset)
		return high * USEC_PER_SECOND;
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;
		if (offset_at(middle) == offset)
			low = middle;
		else
			high = middle;
	}
	return high * USEC_PER_SECOND;
}

int64_t
day_start(int64_t day)
{
	return usec_of((struct local){ day, 0 });
}

/* "2026-05-09" */
static int
date_parse(struct str text, bool local, int64_t *usec)
{
	static const struct str midnight = STR("T00:00:00Z");
	const int64_t day = 86400 * USEC_PER_SECOND;
	char whole[sizeof("2026-05-09T00:00:00Z")];
	const size_t n = sizeof(whole) - 1 - midnight.n;

	if (text.n != n)
		return -1;
	memcpy(whole, text.s, n);
	memcpy(whole + n, midnight.s, midnight.n);
	if (timestamp_parse((struct str){ whole, n + midnight.n }, usec) == -1)
		return -1;
	if (local)
		*usec = day_start((*usec - (*usec % day + day) % day) / day);
	return 0;
}

int
moment_parse(struct str text, bool local, int64_t *usec)
{
	struct duration d;

	if (timestamp_parse(text, usec) == 0 ||
	    date_parse(text, local, usec) == 0)
		return 0;
	if (duration_parse(text, &d) == -1 || duration_is_business(&d))
		return -1;
	*usec = timestamp_now() - d.usec;
	return 0;
}

void
local_format(struct buf *out, int64_t usec)
{
	int64_t offset = offset_at(second_of(usec)) / 60;

	timestamp_format(out, usec + offset * 60 * USEC_PER_SECOND);
	out->n--; /* the Z */
	buf_printf(out, "%c%02d:%02d", offset < 0 ? '-' : '+',
	    abs((int)offset) / 60, abs((int)offset) % 60);
}
