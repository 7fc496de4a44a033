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
 * Few errors: each stratum's Clopper-Pearson at level 0.975, by its share.
 * R: binom.test(2, 40, conf.level = .975)$conf.int, (0, 50) likewise.
 */
static void
test_exact(void **state)
{
	struct escape_stratum s[2] = {
		{ .rate = 0.5, .autonomous = 80, .audited = 40, .errors = 2 },
		{ .rate = 0.2, .autonomous = 240, .audited = 50 },
	};
	struct escape_counts c = { 320, 90, 2 };
	struct escape e = escape_rate(s, 2, &c, 0.95);

	(void)state;
	near(e.low, 0.25 * 0.00422194530645457, 1e-9);
	near(e.high, 0.25 * 0.18811899971334 + 0.75 * 0.0839098780079905, 1e-9);
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
		cmocka_unit_test(test_interval_holds_value),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
