/*
 * Agreement (stats/agreement.h, stats/dawid_skene.h): published tables, and
 * an independent calculation by definitions (agreement_reference.py).
 */
#include <stdbool.h>
#include <stdlib.h>

#include "testing.h"

#include "stats/agreement.h"
#include "stats/dawid_skene.h"

static struct vote vote[1000];
static const double one_to_four[] = { 1, 2, 3, 4 };

/* Krippendorff's own example: three people, fifteen items, votes missing. */
static struct votes
krippendorff_votes(void)
{
	static const char *const rows[] = { "*****34121133*3",
		"1*213343*******", "**21344*21133*4" };
	struct votes v = { vote, 0, 15, 3, 4, one_to_four };

	for (uint32_t r = 0; r < 3; r++)
		for (uint32_t i = 0; i < 15; i++)
			if (rows[r][i] != '*')
				vote[v.n++] = (struct vote){ i, r,
					(uint32_t)(rows[r][i] - '1') };
	votes_sort(&v);
	return v;
}

static void
test_krippendorff(void **state)
{
	struct votes v = krippendorff_votes();
	struct agreement g;

	(void)state;
	g = krippendorff_alpha(&v, MEASURE_NOMINAL, 0.95);
	near(g.value, 0.69136, 5e-6);
	assert_int_equal(g.n, 12); /* three items have one vote or none */
	assert_true(g.interval.low < g.value && g.interval.high > g.value);
	near(
	    krippendorff_alpha(&v, MEASURE_ORDINAL, 0.95).value, 0.80672, 5e-6);
	near(krippendorff_alpha(&v, MEASURE_INTERVAL, 0.95).value, 0.81084,
	    5e-6);
	/* some items have three votes, some two, one has one */
	assert_true(isnan(fleiss_kappa(&v, 0.95).value));
}

/* Fleiss (1971), ten subjects, fourteen raters, five categories. */
static void
test_fleiss(void **state)
{
	static const int count[10][5] = { { 0, 0, 0, 0, 14 }, { 0, 2, 6, 4, 2 },
		{ 0, 0, 3, 5, 6 }, { 0, 3, 9, 2, 0 }, { 2, 2, 8, 1, 1 },
		{ 7, 7, 0, 0, 0 }, { 3, 2, 6, 3, 0 }, { 2, 5, 3, 2, 2 },
		{ 6, 5, 2, 1, 0 }, { 0, 2, 2, 3, 7 } };
	struct votes v = { vote, 0, 10, 14, 5, NULL };
	struct agreement g;

	(void)state;
	for (uint32_t i = 0; i < 10; i++) {
		uint32_t rater = 0;
		for (uint32_t c = 0; c < 5; c++)
			for (int k = 0; k < count[i][c]; k++)
				vote[v.n++] = (struct vote){ i, rater++, c };
	}
	g = fleiss_kappa(&v, 0.95);
	near(g.value, 0.210, 0.0005);
	near(g.value, 0.20993070442195524, 1e-12); /* by hand, in fractions */
}

/* As agreement_reference.py makes them. */
static struct votes
reference_votes(void)
{
	static const double value[] = { 1, 2, 4, 8 };
	uint32_t lcg_state = 12345;
	struct votes v = { vote, 0, 40, 6, 4, value };

	for (uint32_t i = 0; i < 40; i++) {
		uint32_t truth = lcg(&lcg_state) % 4;
		for (uint32_t r = 0; r < 6; r++) {
			uint32_t noise, other;
			if (lcg(&lcg_state) % 3 == 0)
				continue;
			noise = lcg(&lcg_state) % 10;
			other = noise < 6 + r % 3 ? truth : lcg(&lcg_state) % 4;
			vote[v.n++] = (struct vote){ i, r, other };
		}
	}
	assert_int_equal(v.n, 155);
	return v;
}

static void
test_reference(void **state)
{
	struct votes v = reference_votes();
	struct pair_agreement *pair;
	double sum = 0;
	size_t n;

	(void)state;
	near(krippendorff_alpha(&v, MEASURE_NOMINAL, 0.95).value,
	    0.457466332976, 1e-11);
	near(krippendorff_alpha(&v, MEASURE_ORDINAL, 0.95).value,
	    0.576519042959, 1e-11);
	near(krippendorff_alpha(&v, MEASURE_INTERVAL, 0.95).value,
	    0.619510834585, 1e-11);
	near(gwet_ac1(&v, 0.95).value, 0.508648248190, 1e-11);
	assert_true(cohen_pairs(&v, 15, &pair, &n));
	assert_int_equal(n, 15);
	assert_true(pair[0].a == 0 && pair[0].b == 1 && pair[0].n == 16);
	near(pair[0].kappa, 0.170984455959, 1e-11);
	for (size_t i = 0; i < n; i++)
		sum += pair[i].kappa;
	near(sum / 15, 0.420061279507, 1e-11);
	free(pair);
	assert_false(cohen_pairs(&v, 14, &pair, &n));
	free(pair);
}

static void
test_dawid_skene(void **state)
{
	static const double share[] = { 0.355317592, 0.112489146, 0.232193262,
		0.300000000 };
	static const double accuracy[] = { 0.636363636, 0.692307692,
		0.826086957, 0.703703704, 0.682350504, 0.928571429 };
	static const char labels[] = "0303012033202220033330122320010230230130";
	struct votes v = reference_votes();
	struct consensus c;
	bool tied;

	(void)state;
	dawid_skene(&v, &c);
	for (uint32_t t = 0; t < 4; t++)
		near(c.share[t], share[t], 1e-6);
	for (uint32_t r = 0; r < 6; r++)
		near(c.skill[r], accuracy[r], 1e-6);
	for (uint32_t i = 0; i < 40; i++)
		assert_int_equal(
		    consensus_label(&c, i, &tied), labels[i] - '0');
	consensus_release(&c);
}

static void
test_edges(void **state)
{
	struct votes v = { vote, 0, 0, 0, 0, NULL };

	(void)state;
	assert_true(isnan(krippendorff_alpha(&v, MEASURE_NOMINAL, 0.95).value));
	assert_true(isnan(gwet_ac1(&v, 0.95).value));
	assert_true(isnan(fleiss_kappa(&v, 0.95).value));
	/* all say the same: there is nothing to agree about */
	v = (struct votes){ vote, 4, 2, 2, 1, one_to_four };
	for (uint32_t i = 0; i < 4; i++)
		vote[i] = (struct vote){ i / 2, i % 2, 0 };
	assert_true(isnan(krippendorff_alpha(&v, MEASURE_NOMINAL, 0.95).value));
	assert_true(
	    isnan(krippendorff_alpha(&v, MEASURE_INTERVAL, 0.95).value));
	/* full agreement on two labels is 1 */
	v.labels = 2;
	vote[2].label = vote[3].label = 1;
	near(krippendorff_alpha(&v, MEASURE_NOMINAL, 0.95).value, 1, 1e-15);
	near(krippendorff_alpha(&v, MEASURE_ORDINAL, 0.95).value, 1, 1e-15);
	near(gwet_ac1(&v, 0.95).value, 1, 1e-15);
	near(fleiss_kappa(&v, 0.95).value, 1, 1e-15);
	/* no item makes a difference to it: two do not prove it */
	assert_true(
	    isnan(krippendorff_alpha(&v, MEASURE_NOMINAL, 0.95).interval.low));
	assert_true(isnan(gwet_ac1(&v, 0.95).interval.high));
}

/* The jackknife's interval covers the alpha of the population. */
static void
test_coverage(void **state)
{
	enum { DRAWS = 400, ITEMS = 100 };
	struct votes v = { vote, 3 * ITEMS, ITEMS, 3, 3, one_to_four };
	uint64_t seed = 7;
	/* three raters, each right with 0.8, else one of the two others:
	   two agree with 0.8^2 + 2 * 0.1^2; labels are as likely */
	const double truth = (0.66 - 1.0 / 3) / (1 - 1.0 / 3);
	int covered = 0;

	(void)state;
	for (int d = 0; d < DRAWS; d++) {
		struct agreement g;
		for (uint32_t i = 0; i < 3 * ITEMS; i++) {
			static uint32_t right;
			double u = uniform(&seed);
			if (i % 3 == 0)
				right = (uint32_t)(uniform(&seed) * 3);
			vote[i] = (struct vote){ i / 3, i % 3,
				u < 0.8   ? right
				: u < 0.9 ? (right + 1) % 3
					  : (right + 2) % 3 };
		}
		g = krippendorff_alpha(&v, MEASURE_NOMINAL, 0.95);
		covered += g.interval.low <= truth && truth <= g.interval.high;
	}
	print_message("# %d of %d intervals cover\n", covered, DRAWS);
	/* 0.95 of 400, four standard errors */
	assert_in_range(covered, 362, 398);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_krippendorff),
		cmocka_unit_test(test_fleiss),
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_dawid_skene),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_coverage),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("agreement", tests, NULL, NULL);
}
