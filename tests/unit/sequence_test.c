/*
 * Rates looked at again and again, drift, and waiting (stats/sequence.h,
 * stats/drift.h, stats/erlang.h): published values, independent calculations
 * (agreement_reference.py), and simulations of what is promised.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "testing.h"

#include "stats/drift.h"
#include "stats/erlang.h"
#include "stats/sequence.h"

static double
one_part(uint64_t k, uint64_t n, double p0, bool below)
{
	return sequence_evidence(
	    &(struct sequence_part){ 1, k, n }, 1, p0, below);
}

static void
test_evidence(void **state)
{
	struct sequence_part part[] = { { 0.7, 9, 300 }, { 0.3, 20, 250 } };
	struct interval i = sequence_interval(30, 1000, 0.95);

	(void)state;
	near(i.low, 0.01428, 5e-6);
	near(i.high, 0.05402, 5e-6);
	near(one_part(30, 1000, 0.02, false), -1.4660359986, 1e-9);
	near(sequence_evidence(part, 2, 0.02, false), 1.1225213, 1e-5);
	near(sequence_evidence(part, 2, 0.03, false), -4.0637956, 1e-5);
	/* below is above, of the others */
	near(one_part(970, 1000, 0.98, true), -1.4660359986, 1e-9);
	/* on the good side, and nothing seen */
	assert_true(one_part(10, 1000, 0.02, false) < 0);
	assert_true(one_part(0, 0, 0.02, false) == 0);
	i = sequence_interval(0, 0, 0.95);
	assert_true(i.low == 0 && i.high == 1);
	i = sequence_interval(0, 50, 0.95);
	assert_true(i.low == 0 && i.high > 0 && i.high < 0.2);
	i = sequence_interval(50, 50, 0.95);
	assert_true(i.high == 1 && i.low > 0.8);
}

/* The ends of the interval are where the evidence reaches the bound. */
static void
test_interval_ends(void **state)
{
	static const uint64_t kn[][2] = { { 1, 10 }, { 30, 1000 }, { 499, 500 },
		{ 5000, 1000000 } };

	(void)state;
	for (size_t i = 0; i < LENGTH(kn); i++) {
		struct interval x = sequence_interval(kn[i][0], kn[i][1], 0.99);
		near(
		    one_part(kn[i][0], kn[i][1], x.low, false), log(100), 1e-6);
		near(
		    one_part(kn[i][0], kn[i][1], x.high, true), log(100), 1e-6);
	}
}

/*
 * A year of daily looks at 50 audits each, the rate being just the target:
 * a false alarm in 5 % of years at most, where a test at 95 % every day
 * raises one in a third of them.
 */
static void
test_false_alarms(void **state)
{
	enum { YEARS = 2000, DAYS = 365, AUDITS = 50 };
	uint64_t seed = 20260521;
	int alarms = 0, naive = 0;

	(void)state;
	for (int y = 0; y < YEARS; y++) {
		uint64_t k = 0, n = 0;
		bool alarm = false, test = false;
		for (int d = 0; d < DAYS; d++) {
			for (int a = 0; a < AUDITS; a++)
				k += uniform(&seed) < 0.02;
			n += AUDITS;
			if (!alarm && (double)k / (double)n > 0.02)
				alarm = one_part(k, n, 0.02, false) >= log(20);
			/* P(Bin(n, 0.02) >= k) < 0.05, by the normal */
			test |= (double)k - 0.5 - 0.02 * (double)n >
				1.6448536 * sqrt(0.0196 * (double)n);
		}
		alarms += alarm;
		naive += test;
	}
	print_message("# %d false alarms in %d years; by daily tests %d\n",
	    alarms, YEARS, naive);
	assert_in_range(alarms, 0, YEARS / 20);
	assert_in_range(naive, YEARS / 4, YEARS / 2);
}

/* The same where two kinds are audited at different rates. */
static void
test_false_alarms_in_parts(void **state)
{
	enum { YEARS = 500, DAYS = 120 };
	uint64_t seed = 99;
	int alarms = 0;

	(void)state;
	for (int y = 0; y < YEARS; y++) {
		/* 0.8 * 0.01 + 0.2 * 0.06 = 0.02 */
		struct sequence_part part[] = { { 0.8, 0, 0 }, { 0.2, 0, 0 } };
		bool alarm = false;
		for (int d = 0; d < DAYS && !alarm; d++) {
			part[0].n += 20;
			part[1].n += 40;
			for (int a = 0; a < 20; a++)
				part[0].k += uniform(&seed) < 0.01;
			for (int a = 0; a < 40; a++)
				part[1].k += uniform(&seed) < 0.06;
			alarm =
			    sequence_evidence(part, 2, 0.02, false) >= log(20);
		}
		alarms += alarm;
	}
	print_message("# %d false alarms in %d runs in parts\n", alarms, YEARS);
	assert_in_range(alarms, 0, YEARS / 20);
}

/* A doubled rate is found in about the time that was foretold. */
static void
test_found_in_time(void **state)
{
	enum { RUNS = 400 };
	double told = sequence_length(0, 0, 0.04, 0.02, false, 0.95), sum = 0;
	uint64_t seed = 5;

	(void)state;
	for (int i = 0; i < RUNS; i++) {
		uint64_t k = 0, n = 0;
		do {
			k += uniform(&seed) < 0.04;
			n++;
		} while (
		    n < 100000 && ((double)k / (double)n <= 0.02 ||
				      one_part(k, n, 0.02, false) < log(20)));
		sum += (double)n;
	}
	print_message(
	    "# found after %.0f audits, %.0f foretold\n", sum / RUNS, told);
	assert_true(sum / RUNS > told / 2 && sum / RUNS < 1.5 * told);
	assert_true(isinf(sequence_length(0, 0, 0.01, 0.02, false, 0.95)));
	/* what has been seen counts */
	assert_true(sequence_length(0, 1000, 0.04, 0.02, false, 0.95) > told);
	assert_true(
	    sequence_length(100, 1000, 0.04, 0.02, false, 0.95) == 1000);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
test_drift(void **state)
{
	uint32_t lcg_state = 12345;
	double x[500], y[400];
	struct drift d;

	(void)state;
	for (int i = 0; i < 500; i++)
		x[i] = lcg(&lcg_state) % 1000 / 1000.0;
	for (int i = 0; i < 400; i++)
		y[i] = pow(lcg(&lcg_state) % 1000 / 1000.0, 1.3);
	qsort(x, 500, sizeof(*x), by_value);
	qsort(y, 400, sizeof(*y), by_value);
	d = drift_compare(x, 500, y, 400);
	near(d.psi, 0.091135851886, 1e-10);
	near(d.js, 0.016306608025, 1e-10);
	near(d.ks, 0.1345, 1e-12);
	assert_true(d.ks_p > 1e-4 && d.ks_p < 1e-3);
	d = drift_compare(x, 500, x, 500);
	assert_true(d.psi == 0 && d.js == 0 && d.ks == 0 && d.ks_p == 1);
	d = drift_compare(x, 500, y, 0);
	assert_true(isnan(d.psi) && isnan(d.ks_p));
}

static void
test_kolmogorov(void **state)
{
	/* scipy.stats.kstwobign.sf */
	static const double sf[][2] = { { 0.3, 0.999990694199 },
		{ 0.5, 0.963945243665 }, { 0.8, 0.544142411574 },
		{ 1, 0.269999671677 }, { 1.36, 0.0494858767554 },
		{ 2.5, 7.45330634416e-06 } };

	(void)state;
	for (size_t i = 0; i < LENGTH(sf); i++)
		near_relative(kolmogorov_tail(sf[i][0]), sf[i][1], 1e-10);
}

/* Newcombe (1998), table II, contrast (a): 56/70 - 48/80. */
static void
test_difference(void **state)
{
	struct interval i = difference_interval(48, 80, 56, 70, 0.95);

	(void)state;
	near(i.low, 0.0524, 5e-5);
	near(i.high, 0.3339, 5e-5);
}

static void
test_erlang(void **state)
{
	/* load 3: 0.5 a minute, 6 minutes each */
	static const struct {
		uint64_t reviewers;
		double chance, mean, p95;
	} known[] = { { 4, 0.50943, 3.0566, 13.928 },
		{ 5, 0.23615, 0.70845, 4.6574 },
		{ 6, 0.099143, 0.19829, 1.3691 } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct erlang_wait w =
		    erlang_wait(0.5, 1.0 / 6, known[i].reviewers, 0.95);
		near_relative(w.chance, known[i].chance, 1e-5);
		near_relative(w.mean, known[i].mean, 2e-5);
		near_relative(w.quantile, known[i].p95, 5e-5);
	}
	assert_int_equal(erlang_reviewers(0.5, 1.0 / 6, 0.95, 5, 100), 5);
	assert_int_equal(erlang_reviewers(0.5, 1.0 / 6, 0.95, 4.6, 100), 6);
	assert_int_equal(erlang_reviewers(0.5, 1.0 / 6, 0.95, 4.6, 5), 0);
	near(erlang_arrivals(
		 1.0 / 6, 5, 0.95, erlang_wait(0.5, 1.0 / 6, 5, 0.95).quantile),
	    0.5, 1e-9);
	/* as many cases as they can do, and none at all */
	assert_true(isinf(erlang_wait(0.5, 1.0 / 6, 3, 0.95).mean));
	assert_true(erlang_c(0, 3) == 0 && erlang_c(3, 3) == 1);
	/* one reviewer: the chance is the load */
	near(erlang_c(0.7, 1), 0.7, 1e-15);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_evidence),
		cmocka_unit_test(test_interval_ends),
		cmocka_unit_test(test_false_alarms),
		cmocka_unit_test(test_false_alarms_in_parts),
		cmocka_unit_test(test_found_in_time),
		cmocka_unit_test(test_drift),
		cmocka_unit_test(test_kolmogorov),
		cmocka_unit_test(test_difference),
		cmocka_unit_test(test_erlang),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("sequence", tests, NULL, NULL);
}
