/* What a log shows: which confidences are at or above a threshold. */
#include <stdio.h>
#include <stdlib.h>

#include "testing.h"

#include "route/survey.h"

/* "0.5700", as a record or a policy has it. */
static double
decimal(size_t i)
{
	char text[32];

	snprintf(text, sizeof(text), "%zu.%04zu", i / 10000, i % 10000);
	return strtod(text, NULL);
}

static void
test_bins(void **state)
{
	(void)state;
	for (size_t i = 0; i <= SURVEY_BINS; i++) {
		double x = decimal(i);
		assert_int_equal(survey_bin(x), i);
		if (i > 0)
			assert_int_equal(survey_bin(nextafter(x, -1)), i - 1);
		if (i < SURVEY_BINS)
			assert_int_equal(survey_bin(nextafter(x, 2)), i);
	}
}

/* 2^i records with the i-th of three neighbours: each is seen in the sum. */
static void
test_above(void **state)
{
	static struct survey s;

	(void)state;
	for (size_t i = 1; i < SURVEY_BINS; i++) {
		s.bin[i - 1] = 1;
		s.bin[i] = 2;
		s.bin[i + 1] = 4;
		assert_int_equal(survey_above(&s, decimal(i - 1)), 7);
		assert_int_equal(survey_above(&s, decimal(i)), 6);
		assert_int_equal(survey_above(&s, decimal(i + 1)), 4);
		assert_int_equal(survey_above(&s, nextafter(decimal(i), 2)), 4);
		assert_int_equal(
		    survey_above(&s, nextafter(decimal(i), -1)), 6);
		s.bin[i - 1] = s.bin[i] = s.bin[i + 1] = 0;
	}
	s.bin[SURVEY_BINS] = 1;
	assert_int_equal(survey_above(&s, 1), 1);
	assert_int_equal(survey_above(&s, nextafter(1, 2)), 0);
	assert_int_equal(survey_above(&s, 0), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bins),
		cmocka_unit_test(test_above),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("survey", tests, NULL, NULL);
}
