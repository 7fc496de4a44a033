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
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "record/number.h"

enum {
	EXACT_POWER = 22, /* 10^22 is the last exact in a double */
	EXACT_DIGITS = 19, /* that always fit in 64 bits */
	EXACT_FIVES = 27, /* 5^27 is the last below 2^63 */
	LONGEST_COPY = 64,
	SHORTEST_COPY = 9, /* eight bytes can be read, and a NUL */
	EXPONENT_COPY = 24, /* room for another exponent */
};

static double
clamp(double x)
{
	return isinf(x) ? copysign(DBL_MAX, x) : x;
}

/* 2^n of a normal number. */
static double
power_of_two(int n)
{
	uint64_t bits = (uint64_t)(n + 1023) << 52;
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/*
 * digits / 10^scale, rounded to nearest, ties to even.  digits > 0, scale at
 * most EXACT_FIVES: far from overflow and underflow.
 */
static double
divide(uint64_t digits, int scale)
{
	static const uint64_t fives[EXACT_FIVES + 1] = { 1, 5, 25, 125, 625,
		3125, 15625, 78125, 390625, 1953125, 9765625, 48828125,
		244140625, 1220703125, 6103515625, 30517578125, 152587890625,
		762939453125, 3814697265625, 19073486328125, 95367431640625,
		476837158203125, 2384185791015625, 11920928955078125,
		59604644775390625, 298023223876953125, 1490116119384765625,
		7450580596923828125 };
	uint64_t five = fives[scale], quotient, rest, low;
	int exponent = -scale, up, down;

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
	return (double)quotient * power_of_two(exponent + 11);
}

/* Eight digits as a number, in three steps of pairs; -1 if one is none. */
static inline int64_t
eight_digits(const char *s, unsigned skip)
{
	uint64_t x, digit;

	memcpy(&x, s, sizeof(x));
	digit = x ^ UINT64_C(0x3030303030303030);
	if (((digit | (digit + UINT64_C(0x0606060606060606))) &
		UINT64_C(0xf0f0f0f0f0f0f0f0)) != 0)
		return -1;
	digit &= UINT64_MAX << 8 * skip; /* the first ones count as 0 */
	digit = digit * 10 + (digit >> 8);
	digit = (digit & UINT64_C(0x00ff00ff00ff00ff)) * 100 +
		(digit >> 16 & UINT64_C(0x00ff00ff00ff00ff));
	digit = (digit & UINT64_C(0x0000ffff0000ffff)) * 10000 +
		(digit >> 32 & UINT64_C(0x0000ffff0000ffff));
	return (int64_t)(digit & UINT32_MAX);
}

/*
 * The commonest of all: 0. and nine to sixteen digits.  The second eight
 * overlap the first.  False if it is no such number.
 */
static bool
unit_fraction(struct str t, uint64_t *digits, int *scale)
{
	static const uint64_t power[9] = { 1, 10, 100, 1000, 10000, 100000,
		1000000, 10000000, 100000000 };
	int64_t high, low;
	unsigned n = (unsigned)t.n - 2;

	if (t.n < 11 || t.n > 18 || t.s[0] != '0' || t.s[1] != '.')
		return false;
	high = eight_digits(t.s + 2, 0);
	low = eight_digits(t.s + t.n - 8, 16 - n);
	*digits = (uint64_t)high * power[n - 8] + (uint64_t)low;
	*scale = (int)n;
	return high >= 0 && low >= 0;
}

/*
 * As common: at most eight bytes, a point among them or none.  The bytes are
 * taken at once, the point is cut out, and zeros fill up in front.  False if
 * there is a sign or an exponent.
 */
static bool
short_decimal(struct str t, uint64_t *digits, int *scale)
{
	static const uint64_t point = UINT64_C(0x2e2e2e2e2e2e2e2e);
	static const uint64_t ones = UINT64_C(0x0101010101010101);
	unsigned n = (unsigned)t.n, at;
	uint64_t x, dots, below;
	int64_t value;
	char text[8];

	if (t.n > 8)
		return false;
	memcpy(&x, t.s, sizeof(x));
	dots = ((x ^ point) - ones) & ~(x ^ point) & ones << 7;
	at = dots == 0 ? 8 : (unsigned)__builtin_ctzll(dots) / 8;
	*scale = 0;
	if (at < n) {
		below = (UINT64_C(1) << 8 * at) - 1;
		x = (x & below) | (x >> 8 & ~below);
		n--;
		*scale = (int)(n - at);
	}
	/* those in front count as 0 */
	x = n == 0 ? 0 : x << 8 * (8 - n);
	x |= n == 8 ? 0 : UINT64_C(0x3030303030303030) >> 8 * n;
	memcpy(text, &x, sizeof(x));
	value = eight_digits(text, 0);
	*digits = (uint64_t)value;
	return value >= 0;
}

/* Behind the digits at s, which are appended to *x. */
static inline const char *
take_digits(const char *s, const char *end, uint64_t *x)
{
	for (; s < end && ascii_is_digit(*s); s++)
		*x = *x * 10 + (uint64_t)(*s - '0');
	return s;
}

/* How many digits there are from the first that is not 0. */
static int
significant(struct str t)
{
	int n = 0;

	for (size_t i = 0; i < t.n; i++)
		n += ascii_is_digit(t.s[i]) && (n > 0 || t.s[i] != '0');
	return n;
}

/* Any number of up to nineteen digits without an exponent; its sign apart. */
static bool
plain_decimal(struct str t, uint64_t *digits, int *scale)
{
	const char *s = t.s + (*t.s == '-'), *end = t.s + t.n, *point;
	uint64_t x = 0;

	*scale = 0;
	s = take_digits(s, end, &x);
	if (s < end && *s == '.') {
		point = s + 1;
		s = take_digits(point, end, &x);
		*scale = (int)(s - point);
	}
	*digits = x;
	return s == end && *scale <= EXACT_FIVES &&
	       (t.n <= EXACT_DIGITS || significant(t) <= EXACT_DIGITS);
}

static const double ten_to[EXACT_POWER + 1] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5,
	1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
	1e18, 1e19, 1e20, 1e21, 1e22 };

/* Apart, so that short numbers do not pay for what the others need. */
static __attribute__((noinline)) double
long_number(struct str t)
{
	uint64_t digits;
	int scale;
	double x;

	if (!unit_fraction(t, &digits, &scale) &&
	    !plain_decimal(t, &digits, &scale))
		return clamp(strtod(t.s, NULL));
	if (digits == 0)
		x = 0;
	else if (digits <= (uint64_t)1 << 53 && scale <= EXACT_POWER)
		x = (double)digits / ten_to[scale];
	else
		x = divide(digits, scale);
	return *t.s == '-' ? -x : x;
}

double
number_value(struct str t)
{
	uint64_t digits;
	int scale;

	if (short_decimal(t, &digits, &scale))
		return (double)(int64_t)digits / ten_to[scale];
	return long_number(t);
}

double
value_number(const struct value *v)
{
	return v->type == JSON_NUMBER ? number_value(v->text) : NAN;
}

/* The end of the number at s, by RFC 8259's grammar; NULL if none is. */
static const char *
number_end(const char *s, const char *end)
{
	if (s < end && *s == '-')
		s++;
	if (s == end || !ascii_is_digit(*s))
		return NULL;
	if (*s == '0')
		s++;
	else
		while (s < end && ascii_is_digit(*s))
			s++;
	if (s < end && *s == '.') {
		if (++s == end || !ascii_is_digit(*s))
			return NULL;
		while (s < end && ascii_is_digit(*s))
			s++;
	}
	if (s < end && (*s == 'e' || *s == 'E')) {
		s++;
		if (s < end && (*s == '+' || *s == '-'))
			s++;
		if (s == end || !ascii_is_digit(*s))
			return NULL;
		while (s < end && ascii_is_digit(*s))
			s++;
	}
	return s;
}

bool
number_valid(struct str t)
{
	return t.n > 0 && number_end(t.s, t.s + t.n) == t.s + t.n;
}

/* The text's end is its own: what follows it is not ours. */
static char *
copy_of(struct str t, char stack[LONGEST_COPY], size_t room)
{
	char *copy = t.n + room <= LONGEST_COPY ? stack : malloc(t.n + room);

	if (copy == NULL)
		memory_exhausted();
	memcpy(copy, t.s, t.n);
	copy[t.n] = '\0';
	return copy;
}

bool
number_parse(struct str t, double *x)
{
	char stack[LONGEST_COPY], *copy;

	if (!number_valid(t))
		return false;
	copy = copy_of(t, stack, SHORTEST_COPY);
	*x = number_value((struct str){ copy, t.n });
	if (copy != stack)
		free(copy);
	return true;
}

/* A hundredth of it: its exponent is less by two. */
static double
shift_exponent(char *copy)
{
	char *at = copy + strcspn(copy, "eE");
	/* saturates, far from where digits in front could make up for it */
	long exponent = *at == '\0' ? 0 : strtol(at + 1, NULL, 10);

	if (exponent < LONG_MIN + 2)
		exponent = LONG_MIN + 2;
	sprintf(at, "e%ld", exponent - 2);
	return clamp(strtod(copy, NULL));
}

bool
number_parse_percent(struct str t, double *x)
{
	char stack[LONGEST_COPY], *copy;
	uint64_t digits;
	int scale;

	if (!number_valid(t))
		return false;
	copy = copy_of(t, stack, EXPONENT_COPY);
	if (short_decimal((struct str){ copy, t.n }, &digits, &scale))
		*x = (double)(int64_t)digits / ten_to[scale + 2];
	else
		*x = shift_exponent(copy);
	if (copy != stack)
		free(copy);
	return true;
}
