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

static double
width_of(uint64_t n, double error, double level)
{
	struct interval i =
	    wilson((uint64_t)llrint(error * (double)n), n, level);

	return i.high - i.low;
}

uint64_t
labels_for_width(double width, double error, double level)
{
	uint64_t low = 0, high = 1;

	for (; width_of(high, error, level) > width; high *= 2)
		low = high;
	while (high - low > 1) {
		uint64_t middle = low + (high - low) / 2;
		if (width_of(middle, error, level) > width)
			low = middle;
		else
			high = middle;
	}
	return high;
}
