/*
 * Low counts somewhere, against the forward recursion over all counts in
 * numpy:
 *
 *   dist = numpy.array([1.]); at = 0; hit = 0
 *   for m, b in looks:
 *       more = scipy.stats.binom.pmf(numpy.arange(m - at + 1), m - at, p)
 *       dist = numpy.convolve(dist, more); at = m
 *       hit += dist[:b + 1].sum(); dist[:b + 1] = 0
 */
#include <stdbool.h>
#include <stdlib.h>

#include "testing.h"

#include "stats/crossing.h"
#include "stats/interval.h"

static void
test_exact(void **state)
{
	static const struct {
		double p;
		struct look look[5];
		size_t n;
		double want;
	} row[] = {
		{ 0.1, { { 60, 1 }, { 75, 2 }, { 94, 3 }, { 118, 5 } }, 4,
		    0.034628625466594 },
		{ 0.05,
		    { { 149, 2 }, { 400, 10 }, { 1000, 35 }, { 4000, 180 } }, 4,
		    0.104580312171082 },
		{ 0.02, { { 500, 3 }, { 2000, 27 }, { 9000, 150 } }, 3,
		    0.0360128987291501 },
		{ 0.3,
		    { { 1000, 270 }, { 1250, 340 }, { 1563, 430 },
			{ 1953, 540 }, { 2441, 690 } },
		    5, 0.0524162521025615 },
		{ 0.1, { { 200, -1 }, { 300, 15 }, { 800, 60 } }, 3,
		    0.00967794847251397 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(row); i++) {
		struct crossing *c =
		    crossing_new(row[i].p, row[i].look + 1, row[i].n - 1);
		near_relative(crossing_probability(c, row[i].look[0], 0),
		    row[i].want, 1e-10);
		crossing_free(c);
		/* the first look counts the same from within */
		c = crossing_new(row[i].p, row[i].look, row[i].n);
		near_relative(crossing_probability(
				  c, (struct look){ row[i].look[0].m, -1 }, 0),
		    row[i].want, 1e-10);
		crossing_free(c);
	}
}

/* Alone it is the binomial; and at rates of many records, too. */
static void
test_alone(void **state)
{
	const struct look unused = { 2000000, 10 };

	(void)state;
	struct crossing *c = crossing_new(0.02, &unused, 1);
	near_relative(crossing_probability(c, (struct look){ 500, 3 }, 1),
	    0.00981215553535105, 1e-9); /* scipy.stats.binom.cdf(3, 500, .02) */
	near_relative(
	    crossing_probability(c, (struct look){ 1000000, 19700 }, 1),
	    binomial_cdf(19700, 1000000, 0.02), 1e-9);
	crossing_free(c);
}

/* In steps, where there are many: against drawing it. */
static void
test_many(void **state)
{
	enum { LOOKS = 10, DRAWS = 40000 };
	const double p = 0.1;
	struct look look[LOOKS];
	uint64_t seed = 11, m = 100000;
	int hits = 0;

	(void)state;
	for (int i = 0; i < LOOKS; i++, m = m * 5 / 4) {
		double sd = sqrt((double)m * p * (1 - p));
		look[i] =
		    (struct look){ m, (int64_t)((double)m * p - 2.4 * sd) };
	}
	struct crossing *c = crossing_new(p, look + 1, LOOKS - 1);
	double got = crossing_probability(c, look[0], 0);
	crossing_free(c);
	for (int k = 0; k < DRAWS; k++) {
		/* sums of a normal walk, the counts being that large */
		double s = 0, at = 0;
		bool hit = false;
		for (int i = 0; i < LOOKS; i++) {
			double more = (double)look[i].m - at;
			double u = uniform(&seed), v = uniform(&seed);
			double z = sqrt(-2 * log(1 - u)) * cos(2 * M_PI * v);
			s += more * p + z * sqrt(more * p * (1 - p));
			at += more;
			hit |= s <= (double)look[i].most + 0.5;
		}
		hits += hit;
	}
	double drawn = (double)hits / DRAWS;
	assert_true(fabs(got - drawn) < 4 * sqrt(drawn * (1 - drawn) / DRAWS));
	assert_true(got > 0.02 && got < 10 * 0.0082);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_many),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("crossing", tests, NULL, NULL);
}
