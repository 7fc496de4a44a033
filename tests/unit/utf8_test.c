/* UTF-8 (base/utf8.h), beside the C library's own reading of it. */
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "testing.h"

enum { SURROGATE_FIRST = 0xd800, SURROGATE_LAST = 0xdfff, LAST = 0x10ffff };

static void
every_code_point_is_read_as_it_was_written(void **state)
{
	(void)state;
	for (uint32_t x = 0; x <= LAST; x++) {
		char text[UTF8_MAX];
		size_t n = utf8_put(text, x), bytes;
		bool valid = x < SURROGATE_FIRST || x > SURROGATE_LAST;
		uint32_t got = utf8_first((struct str){ text, n }, &bytes);
		if (bytes != (valid ? n : 0) || got != (valid ? x : 0) ||
		    utf8_count((struct str){ text, n }) != 1)
			fail_msg("U+%04X", x);
	}
}

/* The bytes of the first character of text[4] by iconv, 0: there is none. */
static size_t
reference(iconv_t to, char *text, uint32_t *x)
{
	for (size_t n = 1; n <= UTF8_MAX; n++) {
		char *in = text, *out = (char *)x;
		size_t left = n, room = sizeof(*x);
		iconv(to, NULL, NULL, NULL, NULL);
		if (iconv(to, &in, &left, &out, &room) != (size_t)-1)
			return n;
	}
	return 0;
}

static void
what_is_valid_is_what_the_c_library_takes(void **state)
{
	static const unsigned char tail[] = { 0, 0x41, 0x7f, 0x80, 0xbf, 0xc0,
		0xff };
	enum { TAILS = sizeof(tail) };
	iconv_t to = iconv_open("UTF-32LE", "UTF-8");

	(void)state;
	assert_true(to != (iconv_t)-1);
	for (unsigned i = 0; i < 0x10000U * TAILS * TAILS; i++) {
		unsigned lead = i / (TAILS * TAILS);
		char text[] = { (char)(lead >> 8), (char)lead,
			(char)tail[i / TAILS % TAILS], (char)tail[i % TAILS] };
		uint32_t x = 0;
		size_t n = reference(to, text, &x), bytes;
		if (utf8_length(text) != n ||
		    utf8_first((struct str){ text, sizeof(text) }, &bytes) !=
			(n == 0 ? 0 : x) ||
		    bytes != n)
			fail_msg("%02x %02x %02x %02x", lead >> 8, lead & 0xff,
			    (unsigned char)text[2], (unsigned char)text[3]);
	}
	iconv_close(to);
}

static void
a_text_is_valid_in_all_of_it(void **state)
{
	char text[64];

	(void)state;
	assert_true(utf8_valid(STR("")));
	for (size_t n = 1; n < sizeof(text); n++)
		for (size_t at = 0; at < n; at++) {
			memset(text, 'a', sizeof(text));
			assert_true(utf8_valid((struct str){ text, n }));
			text[at] = (char)0xff;
			assert_false(utf8_valid((struct str){ text, n }));
			/* cut off by the end, or not */
			memcpy(text + at, "\xf0\x9f\x98\x80",
			    at + 4 <= n ? 4 : n - at);
			assert_int_equal(
			    utf8_valid((struct str){ text, n }), at + 4 <= n);
		}
}

static void
a_cut_leaves_whole_characters(void **state)
{
	struct str text = STR("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
	static const size_t kept[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10 };

	(void)state;
	for (size_t most = 0; most < LENGTH(kept); most++)
		assert_int_equal(utf8_cut(text, most).n, kept[most]);
	assert_int_equal(utf8_count(text), 4);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_is_read_as_it_was_written),
		cmocka_unit_test(what_is_valid_is_what_the_c_library_takes),
		cmocka_unit_test(a_text_is_valid_in_all_of_it),
		cmocka_unit_test(a_cut_leaves_whole_characters),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
