/* Time zones from the system's files (tzif.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/ascii.h"
#include "base/io.h"
#include "base/timestamp.h"
#include "base/tzif.h"

enum {
	FILE_MOST = 1 << 20, /* bytes; they have some thousand */
	HEADER = 44,
	COUNTS = 20, /* where they are in it */
	TYPE = 6,
	DAY = 86400,
	HOUR = 3600,
};

/* What a header counts, in its order. */
enum count { UT, STANDARD, LEAP, TIME, TYPES, CHARS, ALL };

static int64_t
big_endian(const unsigned char *s, size_t n)
{
	uint64_t x = (s[0] & 0x80) != 0 ? UINT64_MAX : 0;

	for (size_t i = 0; i < n; i++)
		x = x << 8 | s[i];
	return (int64_t)x;
}

/* All of a file; NULL with errno. */
static unsigned char *
read_file(const char *path, size_t *n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), errnum = ENOENT;
	unsigned char *text = NULL;
	struct stat st;
	ssize_t got = 0;

	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size <= FILE_MOST) {
		size_t size = (size_t)st.st_size;
		text = alloc_zeros(size + 1, 1);
		for (*n = 0; *n < size; *n += (size_t)got)
			if ((got = io_read(fd, text + *n, size - *n)) <= 0)
				break;
		if (got == -1) {
			errnum = errno;
			free(text);
			text = NULL;
		}
	}
	close(fd);
	errno = errnum;
	return text;
}

/* The bytes of what follows a header; 0 if it is none, or they are not there.
 */
static size_t
body_size(const unsigned char *s, size_t n, size_t width, int64_t count[ALL])
{
	size_t size = 0;

	if (n < HEADER || memcmp(s, "TZif", 4) != 0)
		return 0;
	for (int i = 0; i < ALL; i++) {
		count[i] = big_endian(s + COUNTS + 4 * i, 4);
		if (count[i] < 0 || count[i] > FILE_MOST)
			return 0;
	}
	size = (size_t)count[TIME] * (width + 1) + (size_t)count[TYPES] * TYPE +
	       (size_t)count[CHARS] + (size_t)count[LEAP] * (width + 4) +
	       (size_t)count[STANDARD] + (size_t)count[UT];
	return count[TYPES] > 0 && size <= n - HEADER ? size : 0;
}

/* The seconds that had been added to UTC: those of right/ count in times. */
static int64_t
leap_seconds(const unsigned char *leap, int64_t n, size_t width, int64_t at)
{
	int64_t sum = 0;

	for (int64_t i = 0; i < n; i++, leap += width + 4)
		if (big_endian(leap, width) <= at)
			sum = big_endian(leap + width, 4);
	return sum;
}

/* Times, and which type each begins; then the types. */
static int
take_body(struct tzif *z, const unsigned char *s, size_t width,
    const int64_t count[ALL])
{
	size_t n = (size_t)count[TIME];
	const unsigned char *which = s + n * width, *type = which + n;
	const unsigned char *leap = type + count[TYPES] * TYPE + count[CHARS];

	z->change = alloc_zeros(n + 1, sizeof(*z->change));
	for (z->n = 0; z->n < n; z->n++) {
		int64_t at = big_endian(s + z->n * width, width);
		if (which[z->n] >= count[TYPES])
			return -1;
		z->change[z->n] = (struct tzif_change){
			at - leap_seconds(leap, count[LEAP], width, at),
			(int)big_endian(type + which[z->n] * TYPE, 4)
		};
		if (z->n > 0 && z->change[z->n].at < z->change[z->n - 1].at)
			return -1;
	}
	z->before = (int)big_endian(type, 4);
	for (int64_t i = 0; i < count[TYPES]; i++)
		if (type[i * TYPE + 4] == 0) { /* no summer time, if possible */
			z->before = (int)big_endian(type + i * TYPE, 4);
			break;
		}
	return 0;
}

/* What is left of a rule in TZ: each of these takes something off. */
static bool
take_char(const char **s, char c)
{
	if (**s != c)
		return false;
	++*s;
	return true;
}

static int
take_number(const char **s)
{
	int x = 0;

	if (!ascii_is_digit(**s))
		return -1;
	while (ascii_is_digit(**s) && x < 10000)
		x = 10 * x + *(*s)++ - '0';
	return x;
}

static bool
take_name(const char **s)
{
	const char *begin = *s;

	if (take_char(s, '<')) {
		while (**s != '\0' && **s != '>')
			++*s;
		return take_char(s, '>');
	}
	while (ascii_is_letter(**s))
		++*s;
	return *s - begin >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool
take_time(const char **s, int *seconds)
{
	int sign = take_char(s, '-') ? -1 : 1, unit = HOUR, x;

	if (sign == 1)
		take_char(s, '+');
	*seconds = 0;
	do {
		if (unit == 0 || (x = take_number(s)) == -1)
			return false;
		*seconds += sign * x * unit;
		unit /= 60;
	} while (take_char(s, ':'));
	return true;
}

static bool
take_day(const char **s, struct tzif_day *d)
{
	d->time = 2 * HOUR;
	if (!take_char(s, ','))
		return false;
	d->kind = **s == 'M' || **s == 'J' ? *(*s)++ : '0';
	if (d->kind == 'M') {
		d->month = take_number(s);
		if (!take_char(s, '.') || (d->week = take_number(s)) < 1 ||
		    d->week > 5 || !take_char(s, '.') || d->month < 1 ||
		    d->month > 12)
			return false;
	}
	d->day = take_number(s);
	if (d->day < 0 || d->day > (d->kind == 'M' ? 6 : 366))
		return false;
	return !take_char(s, '/') || take_time(s, &d->time);
}

/* "CET-1CEST,M3.5.0,M10.5.0/3": POSIX counts to the west. */
static bool
take_rule(struct tzif *z, const char *s)
{
	if (!take_name(&s) || !take_time(&s, &z->winter))
		return false;
	z->winter = -z->winter;
	if (*s == '\n' || *s == '\0')
		return true;
	if (!take_name(&s))
		return false;
	z->summer = z->winter + HOUR;
	if (*s != ',') {
		if (!take_time(&s, &z->summer))
			return false;
		z->summer = -z->summer;
	}
	z->has_summer = true;
	return take_day(&s, &z->begin) && take_day(&s, &z->end) &&
	       (*s == '\n' || *s == '\0');
}

/* The old form is in front for old readers; the other one is behind it. */
static int
take_file(struct tzif *z, const unsigned char *s, size_t n)
{
	int64_t count[ALL];
	size_t width = 4, size = body_size(s, n, width, count);

	if (size == 0)
		return -1;
	if (s[4] >= '2') {
		width = 8;
		s += HEADER + size;
		n -= HEADER + size;
		if ((size = body_size(s, n, width, count)) == 0)
			return -1;
	}
	if (take_body(z, s + HEADER, width, count) == -1)
		return -1;
	s += HEADER + size;
	n -= HEADER + size;
	if (width == 4 || n < 2 || s[0] != '\n' || s[1] == '\n')
		return 0;
	z->has_rule = take_rule(z, (const char *)s + 1); /* NUL is behind */
	return z->has_rule ? 0 : -1;
}

int
tzif_load(const char *path, struct tzif *z)
{
	size_t n = 0;
	unsigned char *text = read_file(path, &n);
	int r;

	*z = (struct tzif){ 0 };
	if (text == NULL)
		return -1;
	r = take_file(z, text, n);
	free(text);
	if (r == 0)
		return 0;
	tzif_release(z);
	errno = ENOENT;
	return -1;
}

void
tzif_release(struct tzif *z)
{
	free(z->change);
	z->change = NULL;
}

/* When the day of that year begins, and its time is over: local seconds. */
static int64_t
moment_of(const struct tzif_day *d, int64_t year)
{
	int64_t first = civil_to_days(year, 1, 1), day, next;
	bool leap = civil_to_days(year + 1, 1, 1) - first == 366;

	if (d->kind == '0') {
		day = first + d->day;
	} else if (d->kind == 'J') { /* there is no 29 February */
		day = first + d->day - 1 + (leap && d->day >= 60 ? 1 : 0);
	} else {
		day = civil_to_days(year, d->month, 1);
		next = d->month == 12 ? first + (leap ? 366 : 365)
				      : civil_to_days(year, d->month + 1, 1);
		/* 1970-01-01 was a Thursday, 4 */
		day += (d->day - (day + 4) % 7 + 14) % 7;
		for (int i = 1; i < d->week && day + 7 < next; i++)
			day += 7;
	}
	return day * DAY + d->time;
}

static int
offset_by_rule(const struct tzif *z, int64_t second)
{
	int64_t local = second + z->winter, year, begin, end;
	int month, day;
	bool summer;

	if (!z->has_summer)
		return z->winter;
	days_to_civil(
	    local / DAY - (local % DAY < 0 ? 1 : 0), &year, &month, &day);
	begin = moment_of(&z->begin, year) - z->winter;
	end = moment_of(&z->end, year) - z->summer;
	summer = begin < end ? second >= begin && second < end
			     : second >= begin || second < end;
	return summer ? z->summer : z->winter;
}

int
tzif_offset(const struct tzif *z, int64_t second)
{
	size_t low = 0, high = z->n;

	if (z->has_rule && (z->n == 0 || second >= z->change[z->n - 1].at))
		return offset_by_rule(z, second);
	while (low < high) { /* how many are not after it */
		size_t middle = low + (high - low) / 2;
		if (z->change[middle].at <= second)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? z->before : z->change[low - 1].offset;
}
