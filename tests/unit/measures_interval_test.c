/*
 * Bootstrap intervals of measures, by simulation: how often they hold what
 * is true of the population.  Confidences are 0.50 to 0.99 in hundredths,
 * all as frequent; what is right with a probability of c - gap.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

#include "stats/measures.h"

enum { N = 2000, DRAWS = 300 };

/* 0.95 less three standard errors of a share of 300. */
static const double LEAST = 0.912;

static void
draw(struct decision *d, double gap, uint64_t *seed)
{
	for (int i = 0; i < N; i++) {
		double c = (50 + floor(uniform(seed) * 50)) / 100;
		d[i] = (struct decision){ c, 0, uniform(seed) >= c - gap };
	}
	decisions_sort(d, N);
}

/* The population's, where the fifty confidences are fifty ties. */
static void
truth(double gap, double value[MEASURES])
{
	double errors = 0, seen = 0, area = 0, right = 0;

	for (int c = 99; c >= 50; c--) {
		double rate = 1 - (c / 100.0 - gap), m = 1 / 50.0;
		area += rate * m;
		if (seen > 0)
			area += (errors - rate * seen) * log1p(m / seen);
		seen += m;
		errors += rate * m;
		right += (1 - rate) * m;
	}
	value[MEASURE_UNCERTAINTY] = right * (1 - right);
	value[MEASURE_ECE_10] = value[MEASURE_ECE_15] =
	    value[MEASURE_ECE_MASS] = gap;
	value[MEASURE_RELIABILITY] = gap * gap;
	value[MEASURE_AURC] = area;
	value[MEASURE_EAURC] = area - (1 - right) - right * log(right);
}

static void
check_coverage(double gap, const enum measure *list, size_t n)
{
	struct decision *d = malloc(N * sizeof(*d));
	double value[MEASURES];
	int held[MEASURES] = { 0 };
	uint64_t seed = 77;

	truth(gap, value);
	for (int k = 0; k < DRAWS; k++) {
		struct measured m[MEASURES];
		draw(d, gap, &seed);
		measures(d, N, 0.95, m);
		measures_intervals(d, N, 0.95, m);
		for (size_t i = 0; i < n; i++)
			held[list[i]] += m[list[i]].low <= value[list[i]] &&
					 value[list[i]] <= m[list[i]].high;
	}
	for (size_t i = 0; i < n; i++) {
		print_message("# gap %g, %s: %d of %d\n", gap,
		    measure_words[list[i]], held[list[i]], DRAWS);
		assert_true(held[list[i]] >= LEAST * DRAWS);
	}
	free(d);
}

static void
test_overconfident(void **state)
{
	static const enum measure list[] = { MEASURE_UNCERTAINTY,
		MEASURE_ECE_10, MEASURE_ECE_15, MEASURE_ECE_MASS,
		MEASURE_RELIABILITY, MEASURE_AURC, MEASURE_EAURC };

	(void)state;
	check_coverage(0.08, list, LENGTH(list));
}

/* No error of calibration: the interval reaches down to 0. */
static void
test_calibrated(void **state)
{
	static const enum measure list[] = { MEASURE_ECE_10, MEASURE_ECE_15,
		MEASURE_ECE_MASS, MEASURE_RELIABILITY };

	(void)state;
	check_coverage(0, list, LENGTH(list));
}

/* Those with a formula keep it; the same again gives the same. */
static void
test_others(void **state)
{
	struct decision *d = malloc(N * sizeof(*d));
	struct measured a[MEASURES], b[MEASURES], c[MEASURES];
	uint64_t seed = 5;

	(void)state;
	draw(d, 0.1, &seed);
	measures(d, N, 0.95, a);
	memcpy(b, a, sizeof(a));
	measures_intervals(d, N, 0.95, b);
	memcpy(c, a, sizeof(a));
	measures_intervals(d, N, 0.95, c);
	for (int i = 0; i < MEASURES; i++) {
		bool none = i == MEASURE_SPIEGELHALTER_Z ||
			    i == MEASURE_SPIEGELHALTER_P;
		assert_true(isnan(b[i].low) == none);
		assert_true(
		    none || (b[i].low == c[i].low && b[i].high == c[i].high &&
				b[i].low <= b[i].high));
		if (!isnan(a[i].low))
			assert_true(
			    a[i].low == b[i].low && a[i].high == b[i].high);
	}
	/* many confidences: no interval for parts over distinct ones */
	for (int i = 0; i < N; i++)
		d[i].confidence = uniform(&seed);
	decisions_sort(d, N);
	measures(d, N, 0.95, a);
	measures_intervals(d, N, 0.95, a);
	assert_true(
	    isnan(a[MEASURE_RELIABILITY].low) && !isnan(a[MEASURE_ECE_10].low));
	/* one */
	measures(d, 1, 0.95, a);
	measures_intervals(d, 1, 0.95, a);
	free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overconfident),
		cmocka_unit_test(test_calibrated),
		cmocka_unit_test(test_others),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name(
	    "measures_interval", tests, NULL, NULL);
}
