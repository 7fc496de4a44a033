/*
 * Error escape (stats/escape.h): the normal interval by hand, and that an
 * interval holds its own value however the audits fell.
 */
#include <math.h>
#include <stdbool.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "testing.h"

#include "stats/escape.h"

/* How many of n: from one to the next by geometric steps. */
static uint64_t
binomial(uint64_t *seed, uint64_t n, double p)
{
	double at = 0;
	uint64_t k = 0;

	if (p >= 1)
		return n;
	while (
	    (at += 1 + floor(log1p(-uniform(seed)) / log1p(-p))) <= (double)n)
		k++;
	return k;
}

/*
 * numpy 1.24, scipy 1.10:
 *	w = repeat([2, 10], [500, 100]); y = 40 and 12 ones in them
 *	R = sum(w * y) / sum(w); se = sqrt(sum((w * (y - R))**2)) / sum(w)
 *	R, R - norm.ppf(.975) * se, R + ..., sum(w)**2 / sum(w**2)
 */
static void
test_linearised(void **state)
{
	struct escape_stratum s[2] = {
		{ .rate = 0.5,
		    .autonomous = 1000,
		    .audited = 500,
		    .errors = 40 },
		{ .rate = 0.1,
		    .autonomous = 1000,
		    .audited = 100,
		    .errors = 12 },
	};
	struct escape_counts c = { 2000, 700, 90 };
	struct escape e = escape_rate(s, 2, &c, 0.95);

	(void)state;
	assert_true(e.known && e.n == 600 && e.covered == 1);
	near(e.value, 0.1, 1e-9);
	near(e.low, 0.0659394573758781, 1e-9);
	near(e.high, 0.134060542624122, 1e-9);
	near(e.effective_n, 333.333333333333, 1e-9);
	near(e.naive, 90 / 700.0, 1e-9);
}

/*
 * One stratum, few errors: Clopper-Pearson.  R: binom.test(2, 40)$conf.int
 */
static void
test_exact(void **state)
{
	struct escape_stratum s = {
		.rate = 0.5, .autonomous = 80, .audited = 40, .errors = 2
	};
	struct escape_counts c = { 80, 40, 2 };
	struct escape e = escape_rate(&s, 1, &c, 0.95);

	(void)state;
	near(e.low, 0.006113646599350838, 1e-9);
	near(e.high, 0.16919686395941763, 1e-9);
}

/*
 * Several, and few errors in one of them: Fay and Feuer's.  scipy 1.10, for
 * weights w and errors k:
 *	y = sum(w * k); v = sum(w**2 * k); m = max(w)
 *	v / (2 * y) * chi2.ppf(.025, 2 * y**2 / v)
 *	(v + m**2) / (2 * (y + m)) * chi2.ppf(.975, 2 * (y + m)**2 / (v + m**2))
 */
static void
test_rare(void **state)
{
	struct escape_stratum s[2] = {
		{ .rate = 0.5, .autonomous = 80, .audited = 40, .errors = 2 },
		{ .rate = 0.2, .autonomous = 240, .audited = 50 },
	};
	struct escape_counts c = { 320, 90, 2 };
	struct escape e = escape_rate(s, 2, &c, 0.95);

	(void)state;
	near(e.low, 0.001513807990899782, 1e-9);
	near(e.high, 0.07063086706850549, 1e-9);
	/* the 40 errors of one do not make up for the 8 of the other */
	s[0] = (struct escape_stratum){
		.rate = 0.5, .autonomous = 1000, .audited = 500, .errors = 40
	};
	s[1] = (struct escape_stratum){
		.rate = 0.02, .autonomous = 5000, .audited = 100, .errors = 8
	};
	c = (struct escape_counts){ 6000, 600, 48 };
	e = escape_rate(s, 2, &c, 0.95);
	near(e.low, 0.040555417582605724, 1e-9);
	near(e.high, 0.14387305183322924, 1e-9);
}

/*
 * Rates far apart, as they are where the risk is high or low: many errors are
 * found where few decisions are, and hardly any where most of them are.  All
 * the same the truth is above the interval, or below it, no more often than
 * in one of forty.
 */
static void
test_rates_apart(void **state)
{
	enum { RUNS = 2000, STRATA = 4 };
	static const struct {
		int size[STRATA];
		double rate[STRATA], error[STRATA];
	} population[] = {
		{ { 5000, 1000 }, { 0.02, 0.5 }, { 0.01, 0.05 } },
		{ { 20000, 2000 }, { 0.02, 0.2 }, { 0.005, 0.05 } },
		{ { 50000, 5000 }, { 0.02, 0.2 }, { 0.005, 0.05 } },
		{ { 50000, 50000 }, { 0.001, 0.1 }, { 0.02, 0.001 } },
		{ { 10000, 5000, 2000, 500 }, { 0.01, 0.05, 0.2, 1 },
		    { 0.003, 0.02, 0.1, 0.2 } },
	};
	uint64_t seed = 1936;

	(void)state;
	for (size_t p = 0; p < LENGTH(population); p++) {
		double truth = 0, sizes = 0;
		int above = 0, below = 0;
		for (int h = 0; h < STRATA; h++) {
			sizes += population[p].size[h];
			truth += population[p].size[h] * population[p].error[h];
		}
		truth /= sizes;
		for (int run = 0; run < RUNS; run++) {
			struct escape_stratum s[STRATA] = { 0 };
			struct escape_counts c = { 0 };
			for (int h = 0; h < STRATA; h++) {
				double rate = population[p].rate[h];
				uint64_t n = (uint64_t)population[p].size[h];
				s[h] = (struct escape_stratum){ .rate = rate,
					.autonomous = n,
					.audited = binomial(&seed, n, rate) };
				s[h].errors = binomial(&seed, s[h].audited,
				    population[p].error[h]);
				c.autonomous += n;
				c.labelled += s[h].audited;
				c.errors += s[h].errors;
			}
			struct escape e = escape_rate(s, STRATA, &c, 0.95);
			above += truth > e.high;
			below += truth < e.low;
		}
		print_message("# truth %.5f: above %d, below %d of %d\n", truth,
		    above, below, RUNS);
		/* 1/40, and three standard errors */
		assert_true(above <= RUNS * 0.025 + 3 * sqrt(RUNS * 0.025));
		assert_true(below <= RUNS * 0.025 + 3 * sqrt(RUNS * 0.025));
	}
}

/* Audits that fell far from their rates weigh strata unlike the sizes do. */
static void
test_interval_holds_value(void **state)
{
	uint64_t seed = 1;
	int known = 0;

	(void)state;
	for (int run = 0; run < 100000; run++) {
		struct escape_stratum s[2] = { { .rate = 0.5 },
			{ .rate = 0.1 } };
		struct escape_counts c = { 0 };
		for (int h = 0; h < 2; h++) {
			s[h].autonomous = 5 + splitmix(&seed) % 60;
			s[h].audited = splitmix(&seed) % s[h].autonomous;
			if (s[h].audited > 0)
				s[h].errors =
				    splitmix(&seed) % (s[h].audited + 1);
			c.autonomous += s[h].autonomous;
			c.labelled += s[h].audited;
			c.errors += s[h].errors;
		}
		struct escape e = escape_rate(s, 2, &c, 0.95);
		if (!e.known || e.covered < 1)
			continue;
		known++;
		assert_true(0 <= e.low && e.low <= e.value &&
			    e.value <= e.high && e.high <= 1 + 1e-12);
	}
	assert_in_range(known, 50000, 100000);
}

/*
 * A year of 60 decisions a day that act alone, 2 % of them wrong, 15 % drawn
 * for audit.  Complaints bring labels besides: half of the wrong ones, one in
 * fifty of the right ones.  The estimate must not see them; the average of
 * what has a label does, and is off by a factor.
 */
static void
test_unbiased(void **state)
{
	enum { RUNS = 1000, DECISIONS = 365 * 60 };
	const double truth = 0.02;
	uint64_t seed = 20261121;
	double sum = 0, naive = 0;
	int covered = 0;

	(void)state;
	for (int run = 0; run < RUNS; run++) {
		struct escape_stratum s = { .rate = 0.15 };
		struct escape_counts c = { 0 };
		struct escape e;
		for (int i = 0; i < DECISIONS; i++) {
			bool wrong = uniform(&seed) < truth;
			bool audit = uniform(&seed) < s.rate;
			bool told = uniform(&seed) < (wrong ? 0.5 : 0.02);
			s.autonomous++;
			s.audited += audit;
			s.errors += audit && wrong;
			c.autonomous++;
			c.labelled += audit || told;
			c.errors += (audit || told) && wrong;
		}
		e = escape_rate(&s, 1, &c, 0.95);
		sum += e.value;
		naive += e.naive;
		covered += e.low <= truth && truth <= e.high;
	}
	print_message("# mean %.6f of %.2f, naive %.4f, %d of %d cover\n",
	    sum / RUNS, truth, naive / RUNS, covered, RUNS);
	near_relative(sum / RUNS, truth, 0.02);
	assert_in_range(covered, 930, 970);
	assert_true(naive / RUNS > 3 * truth);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unbiased),
		cmocka_unit_test(test_linearised),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_rare),
		cmocka_unit_test(test_rates_apart),
		cmocka_unit_test(test_interval_holds_value),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
