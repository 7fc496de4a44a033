/* Plans against a search over all n in scipy, and costs against all of them. */
#include <stdbool.h>
#include <stdlib.h>

#include "testing.h"

#include "stats/cost.h"
#include "stats/interval.h"
#include "stats/plan.h"

/*
 * The first n at which the exact test has that power, one by one:
 *   k = max k with binom.cdf(k, n, alpha) <= delta
 *   binom.cdf(k, n, error) >= power
 */
static void
test_labels_for_proof(void **state)
{
	static const struct {
		double alpha, delta, error, power;
		uint64_t n, allowed;
	} row[] = {
		{ 0.02, 0.05, 0.01, 0.8, 969, 12 },
		{ 0.02, 0.05, 0, 0.9, 149, 0 },
		{ 0.05, 0.05, 0.04, 0.8, 2698, 116 },
	};
	uint64_t k = 77;

	(void)state;
	for (size_t i = 0; i < LENGTH(row); i++) {
		assert_int_equal(labels_for_proof(row[i].alpha, row[i].delta,
				     row[i].error, row[i].power, &k),
		    row[i].n);
		assert_int_equal(k, row[i].allowed);
	}
	assert_int_equal(labels_for_proof(0.05, 0.05, 0.05 - 1e-8, 0.8, &k), 0);
}

static void
test_labels_for_width(void **state)
{
	(void)state;
	for (double e = 0; e < 0.6; e += 0.05) {
		uint64_t n = labels_for_width(0.03, e, 0.95);
		struct interval at =
		    wilson((uint64_t)llrint(e * (double)n), n, 0.95);
		struct interval before =
		    wilson((uint64_t)llrint(e * (double)(n - 1)), n - 1, 0.95);
		assert_true(at.high - at.low <= 0.03);
		assert_true(before.high - before.low > 0.03);
	}
}

/* Against every n there is; beyond 40,000 half an error is no matter. */
static void
test_width_by_force(void **state)
{
	static const double widths[] = { 0.6, 0.3, 0.15, 0.04, 0.02 };
	static const double errors[] = { 0, 0.0001, 0.004, 0.02, 0.07, 0.1,
		0.25, 0.31, 0.5, 0.62, 0.98, 1 };

	(void)state;
	for (size_t w = 0; w < LENGTH(widths); w++)
		for (size_t e = 0; e < LENGTH(errors); e++) {
			double error = fmin(errors[e], 1 - errors[e]);
			uint64_t last = 0; /* that does not suffice */
			for (uint64_t n = 1; n <= 40000; n++) {
				struct interval i = wilson(
				    (uint64_t)floor(error * (double)n + 0.5), n,
				    0.95);
				if (i.high - i.low > widths[w])
					last = n;
			}
			assert_true(last < 20000);
			assert_int_equal(
			    labels_for_width(widths[w], errors[e], 0.95),
			    last + 1);
		}
	/* too many to look at one by one: w is about z^2 / n, 2 z sqrt(p / n)
	 */
	near_relative(
	    (double)labels_for_width(1e-9, 0, 0.95), 3.841459e9, 1e-6);
	near_relative((double)labels_for_width(1e-6, 1e-4, 0.95),
	    4 * 3.841459 * 1e-4 * (1 - 1e-4) * 1e12, 1e-3);
	assert_true(labels_for_width(1e-9, 1e-11, 0.95) < 6000000000);
}

enum { N = 2000 };

/* What it costs to split at two thresholds, counted record by record. */
static double
cost_of(const struct decision *d, const struct costs *c, double alone,
    double band, uint64_t without)
{
	double sum = (double)without * (c->review + c->delay);

	for (int i = 0; i < N; i++) {
		if (d[i].confidence >= alone)
			sum += d[i].error * c->error;
		else if (d[i].confidence >= band)
			sum += c->review + d[i].error * c->flagged;
		else
			sum += c->review + c->delay;
	}
	return sum;
}

/* A calibrated confidence in hundredths. */
static void
make_log(struct decision *d, uint64_t *seed)
{
	for (int i = 0; i < N; i++) {
		double c = (50 + floor(uniform(seed) * 50)) / 100;
		d[i] = (struct decision){ c, 0, uniform(seed) >= c };
	}
	decisions_sort(d, N);
}

static void
test_cheapest(void **state)
{
	static const struct costs costs[] = {
		{ 10, 1, 0, false, 0 },
		{ 10, 1, 0.5, false, 0 },
		{ 10, 1, 0.5, true, 3 },
		{ 10, 0.1, 2, true, 6 },
		{ 1, 3, 0, false, 0 },
		{ 1000, 1, 1, true, 5 },
		/* a band that is of no use, or hardly of any */
		{ 21, 1, 0.5, true, 20.5 },
		{ 10, 3, 1, true, 8 },
		{ 10, 1, 0.3, true, 3 },
	};
	struct decision *d = malloc(N * sizeof(*d));
	struct cheapest got;
	uint64_t seed = 5;

	(void)state;
	for (size_t i = 0; i < LENGTH(costs); i++) {
		const struct costs *c = &costs[i];
		double best = INFINITY;
		make_log(d, &seed);
		for (int t = 50; t <= 101; t++)
			for (int b = 50; b <= t; b++)
				if (c->has_flagged || b == t)
					best =
					    fmin(best, cost_of(d, c, t / 100.0,
							   b / 100.0, 30));
		cheapest_threshold(d, N, N + 30, c, NULL, 0, 0.95, &got);
		near(got.cost, best, 1e-9 * best);
		near(got.cost,
		    cost_of(d, c, got.point.threshold,
			isnan(got.band) ? got.point.threshold : got.band, 30),
		    1e-9 * best);
		near(got.all_reviewed, (N + 30) * (c->review + c->delay), 1e-6);
		near(got.none_reviewed, cost_of(d, c, 0, 0, 30), 1e-6);
		assert_true(got.low <= got.high);
	}
	free(d);
}

/* Only some thresholds may be chosen; the band may begin anywhere. */
static void
test_cheapest_among(void **state)
{
	static const struct costs costs[] = {
		{ 10, 1, 0.5, true, 3 },
		{ 21, 1, 0.5, true, 20.5 },
		{ 10, 1, 3, true, 6 },
		{ 10, 1, 0.5, false, 0 },
	};
	static const double among[] = { 0.97, 0.96, 0.95, 0.94, 0.93 };
	struct decision *d = malloc(N * sizeof(*d));
	struct cheapest got;
	uint64_t seed = 9;

	(void)state;
	for (size_t i = 0; i < LENGTH(costs); i++) {
		const struct costs *c = &costs[i];
		double best = INFINITY;
		make_log(d, &seed);
		for (int t = 93; t <= 101; t++)
			for (int b = 50; b <= t && t != 98 && t != 99; b++)
				if (t != 100 && (c->has_flagged || b == t))
					best =
					    fmin(best, cost_of(d, c, t / 100.0,
							   b / 100.0, 0));
		cheapest_threshold(
		    d, N, N, c, among, LENGTH(among), 0.95, &got);
		near(got.cost, best, 1e-9 * best);
	}
	free(d);
}

/* The interval holds the break-even of a calibrated score, mostly. */
static void
test_bootstrap(void **state)
{
	const struct costs c = { 10, 2, 0, false, 0 };
	struct decision *d = malloc(N * sizeof(*d));
	struct cheapest got;
	uint64_t seed = 6;
	int held = 0;

	(void)state;
	for (int k = 0; k < 100; k++) {
		make_log(d, &seed);
		cheapest_threshold(d, N, N, &c, NULL, 0, 0.95, &got);
		held += got.low <= 0.80 && 0.80 <= got.high;
	}
	assert_in_range(held, 88, 100);
	free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_labels_for_proof),
		cmocka_unit_test(test_labels_for_width),
		cmocka_unit_test(test_width_by_force),
		cmocka_unit_test(test_cheapest),
		cmocka_unit_test(test_cheapest_among),
		cmocka_unit_test(test_bootstrap),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
