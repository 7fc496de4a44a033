/*
 * From the text of a number to a double (number.h).
 *
 * Clinger's fast path (1990): a significand below 2^53 and a power of ten
 * that is itself exact need one correctly rounded operation.  All else goes
 * to strtod, which glibc rounds correctly.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/number.h"

enum {
	EXACT_POWER = 22, /* 10^22 is the last exact in a double */
	EXACT_DIGITS = 19, /* that always fit in 64 bits */
	LONGEST_COPY = 64,
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static double
clamp(double x)
{
	return isinf(x) ? copysign(DBL_MAX, x) : x;
}

double
number_value(struct str t)
{
	static const double power[EXACT_POWER + 1] = { 1e0, 1e1, 1e2, 1e3, 1e4,
		1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
		1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	const char *s = t.s, *end = t.s + t.n;
	bool negative = *s == '-';
	uint64_t digits = 0;
	int n = 0, scale = 0;
	double x;

	for (s += negative; s < end && is_digit(*s); s++, n += digits != 0)
		digits = digits * 10 + (uint64_t)(*s - '0');
	if (s < end && *s == '.')
		for (s++; s < end && is_digit(*s); s++, n += digits != 0) {
			digits = digits * 10 + (uint64_t)(*s - '0');
			scale++;
		}
	if (s != end || n > EXACT_DIGITS || scale > EXACT_POWER ||
	    digits > (uint64_t)1 << 53)
		return clamp(strtod(t.s, NULL));
	x = (double)digits / power[scale];
	return negative ? -x : x;
}

/* The end of the number at s, by RFC 8259's grammar; NULL if none is. */
static const char *
number_end(const char *s, const char *end)
{
	if (s < end && *s == '-')
		s++;
	if (s == end || !is_digit(*s))
		return NULL;
	if (*s == '0')
		s++;
	else
		while (s < end && is_digit(*s))
			s++;
	if (s < end && *s == '.') {
		if (++s == end || !is_digit(*s))
			return NULL;
		while (s < end && is_digit(*s))
			s++;
	}
	if (s < end && (*s == 'e' || *s == 'E')) {
		s++;
		if (s < end && (*s == '+' || *s == '-'))
			s++;
		if (s == end || !is_digit(*s))
			return NULL;
		while (s < end && is_digit(*s))
			s++;
	}
	return s;
}

bool
number_parse(struct str t, double *x)
{
	char copy[LONGEST_COPY], *heap;

	if (t.n == 0 || number_end(t.s, t.s + t.n) != t.s + t.n)
		return false;
	/* what follows the text is not ours: strtod gets a copy of its own */
	heap = t.n < sizeof(copy) ? copy : malloc(t.n + 1);
	if (heap == NULL)
		memory_exhausted();
	memcpy(heap, t.s, t.n);
	heap[t.n] = '\0';
	*x = number_value((struct str){ heap, t.n });
	if (heap != copy)
		free(heap);
	return true;
}
