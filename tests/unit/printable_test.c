/* Text for terminals, and what has changed between two texts. */
#include <stdio.h>
#include <stdlib.h>

#include "testing.h"

#include "base/printable.h"
#include "queue/word_diff.h"

static size_t
below(uint64_t *seed, size_t n)
{
	return (size_t)(splitmix(seed) % n);
}

static const char *
shown(const char *text, size_t n, int columns)
{
	static char line[4096];
	struct buf out = { 0 };
	int width = columns == 0
			? printable((struct str){ text, n }, &out)
			: printable_cut((struct str){ text, n }, columns, &out);

	snprintf(line, sizeof(line), "%d:%.*s", width, (int)out.n,
	    out.n == 0 ? "" : out.s);
	buf_release(&out);
	return line;
}

#define SHOWN(text, want)                                                      \
	assert_string_equal(shown(text, sizeof(text) - 1, 0), want)
#define CUT(text, n, want)                                                     \
	assert_string_equal(shown(text, sizeof(text) - 1, n), want)

static void
test_printable(void **state)
{
	(void)state;
	SHOWN("plain ~", "7:plain ~");
	SHOWN("a\tb\nc\x1b[31m", "24:a b<U+000A>c<U+001B>[31m");
	SHOWN("\x7f\xc2\x9b\xc2\x80", "24:<U+007F><U+009B><U+0080>");
	SHOWN("Gr\xc3\xb6\xc3\x9f"
	      "e",
	    "5:Gr\xc3\xb6\xc3\x9f"
	    "e");
	SHOWN("\xe6\xbc\xa2", "2:\xe6\xbc\xa2"); /* two columns wide */
	SHOWN("e\xcc\x81", "1:e\xcc\x81"); /* a mark on a letter */
	SHOWN("a\xe2\x80\xae"
	      "b\xe2\x80\x8b",
	    "18:a<U+202E>b<U+200B>");
	SHOWN("\xee\x80\x80\xf3\xa0\x81\x81", "17:<U+E000><U+E0041>");
	/* not UTF-8: a byte alone, overlong, a surrogate, cut off */
	SHOWN("\xff\xc0\x80", "12:<FF><C0><80>");
	SHOWN("\xed\xa0\x80", "12:<ED><A0><80>");
	SHOWN("x\xe2\x82", "9:x<E2><82>");
	CUT("0123456789", 10, "10:0123456789");
	CUT("0123456789", 9, "9:012345...");
	CUT("012345\x1b[", 9, "9:012345...");
	CUT("\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2", 5, "5:\xe6\xbc\xa2...");
	CUT("abc", 2, "2:..");
}

/* Nothing that comes out can control anything, and the width is its width. */
static void
test_printable_random(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[24];
		struct buf out = { 0 };
		size_t n = below(&seed, sizeof(text));
		for (size_t i = 0; i < n; i++)
			text[i] = (char)below(&seed, 256);
		(void)printable((struct str){ text, n }, &out);
		for (size_t i = 0; i < out.n; i++) {
			unsigned char c = (unsigned char)out.s[i];
			assert_true(c >= 0x20 && c != 0x7f);
			assert_false(c == 0xc2 && i + 1 < out.n &&
				     (unsigned char)out.s[i + 1] < 0xa0);
		}
		buf_release(&out);
	}
}

struct both {
	struct buf before, after, marked;
};

static void
gather(void *arg, enum diff_kind kind, struct str piece)
{
	static const char *const sign[][2] = { { "", "" }, { "[-", "-]" },
		{ "{+", "+}" } };
	struct both *b = arg;

	if (kind != DIFF_ADDED)
		buf_str(&b->before, piece);
	if (kind != DIFF_REMOVED)
		buf_str(&b->after, piece);
	buf_cstr(&b->marked, sign[kind][0]);
	buf_str(&b->marked, piece);
	buf_cstr(&b->marked, sign[kind][1]);
}

static void
release(struct both *b)
{
	buf_release(&b->before);
	buf_release(&b->after);
	buf_release(&b->marked);
}

static void
check_diff(const char *before, const char *after, const char *want)
{
	struct both b = { 0 };

	word_diff(str_of(before), str_of(after), gather, &b);
	assert_true(str_eq(buf_view(&b.before), str_of(before)));
	assert_true(str_eq(buf_view(&b.after), str_of(after)));
	if (want != NULL) {
		buf_char(&b.marked, '\0');
		assert_string_equal(b.marked.s, want);
	}
	release(&b);
}

static void
test_diff(void **state)
{
	(void)state;
	check_diff("there on Monday, noon", "there on Tuesday, noon",
	    "there on [-Monday-]{+Tuesday+}, noon");
	check_diff("a b c", "a c", "a [-b -]c");
	check_diff("same", "same", "same");
	check_diff("", "new", "{+new+}");
	check_diff("old", "", "[-old-]");
	check_diff("x\ny", "x\nz\ny", "x\n{+z\n+}y");
	check_diff("a.b", "a,b", "a[-.-]{+,+}b");
}

/* The pieces make up both texts, and as few as can be are changed. */
static void
test_diff_random(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[2][40];
		for (int t = 0; t < 2; t++) {
			size_t n = below(&seed, sizeof(text[t]) - 1);
			for (size_t i = 0; i < n; i++)
				text[t][i] = "ab  .\n"[below(&seed, 6)];
			text[t][n] = '\0';
		}
		check_diff(text[0], text[1], NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printable),
		cmocka_unit_test(test_printable_random),
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_diff_random),
	};

	setenv("LC_ALL", "C.UTF-8", 1);
	printable_locale();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
