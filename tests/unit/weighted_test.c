/*
 * Thresholds from weighted labels: the bound against numpy, and the guarantee
 * by simulation.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "testing.h"

#include "stats/weighted.h"

/*
 * numpy: 24 stakes from min(h / 4, n^-1/2) to h = 0.98 / (1 - alpha), evenly
 * on a logarithmic scale; y = w / max(w) * (error - alpha);
 * logsumexp(log1p(-outer(stakes, y)).sum(1)) - log(24) = -log(0.05), by
 * bisection over alpha.
 */
static void
test_bound(void **state)
{
	enum { N = 300 };
	struct decision d[N];
	struct weighted_proof p;

	(void)state;
	for (int i = 0; i < N; i++)
		d[i] = (struct decision){ 0.9,
			weight_pack(i % 3 == 0 ? 1 : 10 / 3.0), i % 13 == 0 };
	decisions_sort(d, N);
	prove_weighted(d, N, 10 / 3.0, 0.2, 0.05, &p);
	assert_true(p.found && p.autonomous == N && p.threshold == 0);
	near(p.error_rate, 0.080000000000, 1e-9);
	near(p.error_high, 0.140031783, 2e-6);
	prove_weighted(d, N, 10 / 3.0, 0.140031783 - 0.001, 0.05, &p);
	assert_false(p.found);
	near(p.best_alpha, 0.140031783, 0.0011);
	prove_weighted(d, 0, 1, 0.2, 0.05, &p);
	assert_true(!p.found && isnan(p.best_alpha));
}

/*
 * A calibrated score; what is below 0.7 is always looked at, the rest at a
 * rate of 0.15 or 0.3, by kind.
 */
static size_t
draw(struct decision *d, size_t n, uint64_t *seed)
{
	size_t labels = 0;

	for (size_t i = 0; i < n; i++) {
		double c = uniform(seed), rate = 1;
		bool wrong = uniform(seed) < 0.5 * (1 - c);
		if (c >= 0.7)
			rate = uniform(seed) < 0.5 ? 0.15 : 0.3;
		if (uniform(seed) < rate)
			d[labels++] = (struct decision){ c,
				weight_pack(1 / rate), wrong };
	}
	decisions_sort(d, labels);
	return labels;
}

static void
test_guarantee(void **state)
{
	enum { N = 20000 };
	bool thorough = getenv("HITL_SIMULATE") != NULL;
	int draws = thorough ? 2000 : 100, broken = 0, found = 0;
	const double alpha = 0.12, delta = 0.05;
	struct decision *d = malloc(N * sizeof(*d));
	uint64_t seed = 3;

	(void)state;
	for (int k = 0; k < draws; k++) {
		struct weighted_proof p;
		size_t n = draw(d, N, &seed);
		prove_weighted(d, n, 1 / 0.15, alpha, delta, &p);
		found += p.found;
		/* the error at or above t is (1 - t) / 4 */
		broken += p.found && (1 - p.threshold) / 4 > alpha;
		if (p.found && p.error_high > alpha)
			fail_msg("%g is the bound at a threshold for %g",
			    p.error_high, alpha);
	}
	print_message("# %d of %d found, %d broken\n", found, draws, broken);
	assert_in_range(broken, 0,
	    (int)(delta * draws + 3 * sqrt(draws * delta * (1 - delta))));
	assert_true(found > draws * 9 / 10);
	free(d);
}

/*
 * One decision in a hundred is of a kind that is wrong nine times out of ten
 * and audited at a rate of 0.02; the others are hardly ever wrong, and audited
 * at 0.25.  Every third log has no label of the rare kind: its promise is as
 * good as any.
 */
static void
test_rarely_audited(void **state)
{
	enum { N = 5000 };
	bool thorough = getenv("HITL_SIMULATE") != NULL;
	int draws = thorough ? 4000 : 400, broken = 0, without = 0;
	const double alpha = 0.0115, delta = 0.05; /* the truth: 0.01197 */
	struct decision *d = malloc(N * sizeof(*d));
	uint64_t seed = 7;

	(void)state;
	for (int k = 0; k < draws; k++) {
		struct weighted_proof p;
		size_t n = 0, rare = 0;
		for (int i = 0; i < N; i++) {
			bool odd = uniform(&seed) < 0.01;
			double rate = odd ? 0.02 : 0.25;
			if (uniform(&seed) >= rate)
				continue;
			d[n++] =
			    (struct decision){ 0.9 + 0.0999 * uniform(&seed),
				    weight_pack(1 / rate),
				    uniform(&seed) < (odd ? 0.9 : 0.003) };
			rare += odd;
		}
		decisions_sort(d, n);
		prove_weighted(d, n, 50, alpha, delta, &p);
		broken += p.found;
		without += rare == 0;
	}
	print_message("# %d of %d broken; %d without a label of the rare\n",
	    broken, draws, without);
	assert_true(without > draws / 4);
	assert_true(
	    broken <= delta * draws + 3 * sqrt(draws * delta * (1 - delta)));
	free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_guarantee),
		cmocka_unit_test(test_rarely_audited),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("weighted", tests, NULL, NULL);
}
