/*
 * The threshold with a guarantee: cases worked by hand, and the guarantee
 * itself by simulation: over many draws from a population whose true error
 * rates are known, the chosen threshold breaks the bound in at most delta of
 * them, within three standard errors.  HITL_SIMULATE=1 runs many more.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "testing.h"

#include "stats/candidates.h"
#include "stats/curve.h"
#include "stats/proof.h"

/* A population: how scores fall, and how often a score is wrong. */
struct population {
	const char *name;
	double (*score)(double u); /* from a uniform u, falling */
	double (*error)(double score);
};

static double
plain(double u)
{
	return 1 - u;
}
static double
crowded(double u)
{
	return 1 - 1e-6 * u;
}
static double
tied(double u)
{
	return 1 - floor(10 * u) / 20;
}
static double
calibrated(double c)
{
	return 0.5 * (1 - c);
}
static double
overconfident(double c)
{
	return fmin(1, 0.04 + 0.4 * (1 - c));
}
static double
stepped(double c)
{
	return c > 0.6 ? 0.04 : 0.4;
}
static double
hump(double c)
{
	return 0.02 + 0.5 * (c - 0.5) * (c - 0.5);
}
static double
in_crowd(double c)
{
	return fmin(1, 0.3 * (1 - c) * 1e6);
}

/* Kept up to 0.56, broken, kept again down to 0.1, and broken. */
static double
two_stretches(double c)
{
	return c > 0.7 ? 0.03 : c > 0.55 ? 0.25 : c > 0.1 ? 0.05 : 0.6;
}
static double
wavy(double c)
{
	return 0.09 + 0.08 * sin(40 * c);
}

static const struct population populations[] = {
	{ "calibrated", plain, calibrated },
	{ "overconfident", plain, overconfident },
	{ "stepped", plain, stepped },
	{ "U-shaped", plain, hump },
	{ "tied", tied, calibrated },
	{ "crowded", crowded, in_crowd },
	{ "two stretches", plain, two_stretches },
	{ "wavy", plain, wavy },
};

/* The population's error among scores >= t, by 100,000 midpoints. */
static double
true_error(const struct population *p, double t)
{
	const int points = 100000;
	double sum = 0;
	int n = 0;

	for (int i = 0; i < points; i++) {
		double c = p->score((i + 0.5) / points);
		if (c < t)
			break; /* scores fall as u grows */
		sum += p->error(c);
		n++;
	}
	return n == 0 ? 0 : sum / n;
}

/* How many of `draws` samples of n end in a broken promise. */
static int
violations(const struct population *p, size_t n, int draws, double alpha,
    double delta, uint64_t *seed)
{
	struct decision *d = calloc(n, sizeof(*d));
	int broken = 0;

	for (int k = 0; k < draws; k++) {
		struct proof proof;
		for (size_t i = 0; i < n; i++) {
			d[i].confidence = p->score(uniform(seed));
			d[i].error = uniform(seed) < p->error(d[i].confidence);
			d[i].group = 0;
		}
		decisions_sort(d, n);
		prove_threshold(d, n, alpha, delta, &proof);
		broken += proof.found &&
			  true_error(p, proof.threshold) > alpha + 1e-9;
	}
	free(d);
	return broken;
}

static void
test_guarantee(void **state)
{
	bool thorough = getenv("HITL_SIMULATE") != NULL;
	const size_t sizes[] = { 500, 2000, 10000 };
	const double alphas[] = { 0.05, 0.1 }, delta = 0.05;
	int draws = thorough ? 2000 : 150;
	int most = (int)(delta * draws + 3 * sqrt(draws * delta * (1 - delta)));
	uint64_t seed = 2026;

	(void)state;
	for (size_t i = 0; i < LENGTH(populations); i++)
		for (size_t s = 0; s < (thorough ? 3 : 2); s++)
			for (size_t a = 0; a < 2; a++) {
				int broken = violations(&populations[i],
				    sizes[s], draws, alphas[a], delta, &seed);
				if (thorough)
					print_message(
					    "%s n %zu alpha %g: %d of "
					    "%d\n",
					    populations[i].name, sizes[s],
					    alphas[a], broken, draws);
				if (broken > most)
					fail_msg("%s: %d of %d promises broken",
					    populations[i].name, broken, draws);
			}
}

/* The textbook sweep is there to be compared with: it does break it. */
static void
test_textbook_breaks(void **state)
{
	const struct population *p = &populations[0];
	enum { N = 1000, DRAWS = 200 };
	struct decision *d = calloc(N, sizeof(*d));
	double *grid;
	uint64_t seed = 4;
	size_t m;
	int broken = 0;

	(void)state;
	assert_int_equal(grid_make(0.5, 1, 0.01, 2, &grid, &m), 0);
	for (int k = 0; k < DRAWS; k++) {
		struct curve_point point;
		for (size_t i = 0; i < N; i++) {
			d[i].confidence = p->score(uniform(&seed));
			d[i].error = uniform(&seed) < p->error(d[i].confidence);
		}
		decisions_sort(d, N);
		broken += empirical_threshold(d, N, grid, m, 0.05, &point) &&
			  true_error(p, point.threshold) > 0.05;
	}
	assert_in_range(broken, DRAWS / 4, DRAWS);
	free(grid);
	free(d);
}

/* All alike: one test at the whole of delta, so the least n is known. */
static void
test_all_equal(void **state)
{
	struct decision d[200] = { 0 };
	struct proof p;

	(void)state;
	for (size_t i = 0; i < 200; i++)
		d[i].confidence = 0.9;
	/* ln(0.05) / ln(0.98) = 148.3 */
	assert_int_equal(proof_minimum(0.02, 0.05), 149);
	prove_threshold(d, 148, 0.02, 0.05, &p);
	assert_false(p.found);
	assert_int_equal(p.minimum, 149);
	prove_threshold(d, 149, 0.02, 0.05, &p);
	assert_true(p.found && p.autonomous == 149 && p.threshold == 0);
	d[0].error = 1;
	prove_threshold(d, 149, 0.02, 0.05, &p);
	assert_false(p.found);
	assert_true(p.best_alpha > 0.02 && p.best_alpha < 0.05);
	prove_threshold(d, 0, 0.02, 0.05, &p);
	assert_false(p.found);
	assert_true(isnan(p.best_alpha));
}

static void
test_candidates(void **state)
{
	static const double c[] = { 0, 0.1, 0.5, 0.85, 0.9, 0.99999, 0.9999995,
		1 - 1e-15, 0.12345678901234567 };

	(void)state;
	for (size_t i = 0; i < LENGTH(c); i++) {
		double v = candidate_above(c[i]);
		assert_true(v > c[i]);
		/* no more than two units of the fourth digit of 1 - c above */
		assert_true(v - c[i] <= (1 - c[i]) * 0.002 + 2.3e-16);
	}
	assert_true(candidate_above(0.85) == 0.8501);
	assert_true(candidate_above(1) > 1);
}

static void
test_grid(void **state)
{
	double *t;
	size_t m;

	(void)state;
	assert_int_equal(grid_make(0.5, 1, 0.01, 2, &t, &m), 0);
	assert_int_equal(m, 50);
	assert_true(t[0] == 0.5 && t[7] == 0.57 && t[49] == 0.99);
	free(t);
	assert_int_equal(grid_make(0.5, 0.5, 0.01, 2, &t, &m), -1);
	assert_int_equal(grid_make(0.5, 1, 0, 2, &t, &m), -1);
	assert_int_equal(grid_make(0, 1, 1e-9, 9, &t, &m), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grid),
		cmocka_unit_test(test_candidates),
		cmocka_unit_test(test_all_equal),
		cmocka_unit_test(test_textbook_breaks),
		cmocka_unit_test(test_guarantee),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("proof", tests, NULL, NULL);
}
