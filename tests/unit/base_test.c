/* The ground floor: times, durations, hashing, maps, suggestions. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

#include "base/hash.h"
#include "base/map.h"
#include "base/spawn.h"
#include "base/timestamp.h"

/* Seconds from `date -u -d TIME +%s` (GNU coreutils). */
static const struct {
	const char *text;
	int64_t seconds;
} times[] = {
	{ "1970-01-01T00:00:00Z", 0 },
	{ "2026-05-09T18:00:00Z", 1778349600 },
	{ "2026-05-09T20:00:00+02:00", 1778349600 },
	{ "2026-05-09t12:30:00-05:30", 1778349600 },
	{ "2026-05-09 18:00:00Z", 1778349600 },
	{ "1969-12-31T23:59:59Z", -1 },
	{ "2000-02-29T00:00:00Z", 951782400 },
	{ "2016-12-31T23:59:60Z", 1483228800 },
	{ "0001-01-01T00:00:00Z", -62135596800 },
	{ "9999-12-31T23:59:59Z", 253402300799 },
};

static void
test_times(void **state)
{
	static const char *const bad[] = { "", "2026-05-09",
		"2026-05-09T18:00Z", "2026-13-01T00:00:00Z",
		"2026-02-29T00:00:00Z", "2026-05-09T24:00:00Z",
		"2026-05-09T18:00:00", "2026-05-09T18:00:00Zx",
		"2026-05-09T18:00:00.Z", "0000-01-01T00:00:00Z",
		"2026-05-09T18:00:00+2:00", "now" };
	int64_t usec;

	(void)state;
	for (size_t i = 0; i < LENGTH(times); i++) {
		assert_int_equal(
		    timestamp_parse(str_of(times[i].text), &usec), 0);
		assert_true(usec == times[i].seconds * USEC_PER_SECOND);
	}
	for (size_t i = 0; i < LENGTH(bad); i++)
		if (timestamp_parse(str_of(bad[i]), &usec) == 0)
			fail_msg("%s is no time", bad[i]);
}

static void
test_time_format(void **state)
{
	static const char *const same[] = { "2026-05-09T18:00:00Z",
		"1969-12-31T23:59:59.5Z", "2000-02-29T00:00:00.000001Z",
		"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z" };
	struct buf out = { 0 };
	int64_t usec;

	(void)state;
	for (size_t i = 0; i < LENGTH(same); i++) {
		assert_int_equal(timestamp_parse(str_of(same[i]), &usec), 0);
		buf_clear(&out);
		timestamp_format(&out, usec);
		assert_true(str_eq(buf_view(&out), str_of(same[i])));
	}
	buf_release(&out);
}

static void
test_durations(void **state)
{
	struct duration d;

	(void)state;
	assert_int_equal(duration_parse(STR("30m"), &d), 0);
	assert_true(d.usec == 1800 * USEC_PER_SECOND);
	assert_int_equal(duration_parse(STR("1h30m"), &d), 0);
	assert_true(d.usec == 5400 * USEC_PER_SECOND);
	assert_int_equal(duration_parse(STR("1bd"), &d), 0);
	assert_int_equal(d.business_days, 1);
	assert_int_equal(duration_parse(STR("2w"), &d), 0);
	assert_true(d.usec == 14 * 86400 * USEC_PER_SECOND);
	assert_int_equal(duration_parse(STR(""), &d), -1);
	assert_int_equal(duration_parse(STR("30"), &d), -1);
	assert_int_equal(duration_parse(STR("m"), &d), -1);
	assert_int_equal(duration_parse(STR("-1h"), &d), -1);
	assert_int_equal(duration_parse(STR("99999999999999999999h"), &d), -1);
}

/*
 * SipHash-2-4 of the bytes 00 01 .. 0e under the key 00 01 .. 0f:
 * appendix A of the paper.  SHA-256 of "abc": FIPS 180-4's example.
 */
static void
test_hashes(void **state)
{
	struct hash_key key;
	char text[15], hex[65];

	(void)state;
	for (int i = 0; i < 16; i++)
		key.byte[i] = (unsigned char)i;
	for (int i = 0; i < 15; i++)
		text[i] = (char)i;
	assert_true(siphash(&key, (struct str){ text, 15 }) ==
		    UINT64_C(0xa129ca6149be45e5));
	sha256_hex(STR("abc"), hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
				 "b00361a396177a9cb410ff61f20015ad");
}

static void
test_map(void **state)
{
	struct map m = { 0 };
	char key[16];
	bool added;

	(void)state;
	assert_int_equal(map_find(&m, STR("x")), MAP_NONE);
	for (int i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		assert_int_equal(map_put(&m, str_of(key), &added), i);
		assert_true(added);
	}
	for (int i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		assert_int_equal(map_put(&m, str_of(key), &added), i);
		assert_false(added);
		assert_int_equal(map_find(&m, str_of(key)), i);
	}
	assert_int_equal(map_find(&m, STR("")), MAP_NONE);
	map_release(&m);
}

static void
test_nearest(void **state)
{
	static const char *const words[] = { "threshold", "by_risk", "by_task",
		"audit" };

	(void)state;
	assert_string_equal(
	    str_nearest(STR("treshold"), words, 4), "threshold");
	assert_string_equal(str_nearest(STR("by_tsak"), words, 4), "by_task");
	assert_null(str_nearest(STR("completely"), words, 4));
	assert_null(str_nearest(STR(""), words, 4));
}

static void
test_doubles(void **state)
{
	static const double x[] = { 0.1, 1.0 / 3, 1e300, 5e-324, 0.57, 12032,
		1.7976931348623157e308, 0.7999999999999998 };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < LENGTH(x); i++) {
		double back;
		buf_clear(&b);
		buf_json_double(&b, x[i]);
		buf_char(&b, '\0');
		assert_int_equal(sscanf(b.s, "%lf", &back), 1);
		assert_true(back == x[i]);
	}
	buf_clear(&b);
	/* the short ways write what the long one would */
	uint64_t seed = 15;
	for (int i = 0; i < 200000; i++) {
		double power = pow(10, 1 + (double)(splitmix(&seed) % 16));
		double v = floor(uniform(&seed) * power) / power;
		char want[40];
		for (int digits = 15; digits <= 17; digits++) {
			snprintf(want, sizeof(want), "%.*g", digits, v);
			if (strtod(want, NULL) == v)
				break;
		}
		buf_clear(&b);
		buf_json_double(&b, v);
		buf_char(&b, '\0');
		assert_string_equal(b.s, want);
	}
	buf_clear(&b);
	buf_json_double(&b, 0.57);
	assert_true(str_eq(buf_view(&b), STR("0.57")));
	buf_release(&b);
}

/* A decimal as people write it, all of it, and one that there is. */
static void
test_decimal(void **state)
{
	static const struct {
		struct str text;
		bool good;
	} rows[] = {
		{ STR("0.5"), true },
		{ STR(".5"), true },
		{ STR("1e-3"), true },
		{ STR("-2"), true },
		{ STR(""), false },
		{ STR("0.5\0x"), false },
		{ STR("1e999"), false },
		{ STR("0x10"), false },
		{ STR("inf"), false },
		{ STR(" 1"), false },
		{ STR("1 "), false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		double x;
		assert_int_equal(decimal_parse(rows[i].text, &x), rows[i].good);
	}
}

/* Each line once, empty ones too; what has no newline at its end is one. */
static void
test_lines(void **state)
{
	static const struct {
		const char *text, *joined;
	} cases[] = { { "", "" }, { "\n", "()" }, { "a", "(a)" },
		{ "a\n", "(a)" }, { "a\n\nbc", "(a)()(bc)" },
		{ "\n\na\n", "()()(a)" } };

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct str rest = str_of(cases[i].text), line;
		char joined[32] = "";
		while (str_next_line(&rest, &line))
			sprintf(joined + strlen(joined), "(%.*s)", (int)line.n,
			    line.s);
		assert_string_equal(joined, cases[i].joined);
		assert_int_equal(rest.n, 0);
	}
}

/* The kernel tells nobody how children end while SIGCHLD is ignored. */
static void
test_unknown_end(void **state)
{
	static char sh[] = "sh", c[] = "-c", text[] = "echo x; exit 3";
	char *const argv[] = { sh, c, text, NULL };
	struct spawn_end end;
	struct buf out = { 0 };
	struct err e;

	(void)state;
	for (int known = 0; known < 2; known++) {
		buf_clear(&out);
		signal(SIGCHLD, known ? SIG_DFL : SIG_IGN);
		assert_int_equal(
		    spawn_within(argv, STR(""), 0, 99, &out, &end, &e), 0);
		signal(SIGCHLD, SIG_DFL);
		assert_false(end.timed_out);
		assert_false(end.lost);
		assert_int_equal(end.exit, known ? 3 : -1);
		assert_int_equal(end.signal, 0);
		assert_true(str_eq(buf_view(&out), STR("x\n")));
	}
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decimal),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_time_format),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_hashes),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_unknown_end),
		cmocka_unit_test(test_doubles),
	};

	hash_init(abort);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
