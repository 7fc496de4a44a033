/*
 * The walker, and reading by shape, against the scanner: programs that read
 * JSON in different ways must agree on every line, right or wrong, under
 * every set of instructions that this processor has.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

#include "record/json_scan.h"
#include "record/json_shape.h"

static const char *const sets[] = { "sse2", "avx2", "avx512" };

static const char *const paths[] = { ".a", ".b.c", ".b.d[1]", ".list[0]",
	".list[2].x", ".confidence", ".longer_than_sixteen_bytes_1",
	".longer_than_sixteen_bytes_2", ".[\"\xc3\xa9\"]", ".[\"\"]" };

/* What lines are made of: whole records, and what breaks them. */
static const char *const whole[] = {
	"{\"a\":\"x\",\"reasons\":[],\"cascade\":{\"stopped_by\":null,"
	"\"cost\":0.005},\"b\":{\"c\":1}}",
	"{\"a\":1,\"x\":{},\"y\":[],\"a_rather_long_name_for_a_key\":"
	"{\"z\":[{}],\"b\":{}},\"b\":{\"c\":\"y\"}}",
	"{}",
	"{\"a\":1}",
	"{ \"a\" : [ ] , \"b\" : { } }",
	"{\"a\":\"text\",\"b\":{\"c\":true,\"d\":[1,2,3]},\"list\":[{},null]}",
	"{\"list\":[0,1,{\"x\":\"y\"}],\"confidence\":0.9823749823749283}",
	"{\"a\":\"\\u00e9\\n\\\"\\\\\",\"b\":{\"c\":\"\\\\\"}}",
	"{\"\xc3\xa9\":\"\xe6\xb3\xa8\xf0\x9f\x98\x80\",\"\":-0.5e+10}",
	"{\"longer_than_sixteen_bytes_1\":1,\"longer_than_sixteen_bytes_2\":2}",
	"{\"a\":1,\"a\":{\"b\":2},\"b\":{\"c\":1},\"b\":3,\"b\":{\"d\":[5]}}",
	"{\"\\u0061\":1}",
	"{\"x\":[[[[[[[[]]]]]]],{\"a\":[{\"b\":{}}]}],\"confidence\":1E-7}",
	"\t{\"a\"\t:\r1 ,\"b\":\tnull\t}\r",
	"{\"a\":12345678901234567890123456789012345678901234567890}",
	"{\"a\":1.2345678901234567890123456789012345678901234567890}",
	"{\"a\":-12,\"b\":{\"c\":-0,\"d\":[-0.0,-1e5,false]},\"list\":[true]}",
	"[1,2]",
	"\"text\"",
	"7",
	"",
	"   ",
	"{\"a\":tru}",
	"{\"a\":nulls}",
	"{\"a\":01}",
	"{\"a\":1.}",
	"{\"a\":.5}",
	"{\"a\":1e}",
	"{\"a\":-}",
	"{\"a\":+1}",
	"{\"a\" 1}",
	"{\"a\":1,}",
	"{,\"a\":1}",
	"{\"a\":[1,]}",
	"{\"a\":[1 2]}",
	"{\"a\":1}}",
	"{\"a\":1}{}",
	"{\"a\":[1}",
	"{\"a\":{\"b\":1]",
	"{\"a\":\"tab\there\"}",
	"{\"a\":\"\\x\"}",
	"{\"a\":\"\\u12g4\"}",
	"{\"a\":\"\\\"}",
	"{\"a\":\"\xc3\"}",
	"{\"a\":\"\xc0\xaf\"}",
	"{\"a\":\"\xed\xa0\x80\"}",
	"{\"a\":\"\xf4\x90\x80\x80\"}",
	"{\"a\":\"\xe0\x80\xaf\"}",
	"{\"a\":\"\x80\"}",
	"{'a':1}",
	"{\"a\\\":1}",
	"\\{\"a\":1}",
	"{\"a\":1}\\",
	"{\"a\":1\x01}",
};

static uint64_t
next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static void
make_fields(struct fields *f, struct arena *a)
{
	struct path p;

	fields_init(f, a);
	for (size_t i = 0; i < LENGTH(paths); i++) {
		assert_true(path_parse(str_of(paths[i]), a, &p));
		fields_add(f, &p);
	}
	fields_compile(f);
}

/* A line out of a whole one, changed in up to three places. */
static size_t
mutate(uint64_t *seed, char *line, size_t room)
{
	static const char bytes[] = "\"\\{}[],:0123456789.-+eE tfnu/ab"
				    "\t\r\x01\x1f\x7f\x80\xbf\xc3\xa9\xe2\xed"
				    "\xf0\xf4\xff";
	const char *from = whole[next_random(seed) % LENGTH(whole)];
	size_t n = strlen(from), changes = next_random(seed) % 4;

	memcpy(line, from, n);
	while (changes-- > 0 && n + 2 < room) {
		size_t at = next_random(seed) % (n + 1);
		char b = bytes[next_random(seed) % (sizeof(bytes) - 1)];
		switch (next_random(seed) % 4) {
		case 0: /* another byte */
			if (at < n)
				line[at] = b;
			break;
		case 1: /* one more */
			memmove(line + at + 1, line + at, n - at);
			line[at] = b;
			n++;
			break;
		case 2: /* one less */
			if (at < n)
				memmove(line + at, line + at + 1, --n - at);
			break;
		default: /* a string or blanks that cross blocks */
			if (at < n && n + 150 < room && line[at] == '"') {
				size_t more = next_random(seed) % 140;
				memmove(line + at + 1 + more, line + at + 1,
				    n - at - 1);
				memset(line + at + 1, b >= ' ' ? b : 'x', more);
				n += more;
			}
		}
	}
	return n;
}

static bool
wanted_key_escaped(const char *line, size_t n)
{
	return memchr(line, '\\', n) != NULL;
}

static void
same_slots(const struct fields *f, const struct value *a, const char *from,
    const struct value *b, const char *line)
{
	for (size_t i = 0; i < f->n; i++) {
		if (a[i].type != b[i].type)
			fail_msg("slot %zu: types %d and %d: %s", i,
			    (int)a[i].type, (int)b[i].type, line);
		if (a[i].type == JSON_ABSENT)
			continue;
		if (a[i].text.s - from != b[i].text.s - line ||
		    a[i].text.n != b[i].text.n || a[i].escaped != b[i].escaped)
			fail_msg("slot %zu: other spans: %s", i, line);
	}
}

enum { LINES = 40, LINE_ROOM = 1024 };

struct counts {
	size_t right, walked, shaped;
};

/* Some lines in one text, read in all three ways. */
static void
compare_text(const struct fields *f, struct json_walk *w,
    struct json_shapes *shapes, uint64_t *seed, struct counts *counts)
{
	static char text[LINES * LINE_ROOM + JSON_PADDING];
	static char copy[LINE_ROOM + JSON_PADDING];
	struct value *fast = calloc(f->n, sizeof(*fast));
	struct value *slow = calloc(f->n, sizeof(*slow));
	struct json_error e;
	size_t n = 0;

	for (int i = 0; i < LINES; i++) {
		n += mutate(seed, text + n, LINE_ROOM - 1);
		text[n++] = '\n';
	}
	/* what stands behind the text must not matter */
	memset(text + n, "\"\\{9\xc3\n"[next_random(seed) % 6], JSON_PADDING);
	json_walk_start(w, text, n);
	for (const char *line = text, *end; line < text + n; line = end + 1) {
		end = memchr(line, '\n', (size_t)(text + n - line));
		size_t length = (size_t)(end - line);
		memset(copy, 0, sizeof(copy));
		memcpy(copy, line, length);
		bool ok =
		    json_scan(f, (struct str){ copy, length }, slow, &e) == 0 &&
		    slow[0].type == JSON_OBJECT;
		const char *shaped = json_shape_line(shapes, w, f, line, fast);
		if (shaped != NULL) {
			if (!ok)
				fail_msg("shaped, though %s: %s", e.what, copy);
			if (shaped != end)
				fail_msg("ends elsewhere: %s", copy);
			same_slots(f, fast, line, slow, copy);
			counts->shaped++;
			continue;
		}
		shapes->misses = 0; /* no pause */
		const char *got = json_walk_line(w, f, line, fast);
		if (got != NULL)
			json_shape_learn(shapes, f, line);
		if (got == NULL)
			json_walk_skip(w, end + 1);
		else if (got != end)
			fail_msg("ends elsewhere: %s", copy);
		if (got != NULL && !ok)
			fail_msg("walked, though %s: %s", e.what, copy);
		if (got == NULL && ok && !wanted_key_escaped(copy, length))
			fail_msg("not walked: %s", copy);
		if (got != NULL)
			same_slots(f, fast, line, slow, copy);
		counts->right += ok;
		counts->walked += got != NULL;
	}
	free(fast);
	free(slow);
}

static void
test_against_scanner(void **state)
{
	struct arena a = { 0 };
	struct fields f;
	struct err e;

	(void)state;
	make_fields(&f, &a);
	for (size_t i = 0; i < LENGTH(sets); i++) {
		uint64_t seed = 0x9e3779b97f4a7c15 + i;
		struct counts n = { 0 };
		struct json_walk w = { 0 };
		struct json_shapes shapes = { 0 };
		if (json_index_choose(sets[i], &e) == -1) {
			print_message("# %s\n", e.msg);
			continue;
		}
		for (int k = 0; k < 1500; k++) {
			compare_text(&f, &w, &shapes, &seed, &n);
			if (k % 20 == 0) { /* before there are too many */
				json_shapes_release(&shapes);
				shapes = (struct json_shapes){ 0 };
			}
		}
		print_message("# %s: %zu walked of %zu, %zu by shape\n",
		    sets[i], n.walked, n.right, n.shaped);
		/* every kind of line has been there in numbers */
		assert_in_range(n.right, 3000, 50000);
		assert_in_range(n.walked, n.right / 2, n.right);
		assert_in_range(n.shaped, 3000, 50000);
		json_walk_release(&w);
		json_shapes_release(&shapes);
	}
	fields_release(&f);
	arena_release(&a);
}

/* Reads all of text by shape or learns what is missing: the lines missed. */
static int
misses(struct json_shapes *x, struct json_walk *w, const struct fields *f,
    const char *text, size_t n, struct value *slot)
{
	int missed = 0;

	json_walk_start(w, text, n);
	for (const char *line = text, *end; line < text + n; line = end + 1) {
		if ((end = json_shape_line(x, w, f, line, slot)) != NULL)
			continue;
		missed++;
		end = json_walk_line(w, f, line, slot);
		assert_non_null(end);
		json_shape_learn(x, f, line);
	}
	return missed;
}

/* Not every processor has instructions that make an index to walk by. */
static bool
index_here(void)
{
	struct err e;

	return json_index_choose(NULL, &e) == 0 && json_index_available();
}

/* In whatever order lines come first, each is known when it comes again. */
static void
test_order(void **state)
{
	static const char *const line[] = {
		"{\"a\":null,\"b\":{\"c\":1}}\n",
		"{\"a\":\"text\",\"b\":{\"c\":\"\"}}\n",
		"{\"a\":[],\"x\":{}}\n",
		"{\"a\":[\"x\"],\"b\":{\"d\":[7]}}\n",
		"{\"a\":{\"x\":1},\"b\":[{}]}\n",
		"{}\n",
	};
	enum { N = LENGTH(line), ORDERS = 720 };
	struct arena a = { 0 };
	struct fields f;
	struct json_walk w = { 0 };
	struct value *slot;

	(void)state;
	if (!index_here())
		return;
	make_fields(&f, &a);
	slot = calloc(f.n, sizeof(*slot));
	for (int order = 0; order < ORDERS; order++) {
		struct json_shapes shapes = { 0 };
		char text[N * 64 + JSON_PADDING] = "";
		size_t n = 0;
		int rest = order;
		unsigned used = 0;
		for (int left = N; left > 0; rest /= left--) {
			int pick = rest % left, i = 0;
			while ((used & 1U << i) != 0 || pick-- > 0)
				i++;
			used |= 1U << i;
			memcpy(text + n, line[i], strlen(line[i]));
			n += strlen(line[i]);
		}
		assert_in_range(misses(&shapes, &w, &f, text, n, slot), 1, N);
		assert_int_equal(misses(&shapes, &w, &f, text, n, slot), 0);
		json_shapes_release(&shapes);
	}
	free(slot);
	json_walk_release(&w);
	fields_release(&f);
	arena_release(&a);
}

/* A character of one to four bytes, now and then one that is none. */
static size_t
add_character(uint64_t *seed, char *to)
{
	static const char *const edges[] = { "\xc2\x80", "\xdf\xbf",
		"\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
		"\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\xe6\xb3\xa8", "x",
		"yz", "\xf0\x9f\x98\x80" };
	static const char *const wrong[] = { "\x80", "\xbf", "\xc0\x80",
		"\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xe6\xb3", "\xed\xa0\x80",
		"\xf0\x8f\xbf\xbf", "\xf0\x9f\x98", "\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80", "\xff", "\xe6x\xa8" };
	const char *c = next_random(seed) % 400 != 0
			    ? edges[next_random(seed) % LENGTH(edges)]
			    : wrong[next_random(seed) % LENGTH(wrong)];

	memcpy(to, c, strlen(c));
	return strlen(c);
}

/*
 * Between two values stand n bytes, known from one line: by shape the line is
 * read again, and with any one of its bytes changed only if that is right.
 */
static void
check_segment(struct json_walk *w, const struct fields *f, int n)
{
	static char text[256 + JSON_PADDING], copy[256 + JSON_PADDING];
	struct value *fast = calloc(f->n, sizeof(*fast));
	struct value *slow = calloc(f->n, sizeof(*slow));
	struct json_shapes shapes = { 0 };
	struct json_error e;
	/* ,"xxx":[],"b":{"c": */
	int length = snprintf(text, sizeof(text) - JSON_PADDING,
	    "{\"a\":1,\"%.*s\":[],\"b\":{\"c\":2}}", n - 16,
	    "xxxxxxxxxxyyyyyyyyyyzzzzzzzzzzxxxxxxxxxxyyyyyyyyyyzzzzzzzzzz");

	text[length++] = '\n';
	misses(&shapes, w, f, text, (size_t)length, fast);
	assert_int_equal(
	    misses(&shapes, w, f, text, (size_t)length, fast), n > 64 ? 1 : 0);
	for (int i = 0; i < length - 1; i++) {
		char was = text[i];
		for (const char *b = "x\" ,:[]7\x01"; *b != '\0'; b++) {
			text[i] = *b;
			shapes.pause = shapes.misses = 0;
			json_walk_start(w, text, (size_t)length);
			if (json_shape_line(&shapes, w, f, text, fast) == NULL)
				continue;
			memset(copy, 0, sizeof(copy));
			memcpy(copy, text, (size_t)length - 1);
			assert_int_equal(
			    json_scan(f,
				(struct str){ copy, (size_t)length - 1 }, slow,
				&e),
			    0);
			same_slots(f, fast, text, slow, copy);
		}
		text[i] = was;
	}
	json_shapes_release(&shapes);
	free(fast);
	free(slow);
}

static void
test_segments(void **state)
{
	struct arena a = { 0 };
	struct fields f;
	struct json_walk w = { 0 };

	(void)state;
	if (!index_here())
		return;
	make_fields(&f, &a);
	for (int n = 19; n < 75; n++)
		check_segment(&w, &f, n);
	json_walk_release(&w);
	fields_release(&f);
	arena_release(&a);
}

/* Long strings beyond ASCII, across blocks at every offset. */
static void
test_utf8(void **state)
{
	static char text[2048 + JSON_PADDING], copy[2048 + JSON_PADDING];
	struct arena a = { 0 };
	struct value slot[64];
	struct json_error bad;
	struct fields f;
	struct err e;

	(void)state;
	make_fields(&f, &a);
	assert_in_range(f.n, 1, 64);
	for (size_t i = 0; i < LENGTH(sets); i++) {
		uint64_t seed = 0x2545f4914f6cdd1d;
		struct json_walk w = { 0 };
		size_t right = 0, cases = 20000;
		if (json_index_choose(sets[i], &e) == -1)
			continue;
		for (size_t k = 0; k < cases; k++) {
			size_t n = 6, most = 6 + next_random(&seed) % 400;
			memcpy(text, "{\"a\":\"", 6);
			while (n < most)
				n += add_character(&seed, text + n);
			memcpy(text + n, "\"}\n", 3);
			memcpy(copy, text, n + 2);
			memset(copy + n + 2, 0, JSON_PADDING);
			bool ok = json_scan(&f, (struct str){ copy, n + 2 },
				      slot, &bad) == 0;
			json_walk_start(&w, text, n + 3);
			if ((json_walk_line(&w, &f, text, slot) != NULL) != ok)
				fail_msg("%s: %s is %s", sets[i], copy,
				    ok ? "right" : bad.what);
			right += ok;
		}
		assert_in_range(right, cases / 10, cases - cases / 10);
		json_walk_release(&w);
	}
	fields_release(&f);
	arena_release(&a);
}

/* 512 levels are walked, 513 are not. */
static void
test_depth(void **state)
{
	static char text[4096 + JSON_PADDING];
	struct arena a = { 0 };
	struct json_walk w = { 0 };
	struct value slot[64];
	struct fields f;

	(void)state;
	if (!index_here())
		return;
	make_fields(&f, &a);
	assert_in_range(f.n, 1, 64);
	for (size_t depth = 510; depth < 515; depth++) {
		size_t n = 0;
		memcpy(text, "{\"a\":", 5);
		n = 5;
		memset(text + n, '[', depth - 1);
		n += depth - 1;
		memset(text + n, ']', depth - 1);
		n += depth - 1;
		memcpy(text + n, "}\n", 2);
		n += 2;
		json_walk_start(&w, text, n);
		assert_int_equal(
		    json_walk_line(&w, &f, text, slot) != NULL, depth <= 512);
	}
	json_walk_release(&w);
	fields_release(&f);
	arena_release(&a);
}

/* Keys that differ only in the middle, or by a NUL, are different keys. */
static void
test_keys(void **state)
{
	static const char *const keys[] = { "a", "b", "aa", "12345678",
		"123456789", "1234567890123456", "12345678901234567",
		"12345678x901234567", "12345678y901234567",
		"12345678xx12345678", "12345678yy12345678", "", "confidence",
		"confidencf", "donfidence" };
	char padded[64 + JSON_PADDING];
	struct arena a = { 0 };
	struct fields f;

	(void)state;
	fields_init(&f, &a);
	for (size_t i = 0; i < LENGTH(keys); i += 2)
		fields_add_key(&f, 0, str_of(keys[i]));
	fields_compile(&f);
	for (size_t i = 0; i < LENGTH(keys); i++) {
		size_t n = strlen(keys[i]);
		memset(padded, '"', sizeof(padded));
		memcpy(padded, keys[i], n);
		assert_int_equal(fields_find(&f, 0, padded, n),
		    fields_key(&f, 0, padded, n));
		assert_int_equal(
		    fields_find(&f, 0, padded, n) == FIELD_NONE, i % 2 == 1);
		padded[n] = '\0';
		assert_int_equal(fields_find(&f, 0, padded, n + 1), FIELD_NONE);
		assert_int_equal(fields_find(&f, 1, padded, n), FIELD_NONE);
	}
	fields_release(&f);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_scanner),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_keys),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
