/* Times and durations (timestamp.h). */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "base/ascii.h"
#include "base/timestamp.h"

/* What RFC 3339 can write: 0001-01-01T00:00:00Z, 9999-12-31T23:59:59Z. */
#define FIRST_SECOND INT64_C(-62135596800)
#define LAST_SECOND  INT64_C(253402300799)
#define FIRST        (FIRST_SECOND * USEC_PER_SECOND)
#define LAST         (LAST_SECOND * USEC_PER_SECOND)

enum {
	SECONDS_PER_DAY = 86400,
	YEARS_MAX = 100, /* of a duration */
};

/* Days from civil: the era of 400 years, years starting in March. */
int64_t
civil_to_days(int64_t year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

void
days_to_civil(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = yoe + era * 400 + (*month <= 2);
}

/* Reads exactly `n` digits and moves on; -1 if they are not there. */
static int
digits(struct str *t, size_t n)
{
	int x = 0;

	if (t->n < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (t->s[i] < '0' || t->s[i] > '9')
			return -1;
		x = x * 10 + (t->s[i] - '0');
	}
	t->s += n;
	t->n -= n;
	return x;
}

static bool
eat(struct str *t, char c)
{
	if (t->n == 0 || t->s[0] != c)
		return false;
	t->s++;
	t->n--;
	return true;
}

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* Digits behind the point, to microseconds; further ones are cut. */
static int
fraction(struct str *t, int64_t *usec)
{
	int64_t scale = USEC_PER_SECOND / 10;
	size_t n = 0;

	for (; t->n > 0 && ascii_is_digit(t->s[0]); n++) {
		*usec += (t->s[0] - '0') * scale;
		scale /= 10;
		t->s++;
		t->n--;
	}
	return n == 0 ? -1 : 0;
}

/* "Z" or "+hh:mm", as minutes east of UTC. */
static int
offset(struct str *t, int *minutes)
{
	int sign, hh, mm;

	*minutes = 0;
	if (eat(t, 'Z') || eat(t, 'z'))
		return 0;
	if (eat(t, '+'))
		sign = 1;
	else if (eat(t, '-'))
		sign = -1;
	else
		return -1;
	if ((hh = digits(t, 2)) < 0 || hh > 23 || !eat(t, ':') ||
	    (mm = digits(t, 2)) < 0 || mm > 59)
		return -1;
	*minutes = sign * (hh * 60 + mm);
	return 0;
}

/* Two digits as a number, beyond 99 if one is none. */
static inline unsigned
two(const char *s)
{
	unsigned tens = (unsigned char)(s[0] - '0');
	unsigned units = (unsigned char)(s[1] - '0');

	return tens > 9 || units > 9 ? 100 : tens * 10 + units;
}

int
timestamp_parse(struct str t, int64_t *usec)
{
	const char *s = t.s; /* 2026-05-09T18:00:00 */
	unsigned century, year, month, day, hh, mm, ss;
	int64_t frac = 0;
	int minutes;

	if (t.n < 20 || s[4] != '-' || s[7] != '-' ||
	    (s[10] != 'T' && s[10] != 't' && s[10] != ' ') || s[13] != ':' ||
	    s[16] != ':')
		return -1;
	century = two(s);
	year = century * 100 + two(s + 2);
	month = two(s + 5) - 1;
	day = two(s + 8) - 1;
	hh = two(s + 11);
	mm = two(s + 14);
	ss = two(s + 17);
	if (century > 99 || two(s + 2) > 99 || year == 0 || month > 11 ||
	    day >= (unsigned)days_in_month((int)year, (int)month + 1) ||
	    hh > 23 || mm > 59 || ss > 60)
		return -1;
	t = (struct str){ s + 19, t.n - 19 };
	if (eat(&t, '.') && fraction(&t, &frac) == -1)
		return -1;
	if (offset(&t, &minutes) == -1 || t.n != 0)
		return -1;
	*usec = (civil_to_days(year, (int)month + 1, (int)day + 1) *
			SECONDS_PER_DAY +
		    hh * 3600 + ((int)mm - minutes) * 60 + ss) *
		    USEC_PER_SECOND +
		frac;
	return 0;
}

int
timestamp_from_seconds(double seconds, int64_t *usec)
{
	if (!(seconds >= (double)FIRST_SECOND &&
		seconds <= (double)LAST_SECOND))
		return -1;
	*usec = (int64_t)llround(seconds * (double)USEC_PER_SECOND);
	return 0;
}

/* x in two digits, and what follows them. */
static inline char *
put_two(char *p, int x, char then)
{
	p[0] = (char)('0' + x / 10);
	p[1] = (char)('0' + x % 10);
	p[2] = then;
	return p + 3;
}

void
timestamp_format(struct buf *out, int64_t usec)
{
	int64_t second, frac, days, year;
	int month, day, rest;
	char text[32], *p = text;

	usec = usec < FIRST ? FIRST : usec > LAST ? LAST : usec;
	second = usec / USEC_PER_SECOND;
	frac = usec % USEC_PER_SECOND;
	if (frac < 0) {
		frac += USEC_PER_SECOND;
		second--;
	}
	days = second / SECONDS_PER_DAY;
	rest = (int)(second % SECONDS_PER_DAY);
	if (rest < 0) {
		rest += SECONDS_PER_DAY;
		days--;
	}
	days_to_civil(days, &year, &month, &day);
	p[0] = (char)('0' + year / 1000);
	p[1] = (char)('0' + year / 100 % 10);
	p = put_two(p + 2, (int)(year % 100), '-');
	p = put_two(p, month, '-');
	p = put_two(p, day, 'T');
	p = put_two(p, rest / 3600, ':');
	p = put_two(p, rest / 60 % 60, ':');
	p = put_two(p, rest % 60, '.');
	for (int64_t unit = USEC_PER_SECOND / 10; frac > 0; unit /= 10) {
		*p++ = (char)('0' + frac / unit);
		frac %= unit;
	}
	p -= p[-1] == '.';
	*p++ = 'Z';
	buf_add(out, text, (size_t)(p - text));
}

void
timestamp_json(struct buf *out, int64_t usec)
{
	if (usec == TIMESTAMP_NONE) {
		buf_cstr(out, "null");
		return;
	}
	buf_char(out, '"');
	timestamp_format(out, usec);
	buf_char(out, '"');
}

void
timestamp_member(struct buf *out, const char *key, int64_t usec)
{
	buf_printf(out, ",\"%s\":", key);
	timestamp_json(out, usec);
}

int64_t
monotonic_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * USEC_PER_SECOND + now.tv_nsec / 1000;
}

int64_t
timestamp_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * USEC_PER_SECOND + now.tv_nsec / 1000;
}

/* What a number at the front of a duration counts. */
enum count { NOTHING, PLAIN, BUSINESS_HOURS, BUSINESS_DAYS };

/* The unit at the front of *t, in seconds. */
static enum count
unit(struct str *t, int64_t *seconds)
{
	bool business = eat(t, 'b');

	*seconds = 1;
	if (business && eat(t, 'd'))
		return BUSINESS_DAYS;
	*seconds = 3600;
	if (eat(t, 'h'))
		return business ? BUSINESS_HOURS : PLAIN;
	*seconds = eat(t, 's')   ? 1
		   : eat(t, 'm') ? 60
		   : eat(t, 'd') ? SECONDS_PER_DAY
		   : eat(t, 'w') ? 7 * SECONDS_PER_DAY
				 : 0;
	return business || *seconds == 0 ? NOTHING : PLAIN;
}

int
duration_parse(struct str t, struct duration *d)
{
	const int64_t most = (int64_t)YEARS_MAX * 366 * SECONDS_PER_DAY;
	int64_t total[BUSINESS_DAYS + 1] = { 0 };

	if (t.n == 0)
		return -1;
	while (t.n > 0) {
		int64_t x = 0, seconds;
		enum count what;
		int first = digits(&t, 1);
		if (first < 0)
			return -1;
		for (x = first; (first = digits(&t, 1)) >= 0;)
			if ((x = x * 10 + first) > most)
				return -1;
		if ((what = unit(&t, &seconds)) == NOTHING)
			return -1;
		total[what] += x * seconds;
		if (total[what] > most ||
		    total[BUSINESS_DAYS] > YEARS_MAX * 366 ||
		    total[BUSINESS_HOURS] > most / 24)
			return -1;
	}
	d->usec = total[PLAIN] * USEC_PER_SECOND;
	d->business_usec = total[BUSINESS_HOURS] * USEC_PER_SECOND;
	d->business_days = (int)total[BUSINESS_DAYS];
	return 0;
}

bool
duration_is_business(const struct duration *d)
{
	return d->business_days > 0 || d->business_usec > 0;
}
