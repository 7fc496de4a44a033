/*
 * Edit distance (stats/edit_distance.h) against Wagner & Fischer (1974) on
 * a million random pairs, lengths about the edges of 64-bit blocks among them.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "testing.h"

#include "stats/edit_distance.h"

enum { LONGEST = 260 };

static size_t
plain(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	size_t row[LONGEST + 1];

	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = corner + (a[i - 1] != b[j - 1]);
			corner = row[j];
			best = row[j] + 1 < best ? row[j] + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			row[j] = best;
		}
	}
	return row[m];
}

static size_t
length(int run, uint64_t *seed)
{
	static const size_t edge[] = { 0, 1, 63, 64, 65, 127, 128, 129, 192,
		256 };

	if (run % 20 == 0)
		return edge[splitmix(seed) % (LENGTH(edge))];
	return splitmix(seed) % (run % 10 == 1 ? LONGEST : 24);
}

struct pair {
	uint32_t a[LONGEST], b[LONGEST];
	size_t n, m;
};

/* Two letters, an alphabet, or code points past the table of 256. */
static void
make_pair(struct pair *p, int run, uint64_t *seed)
{
	static const uint32_t letters[] = { 2, 26, 0x3000 };
	uint32_t range = letters[run % 3];

	p->n = length(run, seed);
	p->m = length(run, seed);
	for (size_t i = 0; i < p->n; i++)
		p->a[i] = (uint32_t)(splitmix(seed) % range);
	for (size_t i = 0; i < p->m; i++)
		p->b[i] = i < p->n && splitmix(seed) % 4 != 0
			      ? p->a[i]
			      : (uint32_t)(splitmix(seed) % range);
}

static void
test_random_pairs(void **state)
{
	uint64_t seed = 77;
	struct pair p;

	(void)state;
	for (int run = 0; run < 1000000; run++) {
		size_t d;
		make_pair(&p, run, &seed);
		d = edit_distance(p.a, p.n, p.b, p.m);
		if (d != plain(p.a, p.n, p.b, p.m))
			fail_msg("run %d: %zu and %zu letters", run, p.n, p.m);
		if (d != edit_distance(p.b, p.m, p.a, p.n))
			fail_msg("run %d: not symmetric", run);
	}
}

/* Seconds for a million pairs of any length below LONGEST. */
static double
time_of_all(
    size_t (*distance)(const uint32_t *, size_t, const uint32_t *, size_t),
    size_t *sum)
{
	static struct pair p[1000];
	uint64_t seed = 77;
	double seconds = 0;

	for (int run = 0; run < 1000000; run += 1000) {
		clock_t start;
		for (int k = 0; k < 1000; k++) {
			p[k].n = splitmix(&seed) % LONGEST;
			p[k].m = splitmix(&seed) % LONGEST;
			for (size_t i = 0; i < LONGEST; i++) {
				p[k].a[i] = (uint32_t)(splitmix(&seed) % 26);
				p[k].b[i] = (uint32_t)(splitmix(&seed) % 26);
			}
		}
		start = clock();
		for (int k = 0; k < 1000; k++)
			*sum += distance(p[k].a, p[k].n, p[k].b, p[k].m);
		seconds += (double)(clock() - start) / CLOCKS_PER_SEC;
	}
	return seconds;
}

/* What takes hours is not begun; what is equal but for little is short. */
static void
test_bound(void **state)
{
	size_t n = 32769;
	char *a = malloc(n), *b = malloc(n);

	(void)state;
	assert_true(a != NULL && b != NULL);
	memset(a, 'a', n);
	memset(b, 'b', n);
	assert_true(isnan(edit_distance_normalised(a, n, b, n)));
	assert_true(edit_distance_normalised(a, 5000, b, 5000) == 1);
	free(a);
	free(b);
}

/* Nanoseconds a pair of n letters takes, `from` on; *sum as it must be used. */
static double
time_of(size_t (*distance)(const uint32_t *, size_t, const uint32_t *, size_t),
    uint32_t from, size_t n, size_t *sum)
{
	uint32_t a[LONGEST], b[LONGEST];
	int runs = (int)(20000000 / (n * n));
	uint64_t seed = 5;
	clock_t start;

	for (size_t i = 0; i < n; i++) {
		a[i] = from + (uint32_t)(splitmix(&seed) % 26);
		b[i] = from + (uint32_t)(splitmix(&seed) % 26);
	}
	start = clock();
	for (int run = 0; run < runs; run++) {
		b[(size_t)run % n] = from + (uint32_t)(run % 26);
		*sum += distance(a, n, b, n);
	}
	return (double)(clock() - start) / CLOCKS_PER_SEC / runs * 1e9;
}

/* HITL_SPEED=1 tells how long pairs take; nothing is asserted. */
static void
test_speed(void **state)
{
	static const size_t lengths[] = { 20, 60, 100, 250 };
	static const uint32_t from[] = { 'a', 0x4e00 };
	size_t sum = 0;

	(void)state;
	if (getenv("HITL_SPEED") == NULL)
		return;
	for (int k = 0; k < 2; k++) {
		for (int i = 0; i < 4; i++) {
			double fast =
			    time_of(edit_distance, from[k], lengths[i], &sum);
			double slow = time_of(plain, from[k], lengths[i], &sum);
			print_message("# %zu letters from %u on: %.0f ns, "
				      "plain %.0f ns, %.1f times\n",
			    lengths[i], from[k], fast, slow, slow / fast);
		}
	}
	double fast = time_of_all(edit_distance, &sum);
	double slow = time_of_all(plain, &sum);
	print_message("# a million pairs: %.2f s, plain %.2f s, %.1f times\n",
	    fast, slow, slow / fast);
	assert_true(sum > 0);
}

static void
test_utf8(void **state)
{
	(void)state;
	/* two, three and four bytes are one step each */
	assert_true(edit_distance_normalised("\xc3\xa9", 2, "e", 1) == 1);
	assert_true(edit_distance_normalised("\xe2\x82\xac"
					     "1",
			4, "1", 1) == 0.5);
	assert_true(edit_distance_normalised(
			"\xf0\x9f\x99\x82", 4, "\xf0\x9f\x99\x83", 4) == 1);
	assert_true(edit_distance_normalised("", 0, "abc", 3) == 1);
	assert_true(edit_distance_normalised("abc", 3, "abc", 3) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_pairs),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_speed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("distance", tests, NULL, NULL);
}
