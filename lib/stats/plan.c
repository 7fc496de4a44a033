/* How many labels are needed (plan.h). */
#include <math.h>

#include "stats/interval.h"
#include "stats/plan.h"

#define MOST (UINT64_C(1) << 40)

/* The fewest labels that prove alpha with k errors among them; 0: too many. */
static uint64_t
labels_with(uint64_t k, double alpha, double delta)
{
	uint64_t low = k, high = k + 1; /* not proven at low */

	while (binomial_cdf(k, high, alpha) > delta) {
		low = high;
		high *= 2;
		if (high > MOST)
			return 0;
	}
	while (high - low > 1) {
		uint64_t middle = low + (high - low) / 2;
		if (binomial_cdf(k, middle, alpha) > delta)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* P(proven) with k errors allowed; it grows with k. */
static double
chance(uint64_t k, double alpha, double delta, double error)
{
	uint64_t n = labels_with(k, alpha, delta);

	return n == 0 ? NAN : binomial_cdf(k, n, error);
}

uint64_t
labels_for_proof(
    double alpha, double delta, double error, double power, uint64_t *allowed)
{
	uint64_t low = 0, high = 0; /* enough at high */
	double p;

	while ((p = chance(high, alpha, delta, error)) < power) {
		low = high + 1;
		high = 2 * high + 1;
	}
	if (isnan(p))
		return 0;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (chance(middle, alpha, delta, error) < power)
			low = middle + 1;
		else
			high = middle;
	}
	*allowed = high;
	return labels_with(high, alpha, delta);
}

/* The whole number of errors next to a share of n; error <= 1/2. */
static uint64_t
errors_in(uint64_t n, double error)
{
	return (uint64_t)floor(error * (double)n + 0.5);
}

static double
width_of(uint64_t k, uint64_t n, double level)
{
	struct interval i = wilson(k, n, level);

	return i.high - i.low;
}

/* No less than it is at n, and falling: as with half an error more. */
static double
width_at_most(uint64_t n, double error, double level)
{
	double z = normal_quantile(0.5 + level / 2), all = (double)n;
	double p = error > 0 ? fmin(0.5, error + 0.5 / all) : 0;

	return 2 * z / (1 + z * z / all) *
	       sqrt(p * (1 - p) / all + z * z / (4 * all * all));
}

/* The least n >= 1 that has k errors. */
static uint64_t
first_with(uint64_t k, double error)
{
	uint64_t n;

	if (k == 0)
		return 1;
	n = (uint64_t)(((double)k - 0.5) / error);
	for (n = n > 2 ? n - 2 : 1; errors_in(n, error) < k;)
		n++;
	return n;
}

/* The least n from which on it is narrow; narrow at n and above. */
static uint64_t
go_down(uint64_t n, double width, double error, double level)
{
	enum { LONG = 64 };

	while (n > 1) {
		uint64_t k = errors_in(n - 1, error);
		uint64_t low = first_with(k, error);
		/* of few errors and many n with as many, it falls with n */
		if (n - low < LONG)
			low = n - 1;
		if (width_of(k, low, level) <= width) {
			n = low;
			continue;
		}
		while (n - low > 1) {
			uint64_t middle = low + (n - low) / 2;
			if (width_of(k, middle, level) > width)
				low = middle;
			else
				n = middle;
		}
		return n;
	}
	return n;
}

uint64_t
labels_for_width(double width, double error, double level)
{
	uint64_t low = 0, high = 1;

	error = fmin(error, 1 - error); /* it is as wide for both */
	for (; width_at_most(high, error, level) > width; high *= 2)
		low = high;
	while (high - low > 1) {
		uint64_t middle = low + (high - low) / 2;
		if (width_at_most(middle, error, level) > width)
			low = middle;
		else
			high = middle;
	}
	return go_down(high, width, error, level);
}
