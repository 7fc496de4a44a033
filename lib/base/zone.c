/* Local time (zone.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/zone.h"

enum { SECONDS_PER_DAY = 86400 };

/* The process's zone, as far as it was set here. */
static char zone_in_use[ZONE_MAX];

void
zone_use(const char *zone)
{
	if (strcmp(zone_in_use, zone) == 0)
		return;
	if (setenv("TZ", zone, 1) == -1)
		memory_exhausted(); /* what else could it be */
	tzset();
	memcpy(zone_in_use, zone, ZONE_MAX);
}

const char *
zone_directory(void)
{
	const char *dir = getenv("TZDIR");

	return dir == NULL || *dir == '\0' ? "/usr/share/zoneinfo" : dir;
}

/* What tzset() cannot read is UTC to it, without a word; -1 with errno. */
static int
try_to_read(const char *path)
{
	char magic[4];
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC), errnum = ENOENT;
	ssize_t n;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		n = read(fd, magic, sizeof(magic));
		if (n == -1)
			errnum = errno;
		else if (n == sizeof(magic) && memcmp(magic, "TZif", 4) == 0)
			errnum = 0;
	}
	close(fd);
	errno = errnum;
	return errnum == 0 ? 0 : -1;
}

int
zone_find(struct str text, char zone[ZONE_MAX], struct err *e)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789/_+-";
	char name[ZONE_MAX] = "", path[512];

	if (text.n == 0 || text.n >= sizeof(name) || text.s[0] == '/')
		goto unknown;
	for (size_t i = 0; i < text.n; i++)
		if (memchr(letters, text.s[i], sizeof(letters) - 1) == NULL)
			goto unknown;
	memcpy(name, text.s, text.n);
	snprintf(path, sizeof(path), "%s/%s", zone_directory(), name);
	if (try_to_read(path) == -1) {
		if (errno == ENOENT || errno == ENOTDIR)
			goto unknown;
		return err_errno(e, errno, "%s", path);
	}
	memcpy(zone, name, sizeof(name));
	zone_use(zone); /* before there are threads */
	return 0;
unknown:
	return err_set(e, STATUS_USAGE,
	    "the system knows no time zone of that name (Debian: tzdata)");
}

struct local
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

/* What the clocks show, as seconds since a 1970 of theirs. */
static int64_t
shown_at(int64_t second)
{
	struct local l = local_of(second * USEC_PER_SECOND);

	return l.day * SECONDS_PER_DAY + l.second;
}

static int64_t
offset_at(int64_t second)
{
	return shown_at(second) - second;
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
	int64_t low =
	    usec / USEC_PER_SECOND - (usec % USEC_PER_SECOND < 0 ? 1 : 0);
	int64_t high = low + seconds, offset = offset_at(low);

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
	int64_t second = usec / USEC_PER_SECOND;
	time_t t = second - (usec % USEC_PER_SECOND < 0);
	struct tm tm;
	long offset;

	if (localtime_r(&t, &tm) == NULL)
		return timestamp_format(out, usec);
	offset = tm.tm_gmtoff / 60;
	timestamp_format(out, usec + offset * 60 * USEC_PER_SECOND);
	out->n--; /* the Z */
	buf_printf(out, "%c%02ld:%02ld", offset < 0 ? '-' : '+',
	    labs(offset) / 60, labs(offset) % 60);
}
