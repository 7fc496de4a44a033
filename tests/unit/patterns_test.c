/*
 * What patterns are found by: MinHash against the sets themselves, groups of
 * similar texts, and the ratio of two rates against R 4.2's
 *   poisson.test(c(k, k0), c(n, n0))$conf.int
 * and what consensus compares with (stats/overlap.h), by hand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

#include "feedback/similar.h"
#include "stats/overlap.h"
#include "stats/rate_ratio.h"

static void
test_rate_ratio(void **state)
{
	static const struct {
		uint64_t k, n, k0, n0;
		double low, high;
	} by_r[] = {
		{ 11, 800, 6, 1083, 0.8413434648, 8.1731604728 },
		{ 30, 100, 5, 120, 2.7660066734, 23.7683846134 },
		{ 0, 50, 4, 70, 0, 2.1208136031 },
		{ 7, 50, 0, 70, 2.0178319264, INFINITY },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(by_r); i++) {
		struct interval x = rate_ratio(
		    by_r[i].k, by_r[i].n, by_r[i].k0, by_r[i].n0, 0.95);
		near_relative(x.low, by_r[i].low, 1e-6);
		if (isinf(by_r[i].high))
			assert_true(isinf(x.high));
		else
			near_relative(x.high, by_r[i].high, 1e-6);
	}
}

/* Jaccard's index of the sets of shingles, the long way. */
static double
jaccard(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), both = 0, either = 0;

	for (int side = 0; side < 2; side++) {
		const char *x = side == 0 ? a : b, *y = side == 0 ? b : a;
		size_t nx = side == 0 ? n : m, ny = side == 0 ? m : n;
		for (size_t i = 0; i + MINHASH_SHINGLE <= nx; i++) {
			bool again = false, there = false;
			for (size_t j = 0; j < i; j++)
				again |=
				    memcmp(x + i, x + j, MINHASH_SHINGLE) == 0;
			for (size_t j = 0; j + MINHASH_SHINGLE <= ny; j++)
				there |=
				    memcmp(x + i, y + j, MINHASH_SHINGLE) == 0;
			if (again || (side == 1 && there))
				continue;
			either++;
			both += there;
		}
	}
	return (double)both / (double)either;
}

/* Over pairs of texts the estimates are right in the mean, and near. */
static void
test_minhash(void **state)
{
	double error = 0, squares = 0, variance = 0;
	uint64_t seed = 3;
	enum { PAIRS = 400, N = 200 };
	char a[N + 1] = "", b[N + 1] = "";

	(void)state;
	for (int k = 0; k < PAIRS; k++) {
		struct minhash x, y;
		size_t changes = splitmix(&seed) % 20;
		double truth, e;
		for (size_t i = 0; i < N; i++)
			a[i] = b[i] = (char)('a' + splitmix(&seed) % 26);
		for (size_t c = 0; c < changes; c++)
			b[splitmix(&seed) % N] = '_';
		minhash(a, N, &x);
		minhash(b, N, &y);
		truth = jaccard(a, b);
		e = minhash_similarity(&x, &y) - truth;
		error += e;
		squares += e * e;
		variance += truth * (1 - truth) / MINHASH_SIZE;
	}
	near(error / PAIRS, 0, 4 * sqrt(variance) / PAIRS);
	/* the spread is the binomial's */
	near_relative(squares, variance, 0.35);
}

static uint32_t
put(struct similar *s, const char *text, bool expected)
{
	bool added;
	uint32_t group = similar_put(s, str_of(text), &added);

	assert_int_equal(added, expected);
	return group;
}

static void
test_similar(void **state)
{
	struct similar s;
	bool added;
	char text[64];

	(void)state;
	similar_init(&s, 0.7, 102);
	assert_int_equal(
	    put(&s, "the parcel was sent to the wrong address", true), 0);
	assert_int_equal(put(&s, "please refund 12.50 eur", true), 1);
	assert_int_equal(
	    put(&s, "the parcel was sent to the wrong address!", false), 0);
	assert_int_equal(put(&s, "please refund 12.50 eur today", false), 1);
	/* shorter than a shingle, and empty */
	assert_int_equal(put(&s, "no", true), 2);
	assert_int_equal(put(&s, "no", false), 2);
	assert_int_equal(put(&s, "nb", true), 3);
	assert_int_equal(put(&s, "", true), 4);
	for (int i = 0; i < 97; i++) {
		uint64_t seed = (uint64_t)i;
		for (int k = 0; k < 40; k++)
			text[k] = (char)('a' + splitmix(&seed) % 26);
		text[40] = '\0';
		assert_int_equal(put(&s, text, true), 5 + i);
	}
	assert_int_equal(
	    similar_put(&s, STR("one too many"), &added), MAP_NONE);
	assert_false(added);
	assert_int_equal(put(&s, "please refund 12.50 eur", false), 1);
	similar_release(&s);
}

static void
test_overlap(void **state)
{
	static const uint64_t a[] = { 1, 2, 2, 3 }, b[] = { 2, 2, 2, 4 };
	struct span s[] = { { 5, 9, 0 }, { 0, 4, 0 }, { 3, 5, 0 },
		{ 0, 2, 1 } };
	struct span t[] = { { 4, 6, 0 }, { 1, 3, 1 } };
	static const struct box x[] = { { 0, 0, 2, 2, 0 },
		{ 10, 0, 12, 2, 0 } };
	static const struct box y[] = { { 10, 0, 12, 2, 1 },
		{ 1, 0, 3, 2, 0 } };

	(void)state;
	near(bag_overlap(a, 4, b, 4), 0.5, 1e-15);
	near(bag_overlap(a, 0, b, 0), 1, 0);
	near(bag_overlap(a, 4, b, 0), 0, 0);
	/* what touches is one: [0, 9) and [0, 2) of another kind */
	assert_int_equal(spans_normalise(s, 4), 2);
	assert_int_equal(spans_normalise(t, 2), 2);
	near(s[0].end, 9, 0);
	near(span_overlap(s, 2, t, 2), 3.0 / 12, 1e-15);
	near(span_overlap(s, 0, t, 0), 1, 0);
	near(span_overlap(s, 2, t, 0), 0, 0);
	/* a third of one pair; the other two are of different kinds */
	near(box_overlap(x, 2, y, 2), 1.0 / 6, 1e-15);
	near(box_overlap(x, 2, x, 2), 1, 1e-15);
	near(box_overlap(x, 0, y, 0), 1, 0);
	near(box_overlap(x, 1, y, 0), 0, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate_ratio),
		cmocka_unit_test(test_minhash),
		cmocka_unit_test(test_similar),
		cmocka_unit_test(test_overlap),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("patterns", tests, NULL, NULL);
}
