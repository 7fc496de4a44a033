/*
 * Calibrators and combinations against scikit-learn, scipy and R: see
 * calibrator_reference.py, whose figures these are.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

#include "stats/calibrator.h"
#include "stats/combination.h"
#include "stats/isotonic.h"

enum { N = 400, ALL = 399 };
static const double at[] = { 0, 0.003, 0.1, 0.255, 0.5, 0.77, 0.98, 1 };
enum { ATS = LENGTH(at) };

static double
confidence_of(int i)
{
	return (i * 7919 % 101) / 100.0;
}

static bool
right(int i)
{
	return (i * i * 31 + i * 17) % 1000 <
	       1000 * (0.2 + 0.6 * confidence_of(i));
}

static struct sample
make_sample(struct decision *d)
{
	for (int i = 0; i < N; i++)
		d[i] = (struct decision){ confidence_of(i), (uint32_t)i % 5,
			!right(i) };
	decisions_sort(d, N);
	return (struct sample){ d, N, UINT32_MAX };
}

static void
test_against_others(void **state)
{
	static const struct {
		enum calibration method;
		double want[ATS];
	} row[] = {
		{ CALIBRATION_PLATT,
		    { 0.0571505062697, 0.0908731562853, 0.340094650415,
			0.462186066171, 0.583146328611, 0.707825335053,
			0.891332351313, 0.969957062816 } },
		{ CALIBRATION_BETA,
		    { 0.06233738801, 0.0967352767048, 0.33966072219,
			0.458590796327, 0.579958967939, 0.709554930668,
			0.900628197531, 0.975695189145 } },
		{ CALIBRATION_TEMPERATURE,
		    { 0.0427349187848, 0.0682667699162, 0.271094439925,
			0.381635220594, 0.5, 0.632723662528, 0.852191824833,
			0.957265081215 } },
		{ CALIBRATION_ISOTONIC, { 0.125, 0.125, 0.3125, 0.423728813559,
					    0.583333333333, 0.75, 0.85, 1 } },
		{ CALIBRATION_VENN_ABERS,
		    { 0.195652173913, 0.195652173913, 0.328185328185,
			0.426229508197, 0.578171091445, 0.722222222222,
			0.834123222749, 0.862068965517 } },
	};
	struct decision d[N];
	struct sample s = make_sample(d);

	(void)state;
	for (size_t i = 0; i < LENGTH(row); i++) {
		struct calibrator c;
		assert_null(calibrator_fit(&s, row[i].method, 0.001, &c));
		for (int k = 0; k < ATS; k++)
			near(calibrator_apply(&c, at[k]), row[i].want[k], 1e-9);
		calibrator_release(&c);
	}
}

/* Ten bins of 40, but that equal scores stay together. */
static void
test_histogram(void **state)
{
	struct decision d[100];
	struct calibrator c;
	struct sample s = { d, 100, UINT32_MAX };

	(void)state;
	for (int i = 0; i < 100; i++) /* 60 of 0.9, then 0.4 down to 0.01 */
		d[i] = (struct decision){ i < 60 ? 0.9 : (100 - i) / 100.0, 0,
			i % 3 == 0 };
	assert_null(calibrator_fit(&s, CALIBRATION_HISTOGRAM, 0, &c));
	/* bins end at 10, 20, 30, 40 of 100 records, and at all */
	assert_int_equal(c.n, 5);
	near(c.x[0], 0.1, 0);
	near(c.x[4], 0.9, 0);
	near(c.y[4], 40.0 / 60, 1e-15);
	near(calibrator_apply(&c, 0.1), c.y[0], 0);
	near(calibrator_apply(&c, 0.101), c.y[1], 0);
	near(calibrator_apply(&c, 1), c.y[4], 0);
	calibrator_release(&c);
}

/* Pools as the definition has them: max over left of min over right. */
static void
test_isotonic_definition(void **state)
{
	struct decision d[N];
	struct sample s = make_sample(d);
	struct calibrator c;

	(void)state;
	assert_null(calibrator_fit(&s, CALIBRATION_ISOTONIC, 0, &c));
	for (int v = 0; v <= 100; v++) {
		double best = 0;
		for (int from = 0; from <= v; from++) {
			double least = 1;
			for (int to = v; to <= 100; to++) {
				double n = 0, good = 0;
				for (int i = 0; i < N; i++) {
					int x = i * 7919 % 101;
					n += x >= from && x <= to;
					good +=
					    x >= from && x <= to && right(i);
				}
				least = fmin(least, good / n);
			}
			best = fmax(best, least);
		}
		near(calibrator_apply(&c, v / 100.0), best, 1e-12);
	}
	calibrator_release(&c);
}

/* A fold kept out is as if it had not been there. */
static void
test_skip(void **state)
{
	struct decision d[N], rest[N];
	struct sample s = make_sample(d), less = { rest, 0, UINT32_MAX };

	(void)state;
	s.skip = 2;
	for (int i = 0; i < N; i++)
		if (d[i].group != 2)
			rest[less.n++] = d[i];
	for (int m = 0; m < CALIBRATIONS; m++) {
		struct calibrator c, x;
		assert_null(calibrator_fit(&s, (enum calibration)m, 0.01, &c));
		assert_null(
		    calibrator_fit(&less, (enum calibration)m, 0.01, &x));
		for (int k = 0; k <= 1000; k++)
			near(calibrator_apply(&c, k / 1000.0),
			    calibrator_apply(&x, k / 1000.0), 0);
		calibrator_release(&c);
		calibrator_release(&x);
	}
}

/* What cannot be learnt from is said, and leaves nothing behind. */
static void
test_hopeless(void **state)
{
	struct decision d[4] = { { 0.9, 0, 0 }, { 0.8, 0, 0 }, { 0.2, 0, 1 },
		{ 0.1, 0, 1 } };
	struct sample s = { d, 0, UINT32_MAX };
	struct calibrator c;

	(void)state;
	for (int m = 0; m < CALIBRATIONS; m++) {
		s.n = 0;
		assert_non_null(
		    calibrator_fit(&s, (enum calibration)m, 0.01, &c));
		s.n = 2;
		assert_non_null(
		    calibrator_fit(&s, (enum calibration)m, 0.01, &c));
		calibrator_release(&c);
	}
	s.n = 4;
	/* told apart perfectly: no finite slope, but Platt's targets help */
	assert_non_null(calibrator_fit(&s, CALIBRATION_TEMPERATURE, 0.01, &c));
	assert_non_null(calibrator_fit(&s, CALIBRATION_BETA, 0.01, &c));
	assert_null(calibrator_fit(&s, CALIBRATION_PLATT, 0.01, &c));
	assert_true(c.a > 0);
	/* upside down */
	for (int i = 0; i < 4; i++)
		d[i].error = i < 2 || i == 3;
	assert_non_null(calibrator_fit(&s, CALIBRATION_TEMPERATURE, 0.01, &c));
	/* one score only */
	for (int i = 0; i < 4; i++) {
		d[i].confidence = 0.7;
		d[i].error = i == 0;
	}
	assert_null(calibrator_fit(&s, CALIBRATION_ISOTONIC, 0, &c));
	near(calibrator_apply(&c, 0.1), 0.75, 0);
	calibrator_release(&c);
}

static void
test_combination(void **state)
{
	static const int rows[] = { 0, 1, 2, 5, 77, ALL };
	static const double want[] = { 0.0399626600842, 0.625061585135,
		0.776346045102, 0.166402747283, 0.476478265504,
		0.907883553361 };
	size_t size = signal_row_size(2);
	struct signal_rows r = { .k = 2,
		.n = N,
		.row = malloc(N * size),
		.skip = UINT32_MAX,
		.step = 1 };
	struct combination c;
	double x[2];
	size_t signal;

	(void)state;
	for (int i = 0; i < N; i++) {
		struct signal_row *row = (void *)(r.row + (size_t)i * size);
		row->fold = 0;
		row->error = !right(i);
		row->x[0] = confidence_of(i);
		row->x[1] = i % 5 == 0 ? NAN : i * 31 % 17;
	}
	assert_null(combination_fit(&r, 0.001, &c, &signal));
	assert_true(c.signal[0].logit && !c.signal[1].logit);
	for (size_t k = 0; k < LENGTH(rows); k++) {
		const struct signal_row *row =
		    (void *)(r.row + (size_t)rows[k] * size);
		near(combination_apply(&c, row->x), want[k], 1e-6);
	}
	/* a signal has no unit: squares of these would not fit */
	for (int i = 0; i < N; i++)
		((struct signal_row *)(void *)(r.row + (size_t)i * size))
		    ->x[1] *= 1e200;
	assert_null(combination_fit(&r, 0.001, &c, &signal));
	for (size_t k = 0; k < LENGTH(rows); k++) {
		const struct signal_row *row =
		    (void *)(r.row + (size_t)rows[k] * size);
		near(combination_apply(&c, row->x), want[k], 1e-6);
	}
	/* nor is there anything in it, told apart from one of these */
	for (int i = 1; i < N; i++)
		((struct signal_row *)(void *)(r.row + (size_t)i * size))
		    ->x[1] /= 1e200;
	((struct signal_row *)(void *)r.row)->x[1] = 1e200;
	assert_non_null(combination_fit(&r, 0.001, &c, &signal));
	assert_int_equal(signal, 1);
	((struct signal_row *)(void *)r.row)->x[1] = 1000; /* but from this */
	assert_null(combination_fit(&r, 0.001, &c, &signal));
	x[0] = x[1] = NAN;
	assert_true(isnan(combination_apply(&c, x)));
	x[0] = 0.5; /* beyond all that was seen */
	x[1] = -1.7e308;
	assert_true(combination_apply(&c, x) >= 0);
	x[1] = NAN;
	x[0] = 1.5; /* out of [0, 1]: it is missing */
	assert_true(isnan(combination_apply(&c, x)));
	free(r.row);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_others),
		cmocka_unit_test(test_histogram),
		cmocka_unit_test(test_isotonic_definition),
		cmocka_unit_test(test_skip),
		cmocka_unit_test(test_hopeless),
		cmocka_unit_test(test_combination),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("calibrator", tests, NULL, NULL);
}
