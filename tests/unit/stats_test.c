/*
 * Intervals, measures, quantiles, edit distance, error escape.  Expected
 * figures are from scipy 1.10, numpy 1.24 and scikit-learn 1.2 by
 * tests/unit/stats_reference.py, which makes the same data as made() below,
 * or from the source a comment names.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "testing.h"

#include "stats/edit_distance.h"
#include "stats/escape.h"
#include "stats/interval.h"
#include "stats/measures.h"
#include "stats/sketch.h"

static void
test_intervals(void **state)
{
	struct interval i;

	(void)state;
	i = wilson(82, 5900, 0.95);
	near(i.low, 0.01121166876904181, 1e-12);
	near(i.high, 0.01721752601733391, 1e-12);
	i = clopper_pearson(82, 5900, 0.95);
	near(i.low, 0.01106858583658058, 1e-12);
	near(i.high, 0.017222472513278467, 1e-12);
	near(
	    clopper_pearson_upper(82, 5900, 0.95), 0.016676877048752696, 1e-12);
	near(clopper_pearson_upper(0, 148, 0.95), 0.02003795168910416, 1e-12);
	i = clopper_pearson(3, 10, 0.9);
	near(i.low, 0.0872644339141503, 1e-12);
	near(i.high, 0.6066242161054123, 1e-12);
	/* large samples, where GSL's own inverse gives up */
	near(clopper_pearson_upper(600000, 10000000, 0.95), 0.06012367248603271,
	    1e-10);
	near(binomial_cdf(3, 500, 0.02), 0.009812155535351051, 1e-13);
	near(binomial_cdf(700, 12032, 0.06), 0.20597824605689896, 1e-11);
	near(binomial_cdf(0, 200, 0.05), 3.5052666248828984e-05, 1e-16);
	i = wilson(0, 0, 0.95);
	near(i.low, 0, 0);
	near(i.high, 1, 0);
	near(wilson(0, 10, 0.95).low, 0, 0);
	near(wilson(10, 10, 0.95).high, 1, 0);
	/* 1..5: mean 3, variance 2.5, t(4) */
	i = mean_interval(15, 55, 5, 0.95, -INFINITY, INFINITY);
	near(i.high - 3, 1.963243161477561, 1e-9);
}

/* 2,000 decisions as stats_reference.py has them: glibc's old LCG. */
static struct decision *
made(size_t n)
{
	struct decision *d = calloc(n, sizeof(*d));
	uint32_t x = 12345;
	double u, p;

	for (size_t i = 0; i < 2 * n; i++) {
		x = (x * 1103515245u + 12345u) & 0x7fffffffu;
		u = x / 2147483648.0;
		if (i < n) {
			d[i].confidence = rint((0.4 + 0.6 * u) * 100) / 100;
		} else {
			p = pow(d[i - n].confidence, 1.5);
			d[i - n].error = !(u < p);
		}
	}
	return d;
}

static void
test_measures(void **state)
{
	struct decision *d = made(2000);
	struct measured m[MEASURES];

	(void)state;
	decisions_sort(d, 2000);
	measures(d, 2000, 0.95, m);
	near(m[MEASURE_ACCURACY].value, 1174 / 2000.0, 0);
	near(m[MEASURE_AUROC].value, 0.768517124460156, 1e-12);
	near(m[MEASURE_AUROC].low, 0.748069837396611, 1e-9);
	near(m[MEASURE_AUROC].high, 0.7889644115237, 1e-9);
	near(m[MEASURE_BRIER].value, 0.20717265, 1e-12);
	near(m[MEASURE_BRIER].low, 0.198083463451, 1e-9);
	near(m[MEASURE_BRIER].high, 0.216591633359, 1e-9);
	near(m[MEASURE_RELIABILITY].value, 0.0221465229268717, 1e-12);
	near(m[MEASURE_RESOLUTION].value, 0.0574048729268717, 1e-12);
	near(m[MEASURE_UNCERTAINTY].value, 0.242431, 1e-12);
	near(m[MEASURE_LOG_LOSS].value, 0.594898892029897, 1e-12);
	near(m[MEASURE_LOG_LOSS].low, 0.572103004456, 1e-9);
	near(m[MEASURE_LOG_LOSS].high, 0.652572840562, 1e-9);
	near(m[MEASURE_SPIEGELHALTER_Z].value, 7.129665398384, 1e-9);
	near_relative(
	    m[MEASURE_SPIEGELHALTER_P].value, 1.0061321059148e-12, 1e-6);
	near(m[MEASURE_ECE_10].value, 0.113145, 1e-9);
	near(m[MEASURE_ECE_15].value, 0.115645, 1e-9);
	near(m[MEASURE_MCE].value, 0.191873111782477, 1e-9);
	near(m[MEASURE_ECE_MASS].value, 0.114555, 1e-9);
	near(m[MEASURE_AURC].value, 0.213317993079659, 1e-12);
	near(m[MEASURE_EAURC].value, 0.11292754586511, 1e-12);
	free(d);
}

static void
test_one_class(void **state)
{
	struct decision d[] = { { 0.9, 0, 0 }, { 0.8, 0, 0 } };
	struct measured m[MEASURES];

	(void)state;
	measures(d, 2, 0.95, m);
	assert_true(isnan(m[MEASURE_AUROC].value));
	near(m[MEASURE_ACCURACY].value, 1, 0);
	near(m[MEASURE_EAURC].value, 0, 0);
}

static int
plain_order(const void *a, const void *b)
{
	const struct decision *x = a, *y = b;

	if (x->confidence != y->confidence)
		return x->confidence > y->confidence ? -1 : 1;
	if (x->error != y->error)
		return x->error < y->error ? -1 : 1;
	return (x->group > y->group) - (x->group < y->group);
}

/* Against qsort, on shapes that trip radix sorts. */
static void
test_sort(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 47, 48, 49, 1000, 20000 };
	uint64_t seed = 3;

	(void)state;
	for (int shape = 0; shape < 5; shape++)
		for (size_t k = 0; k < 8; k++) {
			size_t n = sizes[k];
			struct decision *a = calloc(n + 1, sizeof(*a));
			struct decision *b = calloc(n + 1, sizeof(*b));
			for (size_t i = 0; i < n; i++) {
				double u = uniform(&seed);
				a[i].confidence = shape == 0 ? u
						  : shape == 1
						      ? rint(u * 10) / 10
						  : shape == 2 ? 1 - u * 1e-12
						  : shape == 3 ? 0.8
							       : u * 1e-300;
				a[i].error = (uint32_t)(splitmix(&seed) & 1);
				a[i].group = (uint32_t)(splitmix(&seed) % 5);
			}
			memcpy(b, a, n * sizeof(*a));
			decisions_sort(a, n);
			qsort(b, n, sizeof(*b), plain_order);
			assert_memory_equal(a, b, (n + 1) * sizeof(*a));
			free(a);
			free(b);
		}
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Two sorted halves, merged, are the whole, sorted. */
static void
test_merge(void **state)
{
	static const size_t sizes[][2] = { { 0, 0 }, { 0, 5 }, { 5, 0 },
		{ 1000, 10 }, { 10, 1000 }, { 3000, 200000 } };
	uint64_t seed = 3;

	(void)state;
	for (size_t k = 0; k < LENGTH(sizes); k++) {
		size_t n = sizes[k][0], m = sizes[k][1];
		struct decision *a = calloc(n + 1, sizeof(*a));
		struct decision *b = calloc(m + 1, sizeof(*b));
		struct decision *whole = calloc(n + m + 1, sizeof(*whole));
		for (size_t i = 0; i < n + m; i++) {
			uint64_t x = splitmix(&seed);
			whole[i] = (struct decision){ (double)(x % 100) / 100,
				(uint32_t)(x >> 32) % 3, x >> 63 };
			*(i < n ? &a[i] : &b[i - n]) = whole[i];
		}
		decisions_sort(a, n);
		decisions_sort(b, m);
		decisions_sort(whole, n + m);
		a = decisions_merge(a, n, b, m);
		assert_memory_equal(a, whole, (n + m) * sizeof(*a));
		free(a);
		free(whole);
	}
}

static void
test_sketch(void **state)
{
	static const double q[] = { 0, 0.01, 0.5, 0.95, 0.99, 1 };
	struct sketch s = { 0 }, half = { 0 }, other = { 0 };
	double *x = malloc(20000 * sizeof(*x));
	uint64_t seed = 5;

	(void)state;
	assert_true(isnan(sketch_quantile(&s, 0.5)));
	for (int i = 0; i < 20000; i++) {
		x[i] = exp(6 * uniform(&seed) - 2);
		sketch_add(&s, x[i]);
		sketch_add(i % 2 ? &half : &other, x[i]);
	}
	qsort(x, 20000, sizeof(*x), ascending);
	sketch_merge(&half, &other);
	for (size_t i = 0; i < LENGTH(q); i++) {
		double exact = x[(size_t)fmax(0, ceil(q[i] * 20000) - 1)];
		near(sketch_quantile(&s, q[i]) / exact, 1, 0.01 + 1e-9);
		near(
		    sketch_quantile(&half, q[i]), sketch_quantile(&s, q[i]), 0);
	}
	struct interval i = sketch_quantile_interval(&s, 0.95, 0.95);
	assert_true(i.low < x[18999] * 1.01 && i.high > x[18999] * 0.99);
	assert_true(i.high / i.low < 1.2);
	sketch_release(&s);
	sketch_release(&half);
	sketch_release(&other);
	free(x);
}

/* Wagner and Fischer (1974), plain. */
static size_t
plain_distance(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	size_t row[401];

	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = corner + (a[i - 1] != b[j - 1]);
			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[m];
}

static void
test_edit_distance(void **state)
{
	uint32_t a[400], b[400];
	uint64_t seed = 11;

	(void)state;
	for (int k = 0; k < 20000; k++) {
		size_t longest = k % 50 == 0 ? 400 : k % 5 == 0 ? 130 : 20;
		size_t n = splitmix(&seed) % longest;
		size_t m = splitmix(&seed) % longest;
		uint32_t letters = k % 3 == 0 ? 2 : k % 3 == 1 ? 30 : 400;
		for (size_t i = 0; i < n; i++)
			a[i] = (uint32_t)(splitmix(&seed) % letters);
		for (size_t i = 0; i < m; i++) /* related, half the time */
			b[i] = k % 2 && i < n && splitmix(&seed) % 4
				   ? a[i]
				   : (uint32_t)(splitmix(&seed) % letters);
		if (edit_distance(a, n, b, m) != plain_distance(a, n, b, m))
			fail_msg("differs at %d: %zu and %zu letters", k, n, m);
	}
	near(edit_distance_normalised("kitten", 6, "sitting", 7), 3 / 7.0,
	    1e-15);
	near(edit_distance_normalised("", 0, "", 0), 0, 0);
	/* a code point is one step, whatever its bytes */
	near(edit_distance_normalised("\xc3\xa4"
				      "bc",
		 4, "abc", 3),
	    1 / 3.0, 1e-15);
}

static void
test_escape_cases(void **state)
{
	struct escape_counts c = { 100, 100, 7 };
	struct escape_stratum s[2] = { { 0.5, 60, 30, 3, 0 },
		{ 0.1, 40, 4, 1, 0 } };
	struct escape e = escape_rate(s, 2, &c, 0.95);

	(void)state;
	assert_true(e.known && e.n == 100); /* a census */
	near(e.value, 0.07, 1e-15);
	c = (struct escape_counts){ 100, 60, 20 };
	e = escape_rate(s, 2, &c, 0.95);
	/* Hajek by hand: (3/0.5 + 1/0.1) / (30/0.5 + 4/0.1) = 16 / 100 */
	near(e.value, 0.16, 1e-12);
	near(e.naive, 20 / 60.0, 1e-15);
	assert_true(e.low < 0.16 && e.high > 0.16 && e.covered == 1);
	s[1] = (struct escape_stratum){ 0, 40, 0, 0, 0 };
	e = escape_rate(s, 2, &c, 0.95);
	near(e.covered, 0.6, 1e-15);
	assert_true(e.high > 0.4); /* the rest may hide anything */
	assert_non_null(e.why);
	s[0].audited = s[0].errors = 0;
	e = escape_rate(s, 2, &c, 0.95);
	assert_false(e.known);
	assert_true(isnan(e.value));
	c = (struct escape_counts){ 0, 0, 0 };
	assert_false(escape_rate(s, 0, &c, 0.95).known);
}

/*
 * Audits at two rates, errors more frequent where audits are rarer: the
 * estimate is unbiased and its interval covers; the naive one is neither.
 */
static void
test_escape_simulated(void **state)
{
	const double rate[2] = { 0.05, 0.3 }, error[2] = { 0.05, 0.01 };
	const int runs = 600, n = 6000;
	double mean = 0, naive = 0, truth = 0.03;
	uint64_t seed = 17;
	int covered = 0;

	(void)state;
	for (int run = 0; run < runs; run++) {
		struct escape_stratum s[2] = { { .rate = rate[0] },
			{ .rate = rate[1] } };
		struct escape_counts c = { (uint64_t)n, 0, 0 };
		for (int i = 0; i < n; i++) {
			int h = i % 2;
			bool wrong = uniform(&seed) < error[h];
			s[h].autonomous++;
			if (uniform(&seed) >= rate[h])
				continue;
			s[h].audited++;
			s[h].errors += wrong;
			c.labelled++;
			c.errors += wrong;
		}
		struct escape e = escape_rate(s, 2, &c, 0.95);
		mean += e.value / runs;
		naive += e.naive / runs;
		covered += e.low <= truth && truth <= e.high;
	}
	near(mean, truth, 0.02 * truth + 3 * 0.006 / sqrt(runs));
	assert_true(naive < 0.6 * truth);
	assert_true(covered >= 0.90 * runs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intervals),
		cmocka_unit_test(test_measures),
		cmocka_unit_test(test_one_class),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_sketch),
		cmocka_unit_test(test_edit_distance),
		cmocka_unit_test(test_escape_cases),
		cmocka_unit_test(test_escape_simulated),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
