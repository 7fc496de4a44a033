/*
 * Intervals and the binomial (stats/interval.h) where samples are large,
 * against R 4.2 and scipy 1.10; and quantile intervals by exact ranks.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "testing.h"

#include "stats/interval.h"
#include "stats/sketch.h"

/*
 * R: pbinom(k, n, p).  GSL's own incomplete beta answers NaN for several of
 * these; a p-value that is not a number once passed for a proof.
 */
static void
test_large_binomial(void **state)
{
	(void)state;
	near_relative(
	    binomial_cdf(4999000, 10000000, 0.5), 0.263647928103322, 1e-11);
	near_relative(
	    binomial_cdf(3000000, 10000000, 0.3), 0.500156001245904, 1e-9);
	near_relative(
	    binomial_cdf(5000000, 100000000, 0.05), 0.500118980723833, 1e-10);
	/* the two references differ in the ninth digit here */
	near_relative(
	    binomial_cdf(49993107, 1000000000, 0.05), 0.158638555, 1e-8);
	/* scipy: binom.cdf(5003000, 10**8, .05) and (999500, 2000000, .5) */
	near_relative(
	    binomial_cdf(5003000, 100000000, 0.05), 0.915691647924302, 1e-10);
	near_relative(
	    binomial_cdf(999500, 2000000, 0.5), 0.239969816236784, 1e-11);
	/* scipy: beta.ppf(.95, 49900001, 10**9 - 49900000) */
	near_relative(clopper_pearson_upper(49900000, 1000000000, 0.95),
	    0.0499113270872306, 1e-9);
}

/* The probability is a number, and it falls as p grows, whatever n. */
static void
test_never_nan(void **state)
{
	(void)state;
	for (uint64_t n = 10; n <= 1000000000; n *= 10)
		for (int i = 1; i < 20; i++) {
			double q = i / 20.0, last = 1;
			for (int s = -4; s <= 4; s++) {
				double p =
				    q + s * sqrt(q * (1 - q) / (double)n);
				if (p <= 0 || p >= 1)
					continue;
				double x = binomial_cdf(
				    (uint64_t)(q * (double)n), n, p);
				assert_true(x >= 0 && x <= last + 1e-6);
				last = x;
			}
		}
}

static void
test_edges(void **state)
{
	(void)state;
	near_relative(binomial_cdf(0, 10, 0), 1, 0);
	near_relative(binomial_cdf(9, 10, 1), 0, 0);
	near_relative(binomial_cdf(10, 10, 1), 1, 0);
	near_relative(clopper_pearson_upper(10, 10, 0.95), 1, 0);
	near_relative(clopper_pearson_lower(0, 10, 0.95), 0, 0);
	near_relative(clopper_pearson_upper(0, 0, 0.95), 1, 0);
	/* R: binom.test(3, 10)$conf.int; binom.test(10, 10)$conf.int */
	near_relative(
	    clopper_pearson(3, 10, 0.95).low, 0.0667395111777345, 1e-12);
	near_relative(
	    clopper_pearson(3, 10, 0.95).high, 0.6524528500599973, 1e-12);
	near_relative(
	    clopper_pearson(10, 10, 0.95).low, 0.691502892181239, 1e-12);
	/* R: binom.test(0, 148)$conf.int */
	near_relative(
	    clopper_pearson(0, 148, 0.95).high, 0.0246168015789843, 1e-12);
}

/* n times x and, unless it is 0, y once, within a range. */
static struct interval
mean_of(int n, double x, double y, double level, double least, double most)
{
	return mean_interval(n * x + y, n * x * x + y * y,
	    (uint64_t)(n + (y != 0)), level, least, most);
}

/* stats_reference.py has these. */
static void
test_mean(void **state)
{
	struct interval i;

	(void)state;
	i = mean_of(10, 3, 0, 0.95, 1, 5);
	near(i.low, 2.407567581462, 1e-9);
	near(i.high, 3.592432418538, 1e-9);
	/* two alike tell nothing, and one does not */
	i = mean_of(2, 3, 0, 0.95, 1, 5);
	assert_true(i.low == 1 && i.high == 5);
	i = mean_of(1, 5, 0, 0.95, 1, 5);
	assert_true(i.low == 1 && i.high == 5);
	i = mean_of(30, 5, 0, 0.95, 1, 5);
	near(i.low, 4.603056491477, 1e-9);
	near(i.high, 5, 0);
	i = mean_of(50, 0.01, 0.81, 0.95, 0, 1);
	near(i.low, 0, 0);
	near(i.high, 0.093662786957, 1e-9);
	i = mean_interval(45, 187, 12, 0.9, 1, 5);
	near(i.low, 2.863945183029, 1e-9);
	near(i.high, 4.469081373883, 1e-9);
	/* without an end there is no bound where nothing varies */
	i = mean_of(200, 0.01, 0, 0.95, 0, INFINITY);
	near(i.low, 0.009850377612, 1e-9);
	assert_true(isinf(i.high));
	i = mean_of(1, 7, 0, 0.95, -INFINITY, INFINITY);
	assert_true(isinf(i.low) && i.low < 0 && isinf(i.high) && i.high > 0);
	i = mean_of(3000, 0.1, 0, 0.95, -INFINITY, INFINITY); /* inexact */
	assert_true(isinf(i.low) && isinf(i.high));
	i = mean_interval(0, 0, 0, 0.95, 0, 1);
	assert_true(isnan(i.low) && isnan(i.high));
	/* 1..5: R: t.test(1:5)$conf.int */
	i = mean_interval(15, 55, 5, 0.95, -INFINITY, INFINITY);
	near(i.low, 1.036756838522, 1e-9);
}

/*
 * How often the interval holds the mean of values that are low or high, the
 * latter with a chance of p: exactly, by the binomial.
 */
static double
coverage(int n, double low, double high, double p, double level)
{
	double mean = low + p * (high - low), covered = 0;

	for (int k = 0; k <= n; k++) {
		double chance =
		    binomial_cdf((uint64_t)k, (uint64_t)n, p) -
		    (k == 0 ? 0
			    : binomial_cdf((uint64_t)k - 1, (uint64_t)n, p));
		struct interval i = mean_interval((n - k) * low + k * high,
		    (n - k) * low * low + k * high * high, (uint64_t)n, level,
		    0, 1);
		if (i.low <= mean + 1e-12 && mean - 1e-12 <= i.high)
			covered += chance;
	}
	return covered;
}

/* The worst of a population of two values, however rare one of them is. */
static void
test_mean_coverage(void **state)
{
	static const int sizes[] = { 2, 5, 20, 100, 400 };
	static const double levels[] = { 0.9, 0.95, 0.99 };
	static const double values[][2] = { { 0, 1 }, { 0.5, 1 }, { 0.3, 0.6 },
		{ 0, 0.5 }, { 0.01, 0.9 } };

	(void)state;
	for (size_t l = 0; l < LENGTH(levels); l++)
		for (size_t s = 0; s < LENGTH(sizes); s++) {
			double worst = 1;
			for (size_t v = 0; v < LENGTH(values); v++)
				for (double p = 0.002; p < 1; p += 0.004)
					worst = fmin(worst,
					    coverage(sizes[s], values[v][0],
						values[v][1], p, levels[l]));
			print_message("# mean of %d at %g: at least %.4f\n",
			    sizes[s], levels[l], worst);
			assert_true(worst >= levels[l] - 0.006);
		}
}

/* Squared errors of calibrated confidences near 1: rarely large. */
static void
test_skewed_coverage(void **state)
{
	enum { DRAWS = 2000 };
	static const int sizes[] = { 5, 20, 100, 1000 };
	uint64_t seed = 3;
	double truth = 0;

	(void)state;
	/* p is uniform in [0.95, 1]; a squared error is p (1 - p) on average */
	for (int i = 0; i < 1000; i++) {
		double p = 0.95 + 0.05 * (i + 0.5) / 1000;
		truth += p * (1 - p) / 1000;
	}
	for (size_t s = 0; s < LENGTH(sizes); s++) {
		int covered = 0;
		for (int d = 0; d < DRAWS; d++) {
			double sum = 0, sumsq = 0;
			for (int k = 0; k < sizes[s]; k++) {
				double p = 0.95 + 0.05 * uniform(&seed);
				double y = uniform(&seed) < p;
				sum += (p - y) * (p - y);
				sumsq += pow(p - y, 4);
			}
			struct interval i = mean_interval(
			    sum, sumsq, (uint64_t)sizes[s], 0.95, 0, 1);
			covered += i.low <= truth && truth <= i.high;
		}
		print_message(
		    "# skewed, %d: %d of %d\n", sizes[s], covered, DRAWS);
		/* three standard errors */
		assert_true(covered >= (0.95 - 0.0147) * DRAWS);
	}
}

/* What needs no large sample; stats_reference.py. */
static void
test_entropy(void **state)
{
	struct interval i = entropy_interval(0.5, 20, 0.95);

	(void)state;
	near(i.low, 0.222287420244, 1e-9);
	near(i.high, 0.777712579756, 1e-9);
	i = entropy_interval(0.9, 7, 0.95);
	near(i.low, 0.411551419408, 1e-9);
	near(i.high, 0.999800333153, 1e-9);
	i = entropy_interval(1, 4, 0.95); /* low^4 = 0.025 */
	near(i.low, sqrt(sqrt(0.025)), 1e-9);
	near(i.high, 1, 0);
	i = entropy_interval(0, 4, 0.95);
	near(i.low, 0, 0);
	near(i.high, 1 - sqrt(sqrt(0.025)), 1e-9);
}

/*
 * Garwood's table of the Poisson (1936), of one count; and weights that are
 * all the same only scale it.
 */
static void
test_gamma(void **state)
{
	struct interval i = gamma_interval(3, 3, 1, 0.95);

	(void)state;
	near(i.low, 0.6187, 5e-5);
	near(i.high, 8.7673, 5e-5);
	i = gamma_interval(0, 0, 1, 0.95);
	assert_true(i.low == 0);
	near(i.high, 3.6889, 5e-5);
	i = gamma_interval(0.03, 0.0003, 0.01, 0.95);
	near(i.low, 0.006187, 5e-7);
	near(i.high, 0.087673, 5e-7);
	/* large counts: the normal's */
	i = gamma_interval(1e9, 1e9, 1, 0.95);
	near((i.low - 1e9) / sqrt(1e9), -1.95996, 1e-3);
	near((i.high - 1e9) / sqrt(1e9), 1.95996, 1e-3);
}

/*
 * scipy: the largest r with binom.cdf(r - 1, n, q) <= .025 and the smallest
 * with binom.cdf(r - 1, n, q) >= .975; r = n + 1 is no bound at all.
 */
static void
test_quantile_ranks(void **state)
{
	static const struct {
		int n;
		double q;
		int low, high;
	} row[] = {
		{ 10, 0.5, 2, 9 },
		{ 10, 0.95, 8, 11 },
		{ 100, 0.5, 40, 61 },
		{ 100, 0.95, 90, 100 },
		{ 1000, 0.95, 936, 964 },
		{ 73, 0.95, 65, 73 },
	};

	(void)state;
	for (size_t k = 0; k < LENGTH(row); k++) {
		struct sketch s = { 0 };
		for (int x = 1; x <= row[k].n; x++)
			sketch_add(&s, x);
		struct interval i =
		    sketch_quantile_interval(&s, row[k].q, 0.95);
		near_relative(i.low, row[k].low, 0.0101);
		if (row[k].high > row[k].n)
			assert_true(isinf(i.high));
		else
			near_relative(i.high, row[k].high, 0.0101);
		sketch_release(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_large_binomial),
		cmocka_unit_test(test_never_nan),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_gamma),
		cmocka_unit_test(test_mean),
		cmocka_unit_test(test_mean_coverage),
		cmocka_unit_test(test_skewed_coverage),
		cmocka_unit_test(test_entropy),
		cmocka_unit_test(test_quantile_ranks),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("interval", tests, NULL, NULL);
}
