/*
 * Any bytes as lines: all ways to read them agree, under every set of
 * instructions; and a member spliced into an object is there, the rest
 * untouched, and twice the same.
 */
#include <string.h>

#include "fuzz.h"

#include "record/scanner.h"
#include "record/splice.h"

enum { PASSES = 3 }; /* by walking, then by shape */

static void
make_fields(struct fields *f, struct arena *a)
{
	static const char *const paths[] = { ".a", ".a.b", ".a.b.c", ".b[0]",
		".b[1].a", ".[\"\"]", ".k", ".longer_than_sixteen_bytes" };
	struct path p;

	fields_init(f, a);
	for (size_t i = 0; i < LENGTH(paths); i++)
		if (path_parse(str_of(paths[i]), a, &p))
			fields_add(f, &p);
	fields_compile(f);
}

static void
check_slots(const struct fields *f, const struct value *x, const char *from,
    const struct value *y, const char *to)
{
	for (size_t i = 0; i < f->n; i++) {
		if (x[i].type != y[i].type)
			FINDING("slot %zu has another type", i);
		if (x[i].type == JSON_ABSENT)
			continue;
		if (x[i].text.s - from != y[i].text.s - to ||
		    x[i].text.n != y[i].text.n || x[i].escaped != y[i].escaped)
			FINDING("slot %zu is elsewhere", i);
	}
}

/* Nothing but the member has changed: what was before it and behind it. */
static void
check_rest(struct str line, const struct value *old, struct str text)
{
	size_t before, behind;

	if (old->type != JSON_ABSENT) {
		before = (size_t)(old->text.s - line.s);
		behind = line.n - before - old->text.n;
	} else {
		for (behind = 1; line.s[line.n - behind] != '}'; behind++)
			;
		before = line.n - behind;
	}
	if (text.n < before + behind || memcmp(text.s, line.s, before) != 0 ||
	    memcmp(text.s + text.n - behind, line.s + line.n - behind,
		behind) != 0)
		FINDING("splicing changed what stands around it");
}

static void
check_splice(const struct fields *f, struct str line, struct value *slot)
{
	static const char *const value[] = { "[1]", "null", "\"}\\\"\"",
		"{\"k\":-0.5e1}", "18446744073709551617" };
	uint32_t node = fields_key(f, 0, "k", 1);
	struct str put = str_of(value[line.n % 5]);
	struct arena a = { 0 };
	struct buf once = { 0 }, twice = { 0 };
	struct str text;
	struct json_error e;
	enum json_type type;

	splice(&once, line, STR("k"), &slot[node], put);
	text = buf_view(&once);
	check_rest(line, &slot[node], text);
	if (json_check(&text, &a, &type, &e) == -1 || type != JSON_OBJECT)
		FINDING("spliced: %s", e.what);
	if (json_scan(f, text, slot, &e) == -1 || !str_eq(slot[node].text, put))
		FINDING("what was spliced in is not there");
	splice(&twice, text, STR("k"), &slot[node], put);
	if (!str_eq(buf_view(&twice), text))
		FINDING("spliced twice is not the same");
	buf_release(&once);
	buf_release(&twice);
	arena_release(&a);
}

static void
check_lines(const struct fields *f, const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1 + JSON_PADDING);
	char *copy = malloc(size + 1 + JSON_PADDING);
	struct value *slow = calloc(f->n, sizeof(*slow));
	struct scanner s;

	scanner_init(&s, f);
	for (int pass = 0; pass < PASSES; pass++) {
		struct json_error e, bad;
		struct str line;
		enum scan_result got;
		memcpy(text, data, size);
		text[size] = '\n';
		memset(text + size + 1, pass == 1 ? '"' : 0, JSON_PADDING);
		scanner_start(&s, text, size + 1);
		while ((got = scanner_next(&s, &line, &e)) != SCAN_END) {
			memcpy(copy, line.s, line.n);
			memset(copy + line.n, 0, 1 + JSON_PADDING);
			struct str same = { copy, line.n };
			if ((json_scan(f, same, slow, &bad) == 0) !=
			    (got == SCAN_OK))
				FINDING("one way it is right, one way wrong");
			if (got != SCAN_OK)
				continue;
			check_slots(f, s.slot, line.s, slow, copy);
			if (slow[0].type == JSON_OBJECT)
				check_splice(f, same, slow);
		}
	}
	scanner_release(&s);
	free(text);
	free(copy);
	free(slow);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const sets[] = { "scalar", "sse2", "avx2",
		"avx512" };
	struct arena a = { 0 };
	struct fields f;
	struct err e;

	make_fields(&f, &a);
	for (size_t i = 0; i < LENGTH(sets); i++)
		if (json_index_choose(sets[i], &e) == 0)
			check_lines(&f, data, size);
	fields_release(&f);
	arena_release(&a);
	return 0;
}
