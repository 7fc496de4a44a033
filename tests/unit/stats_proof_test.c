/*
 * The threshold with a guarantee (stats/proof.h) beyond proof_test.c: what
 * it reports is what its threshold does, small and huge logs, and the
 * guarantee on two populations made to break it: ties whose error rate
 * crosses alpha more than once, and scores at the edges of the candidates'
 * decades.  HITL_SIMULATE=1 draws 2,000 samples of each instead of 400.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "testing.h"

#include "stats/interval.h"
#include "stats/proof.h"

/* Continuous, crowded about 0.9, decades of 1 - c, and ties. */
static double
shape(int which, double u, double v)
{
	switch (which) {
	case 0: return u;
	case 1: return 0.9 + 0.0002 * (u - 0.5);
	case 2: return 1 - pow(10, -1 - rint(3 * u)) * (1 + 1e-4 * (v - 0.5));
	default: return rint(10 * u) / 10;
	}
}

static void
test_report_is_true(void **state)
{
	enum { MOST = 1000 };
	struct decision *d = calloc(MOST, sizeof(*d));
	uint64_t seed = 8;
	int found = 0;

	(void)state;
	for (int run = 0; run < 2000; run++) {
		size_t n = 200 + splitmix(&seed) % (MOST - 200), errors = 0;
		struct proof p;
		for (size_t i = 0; i < n; i++) {
			double u = uniform(&seed), v = uniform(&seed);
			d[i].confidence = shape(run % 4, u, v);
			d[i].error = uniform(&seed) < 0.03;
		}
		decisions_sort(d, n);
		prove_threshold(d, n, 0.08, 0.05, &p);
		if (!p.found)
			continue;
		found++;
		assert_int_equal(
		    decisions_above(d, n, p.threshold), p.autonomous);
		for (size_t i = 0; i < p.autonomous; i++)
			errors += d[i].error;
		assert_int_equal(errors, p.errors);
		assert_true(p.level <= 0.05 + 1e-12 && p.p_value <= p.level);
		assert_true(
		    binomial_cdf(p.errors, p.autonomous, 0.08) == p.p_value);
	}
	assert_in_range(found, 1000, 2000);
	free(d);
}

/* Few labels are when the number that would do is asked for. */
static void
test_labels_of_few(void **state)
{
	struct decision d[100] = { 0 };
	struct proof p;

	(void)state;
	for (size_t i = 0; i < 100; i++)
		d[i].confidence = 0.5;
	prove_threshold(d, 100, 0.02, 0.05, &p);
	assert_false(p.found);
	/* a fifth of delta is what a start gets at worst, or nearly:
	 * ln(0.05 / 5) / ln(0.98) = 227.9 without an error */
	assert_in_range(p.labels, 228, 231);
	for (size_t i = 0; i < 100; i++)
		d[i].error = i % 10 == 0;
	decisions_sort(d, 100);
	prove_threshold(d, 100, 0.02, 0.05, &p);
	assert_false(p.found);
	assert_int_equal(p.labels, 0); /* one in ten is never one in fifty */
}

/*
 * The error rate is alpha itself: nothing may be proven from the NaN that
 * GSL answers for so many records.
 */
static void
test_huge_is_not_proof(void **state)
{
	const size_t n = 4000000;
	struct decision *d = calloc(n, sizeof(*d));
	struct proof p;

	(void)state;
	assert_non_null(d);
	for (size_t i = 0; i < n; i++)
		d[i] = (struct decision){ 0.8, 0, i >= n / 2 + 1 };
	/* n / 2 - 1 errors, just below alpha: p is about 1/2 */
	prove_threshold(d, n, 0.5, 0.05, &p);
	assert_false(p.found);
	free(d);
}

/* A tied value, its share of the population, and its error rate. */
struct step {
	double confidence, share, error;
};

/* Error at or above each: 0.02, 0.11, 0.075, 0.107, 0.0925, 0.134. */
static const struct step crossing[] = {
	{ 0.99, 0.1, 0.02 },
	{ 0.95, 0.1, 0.20 },
	{ 0.9, 0.2, 0.04 },
	{ 0.8, 0.2, 0.17 },
	{ 0.7, 0.2, 0.05 },
	{ 0.5, 0.2, 0.30 },
};
/*
 * 1 - c at 0.1, 0.01 and 0.001 and right beside them; error at or above
 * each: 0.05, 0.09, 0.1003, 0.0953, 0.1064, 0.1071.
 */
static const struct step decades[] = {
	{ 0.99905, 0.15, 0.05 },
	{ 0.999, 0.15, 0.13 },
	{ 0.990005, 0.15, 0.121 },
	{ 0.99, 0.15, 0.08 },
	{ 0.900005, 0.2, 0.14 },
	{ 0.9, 0.2, 0.11 },
};

/* The step a uniform u falls in. */
static const struct step *
drawn(const struct step *s, size_t n, double u)
{
	size_t i = 0;

	for (; i + 1 < n && u >= s[i].share; i++)
		u -= s[i].share;
	return &s[i];
}

/* The highest scores are few, and wrong more often than those below them. */
static const struct step top[] = {
	{ 0.99, 0.006, 0.15 },
	{ 0.9, 0.744, 0.06 },
	{ 0.5, 0.25, 0.6 },
};

/* The population's own error rate at or above t. */
static double
true_error(const struct step *s, size_t n, double t)
{
	double mass = 0, wrong = 0;

	for (size_t i = 0; i < n; i++)
		if (s[i].confidence >= t) {
			mass += s[i].share;
			wrong += s[i].share * s[i].error;
		}
	return mass == 0 ? 0 : wrong / mass;
}

static void
hold_promise(const struct step *s, size_t nstep, size_t n, double alpha)
{
	const double delta = 0.05;
	int draws = getenv("HITL_SIMULATE") != NULL ? 2000 : 400, broken = 0;
	int most = (int)(delta * draws + 3 * sqrt(draws * delta * (1 - delta)));
	struct decision *d = calloc(n, sizeof(*d));
	uint64_t seed = n;

	for (int k = 0; k < draws; k++) {
		struct proof p;
		double *t;
		size_t m;
		bool bad = false;
		for (size_t i = 0; i < n; i++) {
			const struct step *at = drawn(s, nstep, uniform(&seed));
			d[i].confidence = at->confidence;
			d[i].error = uniform(&seed) < at->error;
		}
		decisions_sort(d, n);
		prove_threshold(d, n, alpha, delta, &p);
		/* whichever of them is taken */
		m = proven_thresholds(d, n, alpha, delta, &t);
		assert_true(p.found == (m > 0));
		assert_true(m == 0 || t[m - 1] == p.threshold);
		for (size_t i = 0; i < m; i++)
			bad |= true_error(s, nstep, t[i]) > alpha + 1e-12;
		broken += bad;
		free(t);
	}
	print_message(
	    "# n %zu alpha %g: %d of %d broken\n", n, alpha, broken, draws);
	assert_true(broken <= most);
	free(d);
}

static void
test_hard_populations(void **state)
{
	static const size_t sizes[] = { 500, 1000, 2000, 10000 };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (int a = 0; a < 2; a++) {
			hold_promise(crossing, 6, sizes[i], a ? 0.1 : 0.05);
			hold_promise(decades, 6, sizes[i], a ? 0.1 : 0.09);
			hold_promise(top, 3, sizes[i], a ? 0.1 : 0.08);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report_is_true),
		cmocka_unit_test(test_labels_of_few),
		cmocka_unit_test(test_huge_is_not_proof),
		cmocka_unit_test(test_hard_populations),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("stats_proof", tests, NULL, NULL);
}
