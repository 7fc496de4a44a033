/* Trees, and what a text means: the same of what says the same. */
#include <string.h>

#include "testing.h"

#include "record/json_meaning.h"

/* Lines of texts that say the same; what is of two lines does not. */
static void
test_meaning(void **state)
{
	static const char *const same[][5] = {
		{ "1", "1.0", "10e-1", "0.01E+2", "1e00" },
		{ "0", "-0", "0.00", "0e7", "-0.0E-3" },
		{ "-120", "-1.2e2", "-12E1", "-120.0" },
		{ "9007199254740992", "9007199254740992.0" },
		{ "9007199254740993", "90071992547409930e-1" },
		{ "1e400", "10e399" },
		{ "1e-999999999999999999" },
		{ "1e00999999999999999999", "10e999999999999999998" },
		{ "1e9999999999999999999" },
		{ "10e9999999999999999998" },
		{ "0e9999999999999999999" },
		{ "\"1\"", "\"\\u0031\"" },
		{ "\"1.0\"" },
		{ "\"\xc3\xa9\"", "\"\\u00e9\"", "\"\\u00E9\"" },
		{ "\"\x7f\"", "\"\\u007f\"" },
		{ "\"\\n\"", "\"\\u000a\"", "\"\\u000A\"" },
		{ "\"\\\\n\"", "\"\\u005cn\"" },
		{ "\"\\\"\"", "\"\\u0022\"" },
		{ "[1,2]", "[ 1.0, 2 ]" },
		{ "[2,1]" },
		{ "{\"a\":1,\"b\":[true]}", "{\"b\":[true],\"a\":1.0}",
		    "{\"a\":0,\"\\u0062\":[true],\"a\":1}" },
		{ "true" },
		{ "\"true\"" },
		{ "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"" },
		{ "\"\\ufffd\"", "\"\xef\xbf\xbd\"", "\"\\uFffD\"" },
		{ "\"\\ud800\"" },
		{ "\"\\udfff\"" },
		{ "\"\\ude00\\ud83d\"" },
		{ "\"\\ud83d\\ud83d\\ude00\"" },
		{ "\"\\ufffd\\ud800\"" },
		{ "\"\\ufffd\\udfff\"" },
		{ "\"\\\\ud800\"", "\"\\u005cud800\"" },
		{ "[{\"a\":\"\\ud800\"}]" },
		{ "[{\"a\":\"\\udfff\"}]" },
		{ "{\"\\ud800\":1}" },
		{ "{\"\\udfff\":1}" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < LENGTH(same); i++) {
		struct str first = json_meaning(str_of(same[i][0]), &a);
		for (size_t k = 1; k < 5 && same[i][k] != NULL; k++)
			assert_true(str_eq(
			    json_meaning(str_of(same[i][k]), &a), first));
		for (size_t k = 0; k < i; k++)
			assert_false(str_eq(
			    json_meaning(str_of(same[k][0]), &a), first));
	}
	arena_release(&a);
}

/* [[[0,0,...]]], of `items`, as deep as that. */
static struct str
nested(size_t depth, size_t items, struct arena *a)
{
	struct buf b = { 0 };
	struct str text;

	for (size_t i = 0; i < depth; i++)
		buf_char(&b, '[');
	buf_char(&b, '0');
	for (size_t i = 1; i < items; i++)
		buf_cstr(&b, ",0");
	for (size_t i = 0; i < depth; i++)
		buf_char(&b, ']');
	text = arena_str(a, buf_view(&b));
	buf_release(&b);
	return text;
}

/* Each container has its own items, wherever others stand in it. */
static void
test_deep_tree(void **state)
{
	struct arena a = { 0 };
	struct str text = nested(500, 200000, &a);
	const struct json *j;
	struct err e;

	(void)state;
	j = json_parse(text, &a, &e);
	for (int i = 0; i < 499; i++) {
		assert_int_equal(j->n, 1);
		j = &j->element[0];
	}
	assert_int_equal(j->n, 200000);
	j = json_parse(STR(" {\"a\" : [ ] , \"b,[\\\"\":[[1 , {} "
			   ",\"]\"],{\"c\":2},[[]]] } "),
	    &a, &e);
	assert_int_equal(j->n, 2);
	assert_int_equal(j->member[0].json.n, 0);
	j = &j->member[1].json;
	assert_int_equal(j->n, 3);
	assert_int_equal(j->element[0].n, 3);
	assert_int_equal(j->element[0].element[1].n, 0);
	assert_int_equal(j->element[1].n, 1);
	assert_int_equal(j->element[2].n, 1);
	assert_int_equal(j->element[2].element[0].n, 0);
	arena_release(&a);
}

/* A long container as it is spelled, all else by its meaning. */
static void
test_long_meaning(void **state)
{
	struct arena a = { 0 };
	size_t items = JSON_MEANING_MOST / 2 - 1;
	struct str text = nested(1, items, &a); /* a byte less than most */
	struct str longer = nested(2, items, &a); /* one more */
	struct str zeros;

	(void)state;
	assert_int_equal(longer.n, JSON_MEANING_MOST + 1);
	assert_false(json_meaning(text, &a).s == text.s);
	assert_ptr_equal(json_meaning(longer, &a).s, longer.s);
	zeros = arena_str(&a, longer);
	memset((char *)zeros.s, '0', zeros.n);
	((char *)zeros.s)[0] = '1';
	((char *)zeros.s)[1] = '.';
	assert_true(str_eq(json_meaning(zeros, &a), STR("1")));
	((char *)zeros.s)[0] = ((char *)zeros.s)[zeros.n - 1] = '"';
	memcpy((char *)zeros.s + 1, "\\u0030", 6);
	text = json_meaning(zeros, &a);
	assert_int_equal(text.n, zeros.n - 5);
	assert_memory_equal(text.s, "\"000", 4);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_meaning),
		cmocka_unit_test(test_deep_tree),
		cmocka_unit_test(test_long_meaning),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("meaning", tests, NULL, NULL);
}
