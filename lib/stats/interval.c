/* Intervals and tests for rates and means (interval.h), by GSL. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_log.h>
#include <math.h>

#include "stats/interval.h"
#include "stats/quiet.h"

/* From here on our own incomplete beta is the better one. */
static const double LARGE = 1e4;

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
		return (struct interval){ 0, 1 };
	z = normal_quantile(0.5 + level / 2);
	p = (double)k / (double)n;
	scale = 1 + z * z / (double)n;
	middle = (p + z * z / (2 * (double)n)) / scale;
	half = z / scale *
	       sqrt(p * (1 - p) / (double)n +
		    z * z / (4.0 * (double)n * (double)n));
	return (struct interval){ k == 0 ? 0 : fmax(0, middle - half),
		k == n ? 1 : fmin(1, middle + half) };
}

/*
 * Where a gamma distribution of scale 1 has this probability below; of a large
 * shape by Wilson and Hilferty (1931), which GSL's incomplete gamma is no
 * match for there.
 */
static double
gamma_quantile(double below, double shape)
{
	double low = 0, high = shape + 40 * sqrt(shape) + 100;

	if (shape > LARGE)
		return shape *
		       pow(1 - 1 / (9 * shape) +
			       normal_quantile(below) / (3 * sqrt(shape)),
			   3);
	while (high - low > 1e-14 * high) {
		double middle = low + (high - low) / 2;
		if (middle <= low || middle >= high)
			break;
		if (gsl_cdf_gamma_P(middle, shape, 1) < below)
			low = middle;
		else
			high = middle;
	}
	return low + (high - low) / 2;
}

struct interval
gamma_interval(double sum, double sumsq, double most, double level)
{
	struct interval i = { 0, 0 };
	double more = sum + most, spread = sumsq + most * most;

	gsl_quiet();
	if (sum > 0)
		i.low = sumsq / sum *
			gamma_quantile(0.5 - level / 2, sum * sum / sumsq);
	i.high = spread / more *
		 gamma_quantile(0.5 + level / 2, more * more / spread);
	return i;
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

	return (struct interval){ clopper_pearson_lower(k, n, side),
		clopper_pearson_upper(k, n, side) };
}

/* x ln(x / mean) + mean - x, without cancellation. */
static double
deviance(double x, double mean)
{
	double t = (x - mean) / mean;

	return x * gsl_sf_log_1plusx_mx(t) + t * (x - mean);
}

/* ln(n!) less Stirling's sqrt(2 pi n) (n / e)^n, for large n. */
static double
stirling_rest(double n)
{
	return (1 - 1 / (30 * n * n)) / (12 * n);
}

/* P(Bin(a + b, x) = a) for large a and b (Loader 2000). */
static double
binomial_density(double a, double b, double x)
{
	double n = a + b;

	return sqrt(n / (2 * M_PI * a * b)) *
	       exp(stirling_rest(n) - stirling_rest(a) - stirling_rest(b) -
		   deviance(a, n * x) - deviance(b, n * (1 - x)));
}

/*
 * I_x(a, b) for x below its mean and large a and b, by the continued
 * fraction (DLMF 8.17.22) in Lentz's form.  It takes about sqrt(max(a, b))
 * terms.
 */
static double
beta_fraction(double a, double b, double x)
{
	const double tiny = 1e-300;
	double c = 1, d = 1 - (a + b) * x / (a + 1), f, step;

	d = 1 / (fabs(d) < tiny ? tiny : d);
	f = d;
	for (double m = 1; m < 1e7; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x /
			     ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 + even * d;
		c = 1 + even / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		f *= c * d;
		d = 1 + odd * d;
		c = 1 + odd / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		step = c * d;
		f *= step;
		if (fabs(step - 1) < 1e-15)
			break;
	}
	/* x^a (1 - x)^b / (a B(a, b)) is the density times b / (a + b) */
	return f * binomial_density(a, b, x) * b / (a + b);
}

double
binomial_cdf(uint64_t k, uint64_t n, double p)
{
	double a = (double)k + 1, b = (double)(n - k), cdf;

	gsl_quiet();
	if (k >= n)
		return 1;
	if (p <= 0 || p >= 1)
		return p <= 0;
	/* by the beta distribution: n and k may exceed GSL's unsigned int */
	if (a < LARGE || b < LARGE) {
		cdf = gsl_cdf_beta_Q(p, a, b);
		if (!isnan(cdf))
			return cdf;
	}
	/* GSL has 512 terms, which past a million are too few near the mean */
	if (p < (a + 1) / (a + b + 2))
		return 1 - beta_fraction(a, b, p);
	return beta_fraction(b, a, 1 - p);
}

/* How many more values at the end: m + z sqrt(m) = -ln(1 - level). */
static double
unseen(double level)
{
	double z = normal_quantile(0.5 + level / 2);
	double root = (sqrt(z * z - 4 * log1p(-level)) - z) / 2;

	return root * root;
}

/* One bound; side is -1 or 1, end what no value is beyond on that side. */
static double
mean_bound(
    double sum, double sumsq, uint64_t n, double level, double end, double side)
{
	double m = isfinite(end) ? unseen(level) : 0, all = (double)n + m;
	double mean = sum / all, variance, t;

	if (n == 0)
		return NAN;
	if (m > 0) {
		mean += m * end / all;
		sumsq += m * end * end;
	}
	variance = (sumsq - all * mean * mean) / (all - 1);
	/* rounding leaves a trace of what should be nothing */
	if (m == 0 && (n == 1 || !(variance > 1e-14 * mean * mean)))
		return side * INFINITY;
	t = gsl_cdf_tdist_Pinv(0.5 + level / 2, all - 1);
	mean += side * t * sqrt(fmax(0, variance) / all);
	return side < 0 ? fmax(end, mean) : fmin(end, mean);
}

struct interval
mean_interval(double sum, double sumsq, uint64_t n, double level, double least,
    double most)
{
	gsl_quiet();
	return (struct interval){ mean_bound(sum, sumsq, n, level, least, -1),
		mean_bound(sum, sumsq, n, level, most, 1) };
}

/* Kullback & Leibler's divergence of shares q from p. */
static double
divergence(double p, double q)
{
	return (p > 0 ? p * log(p / q) : 0) +
	       (p < 1 ? (1 - p) * log((1 - p) / (1 - q)) : 0);
}

/* The q between mean and end whose divergence is `most`. */
static double
entropy_bound(double mean, double end, double most)
{
	double in = mean, out = end;

	while (fabs(out - in) > 1e-12) {
		double middle = in + (out - in) / 2;
		if (divergence(mean, middle) > most)
			out = middle;
		else
			in = middle;
	}
	return out;
}

struct interval
entropy_interval(double mean, double n, double level)
{
	double most = -log((1 - level) / 2) / n;

	return (struct interval){ entropy_bound(mean, 0, most),
		entropy_bound(mean, 1, most) };
}
