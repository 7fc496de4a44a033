/*
 * The scanner: what must be accepted is, what must be rejected is, and the
 * spans are the right ones.  Cases in the manner of the public conformance
 * suites (JSONTestSuite's y_, n_ and i_ files), written for this project;
 * then random texts against libjq.
 */
#include <jv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "testing.h"

#include "record/json_scan.h"
#include "record/number.h"

static const char *const accepted[] = {
	"{}",
	"[]",
	"null",
	"true",
	"false",
	"0",
	"-0",
	"1",
	"-1",
	"0.5",
	"1e5",
	"1E+5",
	"1e-5",
	"-1.5e300",
	"123456789012345678901234567890",
	"1e400",
	"\"\"",
	"\"a\"",
	"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
	"\"\\u0041\"",
	"\"\\u0000\"",
	"\"\\ud800\"",
	"\"\\udc00x\"",
	"\"\\ud83d\\ude00\"",
	"\"\\uDBFF\\uDFFF\"",
	"\"\x7f\"",
	"\"\xc2\x80\"",
	"\"\xdf\xbf\"",
	"\"\xe0\xa0\x80\"",
	"\"\xed\x9f\xbf\"",
	"\"\xee\x80\x80\"",
	"\"\xef\xbf\xbf\"",
	"\"\xf0\x90\x80\x80\"",
	"\"\xf4\x8f\xbf\xbf\"",
	" \t\r\n1 \t\r\n",
	"[1,2,3]",
	"[ 1 , 2 ]",
	"[[]]",
	"[{}]",
	"{\"a\":1}",
	"{ \"a\" : 1 , \"b\" : [ ] }",
	"{\"\":0}",
	"{\"a\":1,\"a\":2}",
	"{\"a\\u0062\":1}",
	"[\"12345678\",\"1234567\",\"123456789\"]",
	"[true,false,null]",
	"{\"a\":{\"b\":{\"c\":[1,{\"d\":2}]}}}",
};

static const char *const rejected[] = {
	"",
	" ",
	"{",
	"}",
	"[",
	"]",
	"[1",
	"[1,",
	"[1,]",
	"[,1]",
	"[,]",
	"[1 2]",
	"[1,,2]",
	"{\"a\"",
	"{\"a\":",
	"{\"a\":1",
	"{\"a\":1,",
	"{\"a\":1,}",
	"{,}",
	"{a:1}",
	"{'a':1}",
	"{\"a\" 1}",
	"{\"a\":1 2}",
	"{\"a\":,}",
	"{1:1}",
	"{\"a\":1]",
	"[1}",
	"1 2",
	"{}{}",
	"[]]",
	"nul",
	"nulll",
	"True",
	"tru",
	"fals",
	"NaN",
	"nan",
	"Infinity",
	"-Infinity",
	"-",
	"+1",
	"01",
	"-01",
	"00",
	"1.",
	".5",
	"1.e5",
	"1e",
	"1e+",
	"1E-",
	"0x10",
	"1_000",
	"1,",
	"\"",
	"\"a",
	"\"\\\"",
	"\"\\x\"",
	"\"\\u12\"",
	"\"\\u12g4\"",
	"\"\\U0041\"",
	"\"\t\"",
	"\"\n\"",
	"\"\x01\"",
	"\"\x1f\"",
	"\"\x80\"",
	"\"\xbf\"",
	"\"\xc0\x80\"",
	"\"\xc1\xbf\"",
	"\"\xc2\"",
	"\"\xc2\x41\"",
	"\"\xe0\x9f\xbf\"",
	"\"\xe0\x80\"",
	"\"\xed\xa0\x80\"",
	"\"\xed\xbf\xbf\"",
	"\"\xf0\x8f\xbf\xbf\"",
	"\"\xf0\x90\x80\"",
	"\"\xf4\x90\x80\x80\"",
	"\"\xf5\x80\x80\x80\"",
	"\"\xff\"",
	"\xef\xbb\xbf{}",
	"'a'",
	"a",
	"//1\n1",
	"/*1*/1",
	"[1]x",
	"\xc2\xa0[]",
	"[\x0b]",
	"{\"a\":1}#",
	"[\"a\" \"b\"]",
	"{\"a\":1 \"b\":2}",
	"\"a\" : 1",
};

/* A scan with the padding the contract asks for, and none beyond it. */
static int
scan(const struct fields *f, const char *text, size_t n, struct value *slot)
{
	char *copy = malloc(n + 1 + JSON_PADDING);
	struct json_error e;
	int r;

	memcpy(copy, text, n);
	memset(copy + n, 0, 1 + JSON_PADDING);
	r = json_scan(f, (struct str){ copy, n }, slot, &e);
	if (r == -1) {
		assert_non_null(e.what);
		assert_in_range(e.offset, 0, n);
	}
	free(copy);
	return r;
}

static void
test_conformance(void **state)
{
	struct arena a = { 0 };
	struct fields f;
	struct value slot[1];

	(void)state;
	fields_init(&f, &a);
	for (size_t i = 0; i < LENGTH(accepted); i++)
		if (scan(&f, accepted[i], strlen(accepted[i]), slot) != 0)
			fail_msg("not accepted: %s", accepted[i]);
	for (size_t i = 0; i < LENGTH(rejected); i++)
		if (scan(&f, rejected[i], strlen(rejected[i]), slot) != -1)
			fail_msg("not rejected: %s", rejected[i]);
	assert_int_equal(scan(&f, "[1,\0 2]", 7, slot), -1);
	assert_int_equal(scan(&f, "\"a\0b\"", 5, slot), -1);
	print_message("%zu texts accepted, %zu rejected\n", LENGTH(accepted),
	    LENGTH(rejected) + 2);
	fields_release(&f);
	arena_release(&a);
}

static void
test_depth(void **state)
{
	struct arena a = { 0 };
	char text[2 * (JSON_DEPTH_MAX + 1) + 1];
	struct fields f;
	struct value slot[1];

	(void)state;
	fields_init(&f, &a);
	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	assert_int_equal(scan(&f, text, 2 * (JSON_DEPTH_MAX + 1), slot), -1);
	assert_int_equal(scan(&f, text + 1, 2 * JSON_DEPTH_MAX, slot), 0);
	fields_release(&f);
	arena_release(&a);
}

/* Every prefix of a valid text is refused without reading past it. */
static void
test_truncated(void **state)
{
	static const char text[] = "{\"id\":\"x\\u00e9\xc3\xa9\",\"n\":-1.5e3,"
				   "\"a\":[true,null,{\"b\":false}]}";
	struct arena a = { 0 };
	struct fields f;
	struct value slot[1];

	(void)state;
	fields_init(&f, &a);
	for (size_t n = 0; n < sizeof(text) - 1; n++)
		assert_int_equal(scan(&f, text, n, slot), -1);
	assert_int_equal(scan(&f, text, sizeof(text) - 1, slot), 0);
	fields_release(&f);
	arena_release(&a);
}

/* What a path finds in a text; NULL: an error, "": no output. */
static const struct {
	const char *path, *text, *found;
} lookups[] = {
	{ ".a", "{\"a\":1}", "1" },
	{ ".a", "{\"b\":1}", "null" },
	{ ".a", "{\"a\":1,\"a\":{\"b\":2}}", "{\"b\":2}" },
	{ ".a.b", "{\"a\":{\"b\":1},\"a\":{\"c\":2}}", "null" },
	{ ".a.b", "{\"a\":{\"b\":1},\"a\":3}", NULL },
	{ ".a.b?", "{\"a\":3}", "" },
	{ ".a.b", "{\"a\":null}", "null" },
	{ ".a.b.c", "{}", "null" },
	{ ".a", "{\"\\u0061\":7}", "7" },
	{ ".[\"a b\"]", "{\"a b\":7}", "7" },
	{ ".\"a b\"", "{\"a b\":7}", "7" },
	{ ".a[1]", "{\"a\":[5,6,7]}", "6" },
	{ ".a[1].b", "{\"a\":[5,{\"b\":[1, 2]}]}", "[1, 2]" },
	{ ".a[9]", "{\"a\":[5]}", "null" },
	{ ".a[0]", "{\"a\":{\"b\":1}}", NULL },
	{ ".a[0]", "{}", "null" },
	{ ".", "{ \"a\":1 }", "{ \"a\":1 }" },
	{ ".id", "{\"id\":12345678901234567890}", "12345678901234567890" },
	{ ".x", "{\"x\":0.10000000000000000555}", "0.10000000000000000555" },
};

static void
test_lookups(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(lookups); i++) {
		struct arena a = { 0 };
		struct fields f;
		struct path p, prefix;
		struct value slot[16], v = { 0 };
		struct str text = str_of(lookups[i].text);
		struct json_error e;
		enum json_type type;
		uint32_t node[8];
		fields_init(&f, &a);
		assert_true(path_parse(str_of(lookups[i].path), &a, &p));
		for (size_t k = 0; k < p.n; k++) {
			prefix = p;
			prefix.n = k + 1;
			node[k] = fields_add(&f, &prefix);
		}
		assert_int_equal(json_check(&text, &a, &type, &e), 0);
		assert_int_equal(json_scan(&f, text, slot, &e), 0);
		switch (path_lookup(&p, node, slot, &v)) {
		case PATH_ERROR: assert_null(lookups[i].found); break;
		case PATH_EMPTY:
			assert_string_equal(lookups[i].found, "");
			break;
		case PATH_VALUE:
			if (lookups[i].found == NULL)
				fail_msg("%s of %s", lookups[i].path,
				    lookups[i].text);
			assert_true(str_eq(v.text, str_of(lookups[i].found)));
			break;
		}
		fields_release(&f);
		arena_release(&a);
	}
}

/* libjq is laxer: nan, literals run together, leading zeros, bad UTF-8. */
static void
test_against_libjq(void **state)
{
	static const char *const piece[] = { "{", "}", "[", "]", ",", ":",
		"\"a\"", "\"b\\n\"", "1", "-2.5e3", "true", "null", " " };
	struct arena a = { 0 };
	struct fields f;
	struct value slot[1];
	uint64_t seed = 20260509;
	int both = 0;

	(void)state;
	fields_init(&f, &a);
	for (int i = 0; i < 300000; i++) {
		char text[128] = "";
		int n = 1 + (int)(splitmix(&seed) % 9);
		for (int k = 0; k < n; k++)
			strcat(text, piece[splitmix(&seed) % 13]);
		int ours = scan(&f, text, strlen(text), slot);
		jv v = jv_parse(text);
		bool theirs = jv_is_valid(v);
		jv_free(v);
		if (ours == 0 && !theirs)
			fail_msg("libjq rejects %s", text);
		if (ours == 0)
			both++;
	}
	assert_true(both > 1000);
	fields_release(&f);
	arena_release(&a);
}

static void
test_unescape(void **state)
{
	static const struct {
		const char *json, *text;
	} cases[] = {
		{ "\"a\\u0041b\"", "aAb" },
		{ "\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80" },
		{ "\"\\ud83dx\"", "\xef\xbf\xbdx" },
		{ "\"\\ude00\"", "\xef\xbf\xbd" },
		{ "\"\\ud83d\\ud83d\\ude00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80" },
		{ "\"\\\"\\\\\\/\\t\"", "\"\\/\t" },
		{ "\"\\u20ac\\u07ff\"", "\xe2\x82\xac\xdf\xbf" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct value v = { str_of(cases[i].json), JSON_STRING, true };
		assert_true(
		    str_eq(value_string(&v, &a), str_of(cases[i].text)));
	}
	arena_release(&a);
}

/* Exactly rounded: hard cases, then many at random, against strtod. */
static void
test_numbers(void **state)
{
	static const char *const hard[] = { "9007199254740993", "0.3",
		"2.2250738585072011e-308", "1.7976931348623157e308", "5e-324",
		"2.4703282292062327208e-324", "123456789012345678",
		"9007199254740992.5", "1e22", "1e23", "8.5", "0.1e1", "-0",
		"100000000000000016777215", "3.0000000000000000000000001",
		"0.000000000000000000000000000000123",
		"179769313486231580793e288", "4503599627370496.5",
		"4503599627370497.5", "0.57", "0.00000000000000000000000000",
		"-0.000000000000000000000000", "0.12345678901234567",
		"0.99999999999999994", "0.99999999999999995",
		"0.99999999999999983346", "0.99999999999999983347",
		"18446744073709551615", "9999999999999999999",
		"1844674407370955.1615", "0.000000009007199254740993" };
	uint64_t seed = 7;
	char text[64];
	double x;

	(void)state;
	for (size_t i = 0; i < LENGTH(hard); i++) {
		assert_true(number_parse(str_of(hard[i]), &x));
		assert_true(x == strtod(hard[i], NULL));
	}
	/* short ones, all ways to put the point, with something behind them */
	for (int i = 0; i < 200000; i++) {
		int n = snprintf(text, sizeof(text), "%llu",
		    (unsigned long long)(splitmix(&seed) % 100000000));
		int at = 1 + (int)(splitmix(&seed) % 9);
		if (at < n) {
			memmove(text + at + 1, text + at, (size_t)(n++ - at));
			text[at] = '.';
		}
		snprintf(text + n, sizeof(text) - (size_t)n, ",.57");
		x = number_value((struct str){ text, (size_t)n });
		text[n] = '\0';
		assert_true(x == strtod(text, NULL));
	}
	for (int i = 0; i < 300000; i++) {
		int digits = 1 + (int)(splitmix(&seed) % 19);
		snprintf(text, sizeof(text), "%.*llu.%llu", digits % 7,
		    (unsigned long long)(splitmix(&seed) >>
					 (splitmix(&seed) % 64)),
		    (unsigned long long)(splitmix(&seed) >>
					 (splitmix(&seed) % 64)));
		if (text[0] == '0' && text[1] != '.')
			continue;
		if (!number_parse(str_of(text), &x))
			continue;
		assert_true(x == strtod(text, NULL));
	}
	/* confidences as programs print them, and their neighbours */
	for (int i = 0; i < 300000; i++) {
		snprintf(text, sizeof(text), "%.*f", 15 + i % 5,
		    (double)(splitmix(&seed) >> 11) * 0x1p-53);
		assert_true(number_parse(str_of(text), &x));
		assert_true(x == strtod(text, NULL));
	}
	assert_true(
	    number_parse(STR("1e400"), &x) && x == 1.7976931348623157e308);
	assert_false(number_parse(STR("1."), &x));
	assert_false(number_parse(STR(" 1"), &x));
	assert_false(number_parse(STR("nan"), &x));
}

/* A percentage is its decimal, as strtod has that, however it is written. */
static void
check_percent(int hundredths)
{
	char percent[4][80], decimal[32];
	double x, expected;

	sprintf(decimal, "%d.%04d", hundredths / 10000, hundredths % 10000);
	expected = strtod(decimal, NULL);
	sprintf(percent[0], "%d.%02d", hundredths / 100, hundredths % 100);
	sprintf(percent[1], "%d.%02d00000000000000000000", hundredths / 100,
	    hundredths % 100); /* more than 64 bits hold */
	sprintf(percent[2], "%de-2", hundredths);
	sprintf(percent[3], "0.000000%06dE+10", hundredths);
	for (int i = 0; i < 4; i++) {
		assert_true(number_parse_percent(str_of(percent[i]), &x));
		assert_true(x == expected);
	}
	if (hundredths % 10 != 0)
		return;
	sprintf(percent[0], "%d.%d", hundredths / 100, hundredths / 10 % 10);
	assert_true(number_parse_percent(str_of(percent[0]), &x));
	assert_true(x == expected);
}

static void
test_percent(void **state)
{
	char longest[500] = "0.";
	double x;

	(void)state;
	for (int i = 0; i <= 10000; i++)
		check_percent(i);
	assert_true(number_parse_percent(STR("-7"), &x) && x == -0.07);
	assert_true(number_parse_percent(STR("1e400"), &x) && x > 1e308);
	assert_true(number_parse_percent(STR("1e310"), &x) && x == 1e308);
	assert_true(
	    number_parse_percent(STR("1e-99999999999999999999"), &x) && x == 0);
	memset(longest + 2, '0', 400);
	strcpy(longest + 402, "936e402"); /* 93.6 */
	assert_true(number_parse_percent(str_of(longest), &x) && x == 0.936);
	assert_false(number_parse_percent(STR("1%"), &x));
	assert_false(number_parse_percent(STR(""), &x));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conformance),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_lookups),
		cmocka_unit_test(test_against_libjq),
		cmocka_unit_test(test_unescape),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_percent),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
