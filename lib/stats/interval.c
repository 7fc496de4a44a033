/* Intervals and tests for rates and means (interval.h), by GSL. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "stats/interval.h"

static void
gsl_quiet(void)
{
	gsl_set_error_handler_off();	/* idempotent; results are checked */
}

double
normal_quantile(double p)
{
	gsl_quiet();
	return gsl_cdf_ugaussian_Pinv(p);
}

struct interval
wilson(uint64_t k, uint64_t n, double level)
{
	double z, p, middle, half, scale;

	if (n == 0)
		return (struct interval) { 0, 1 };
	z = normal_quantile(0.5 + level / 2);
	p = (double)k / (double)n;
	scale = 1 + z * z / (double)n;
	middle = (p + z * z / (2 * (double)n)) / scale;
	half = z / scale * sqrt(p * (1 - p) / (double)n +
	    z * z / (4.0 * (double)n * (double)n));
	return (struct interval) { k == 0 ? 0 : fmax(0, middle - half),
		k == n ? 1 : fmin(1, middle + half) };
}

/*
 * The p at which P(Bin(n, p) <= k) is `tail`; the probability falls as p
 * grows.  By bisection: GSL's own inverse gives up where n is large.
 */
static double
binomial_inverse(uint64_t k, uint64_t n, double tail)
{
	double low = 0, high = 1;

	while (high - low > 1e-15 * high) {
		double middle = low + (high - low) / 2;
		if (middle <= low || middle >= high)
			break;
		if (binomial_cdf(k, n, middle) > tail)
			low = middle;
		else
			high = middle;
	}
	return low + (high - low) / 2;
}

double
clopper_pearson_upper(uint64_t k, uint64_t n, double level)
{
	if (n == 0 || k >= n)
		return 1;
	return binomial_inverse(k, n, 1 - level);
}

double
clopper_pearson_lower(uint64_t k, uint64_t n, double level)
{
	if (n == 0 || k == 0)
		return 0;
	/* P(Bin(n, p) >= k) = 1 - level */
	return binomial_inverse(k - 1, n, level);
}

struct interval
clopper_pearson(uint64_t k, uint64_t n, double level)
{
	double side = 0.5 + level / 2;

	return (struct interval) { clopper_pearson_lower(k, n, side),
		clopper_pearson_upper(k, n, side) };
}

double
binomial_cdf(uint64_t k, uint64_t n, double p)
{
	gsl_quiet();
	if (k >= n)
		return 1;
	/* by the beta distribution: n and k may exceed GSL's unsigned int */
	return gsl_cdf_beta_Q(p, (double)k + 1, (double)(n - k));
}

struct interval
mean_interval(double sum, double sumsq, uint64_t n, double level)
{
	double mean, variance, half;

	if (n < 2)
		return (struct interval) { NAN, NAN };
	gsl_quiet();
	mean = sum / (double)n;
	variance = fmax(0, (sumsq - sum * mean) / (double)(n - 1));
	half = gsl_cdf_tdist_Pinv(0.5 + level / 2, (double)(n - 1)) *
	    sqrt(variance / (double)n);
	return (struct interval) { mean - half, mean + half };
}
