/*
 * From the text of a number to a double (number.h).
 *
 * Clinger's fast path (1990): a significand below 2^53 and a power of ten
 * that is itself exact need one correctly rounded operation.  Up to nineteen
 * digits are an integer of 64 bits, divided exactly by a power of five that
 * is one too, and rounded once.  All else goes to strtod, which glibc rounds
 * correctly.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/number.h"

enum {
	EXACT_POWER = 22, /* 10^22 is the last exact in a double */
	EXACT_DIGITS = 19, /* that always fit in 64 bits */
	EXACT_FIVES = 27, /* 5^27 is the last below 2^63 */
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

/*
 * digits / 10^scale, rounded to nearest, ties to even.  digits > 0, scale at
 * most EXACT_FIVES: far from overflow and underflow.
 */
static double
divide(uint64_t digits, int scale)
{
	uint64_t five = 1, quotient, rest, low;
	int exponent = -scale, up, down;

	for (int i = 0; i < scale; i++)
		five *= 5;
	up = __builtin_clzll(digits);
	down = __builtin_clzll(five);
	digits <<= up;
	five <<= down;
	/* both in [2^63, 2^64): the quotient has 63 or 64 bits */
	quotient = (uint64_t)(((unsigned __int128)digits << 63) / five);
	rest = (digits << 63) - quotient * five; /* below 2^64 */
	exponent += down - up - 63;
	up = __builtin_clzll(quotient);
	quotient <<= up;
	exponent -= up;
	/* 53 bits stay; of the other 11 the first decides, but for a tie */
	low = quotient & 0x7ff;
	quotient >>= 11;
	if (low > 0x400 || (low == 0x400 && (rest != 0 || (quotient & 1) != 0)))
		quotient++;
	return ldexp((double)quotient, exponent + 11);
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
	if (s != end || n > EXACT_DIGITS || scale > EXACT_FIVES)
		return clamp(strtod(t.s, NULL));
	if (digits == 0)
		x = 0;
	else if (digits <= (uint64_t)1 << 53 && scale <= EXACT_POWER)
		x = (double)digits / power[scale];
	else
		x = divide(digits, scale);
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
