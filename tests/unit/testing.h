/* What the unit tests share: a generator with a seed, and near enough. */
#ifndef HITL_TESTS_UNIT_TESTING_H
#define HITL_TESTS_UNIT_TESTING_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/array.h"

/* splitmix64 (Steele, Lea, Flood 2014) */
static inline uint64_t
splitmix(uint64_t *s)
{
	uint64_t z = *s += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* [0, 1) */
static inline double
uniform(uint64_t *s)
{
	return (double)(splitmix(s) >> 11) * 0x1p-53;
}

/* The generator that the reference scripts have, too: 15 bits. */
static inline uint32_t
lcg(uint32_t *state)
{
	*state =
	    (uint32_t)((*state * UINT64_C(1103515245) + 12345) & 0x7fffffff);
	return *state >> 16;
}

static inline void
near(double got, double expected, double tolerance)
{
	if (!(fabs(got - expected) <= tolerance))
		fail_msg("%.15g where %.15g is expected", got, expected);
}

static inline void
near_relative(double got, double expected, double relative)
{
	near(got, expected, relative * fabs(expected));
}

#endif
