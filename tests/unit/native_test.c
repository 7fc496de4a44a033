/*
 * Native expressions against libjq: thousands of expressions made up from a
 * grammar, on records made up from another, must give the same output, or
 * none, or an error, as the same expression does in libjq.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libjq.h"
#include "testing.h"

#include "base/hash.h"
#include "expr/expr.h"
#include "record/json_scan.h"
#include "record/number.h"

enum { BATCHES = 150, EXPRESSIONS = 16, RECORDS = 16 };

static uint64_t seed = 88172645463325252;

static unsigned
choose(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

/* A newer libjq compares the digits of numbers that 1.6 takes for the same. */
static const char *
one_of(const char *const list[], size_t n)
{
	static int keeps_digits = -1;
	const char *one = list[choose((unsigned)n)];

	if (keeps_digits == -1)
		keeps_digits = libjq_keeps_digits();
	return keeps_digits && strcmp(one, "10000000000000001") == 0 ? "7"
								     : one;
}
#define ONE_OF(list) one_of(list, LENGTH(list))

static const char *const path_list[] = { ".", ".a", ".b", ".a.b", ".a?",
	".a.b?", ".a?.b", ".a[0]", ".a[1].b", ".[\"c d\"]", ".b.a", ".e",
	".a.c" };

static const char *const literal_list[] = { "null", "true", "false", "0", "1",
	"-1", "2.5", "1e3", "10000000000000001", "0.1", "\"\"", "\"a\"",
	"\"ab\"", "\"b\"", "\"\\u00e9\"", "\"\xc3\xa9\"", "\"x\\ny\"",
	"\"A b\"", "7", "-0" };

static const char *const builtin_list[] = { "not", "length", "type",
	"ascii_downcase", "ascii_upcase", "startswith(\"a\")",
	"startswith(\"\")", "endswith(\"b\")", "endswith(\"\xc3\xa9\")",
	"contains(\"b\")", "contains(\"\")", "test(\"a\")", "test(\"b|x\")",
	"test(\"A b\")", "index(\"b\")", "index(\"ab\")", "IN(1, \"a\", null)",
	"IN(true)", "IN(0.1, 2.5)", "has(\"b\")", "has(\"a\")", "." };

static const char *const binary_list[] = { "==", "!=", "<", "<=", ">",
	">=", "and", "or", "//", "+", "-", "*", "/", "%", "|" };

static void
add_expression(struct buf *out, int depth)
{
	unsigned kind = depth <= 0 ? choose(3) : choose(12);

	if (kind == 0 || kind == 3) {
		buf_cstr(out, ONE_OF(path_list));
	} else if (kind == 1) {
		buf_cstr(out, ONE_OF(literal_list));
	} else if (kind == 2) {
		buf_cstr(out, ONE_OF(path_list));
		buf_cstr(out, " | ");
		buf_cstr(out, ONE_OF(builtin_list));
	} else if (kind == 4) {
		buf_char(out, '(');
		add_expression(out, depth - 1);
		buf_cstr(out, choose(3) == 0 ? ")?" : ")");
	} else if (kind == 5) {
		buf_cstr(out, "if ");
		add_expression(out, depth - 1);
		buf_cstr(out, " then ");
		add_expression(out, depth - 2);
		if (choose(3) == 0) {
			buf_cstr(out, " elif ");
			add_expression(out, depth - 2);
			buf_cstr(out, " then ");
			add_expression(out, depth - 2);
		}
		buf_cstr(out, " else ");
		add_expression(out, depth - 2);
		buf_cstr(out, " end");
	} else if (kind == 6) {
		buf_cstr(out, "select(");
		add_expression(out, depth - 1);
		buf_char(out, ')');
	} else {
		/* with and without brackets: precedence is part of it */
		bool left = choose(2) == 0, right = choose(2) == 0;
		if (left)
			buf_char(out, '(');
		add_expression(out, depth - 1);
		buf_cstr(out, left ? ") " : " ");
		buf_cstr(out, ONE_OF(binary_list));
		buf_cstr(out, right ? " (" : " ");
		add_expression(out, depth - 2);
		if (right)
			buf_char(out, ')');
	}
}

static const char *const scalar_list[] = { "null", "true", "false", "0", "1",
	"-1", "2.5", "0.1", "1e3", "10000000000000001", "10000000000000000",
	"-0.0", "1e400", "-1e400", "1e-400", "7", "\"\"", "\"a\"", "\"ab\"",
	"\"b\"", "\"\\u00e9\"", "\"\xc3\xa9\"", "\"x\\ny\"", "\"A b\"",
	"\"\\u0041b\"", "\"a\\u0000b\"", "\"\\ud83d\"", "\"\\ud83d\\ude00\"",
	"\"xxab\"", "\"[\"" };

static void
add_value(struct buf *out, int depth)
{
	unsigned kind = depth <= 0 ? 0 : choose(4);
	static const char *const keys[] = { "a", "b", "c", "c d", "e",
		"\\u0061" };

	if (kind < 2) {
		buf_cstr(out, ONE_OF(scalar_list));
		return;
	}
	buf_char(out, kind == 2 ? '{' : '[');
	for (unsigned i = 0, n = choose(4); i < n; i++) {
		if (i > 0)
			buf_char(out, ',');
		if (kind == 2)
			buf_printf(out, "\"%s\":", ONE_OF(keys));
		add_value(out, depth - 1);
	}
	buf_char(out, kind == 2 ? '}' : ']');
}

static void
add_record(struct buf *out)
{
	static const char *const keys[] = { "a", "a", "b", "c d", "e" };

	buf_clear(out);
	buf_char(out, '{');
	for (unsigned i = 0, n = 1 + choose(4); i < n; i++) {
		if (i > 0)
			buf_char(out, ',');
		buf_printf(out, "\"%s\":", ONE_OF(keys));
		add_value(out, 2);
	}
	buf_char(out, '}');
}

/* The same expression, in words that are not native. */
static uint32_t
add_for_libjq(struct expr_set *set, const char *text, enum expr_mode mode)
{
	struct buf wrapped = { 0 };
	struct err e;
	uint32_t id;

	buf_printf(&wrapped, "(%s) as $x | $x", text);
	if (expr_set_add(set, "libjq", buf_view(&wrapped), mode, &id, &e) == -1)
		fail_msg("%s: %s", text, e.msg);
	assert_false(expr_is_native(set, id));
	expr_set_use(set, id);
	buf_release(&wrapped);
	return id;
}

static bool
is_native(const char *text)
{
	struct arena a = { 0 };
	struct expr_set *set = expr_set_new(&a);
	struct err e;
	uint32_t id;
	bool yes;

	if (expr_set_add(set, "t", str_of(text), EXPR_VALUE, &id, &e) == -1)
		fail_msg("%s: %s", text, e.msg);
	yes = expr_is_native(set, id);
	expr_set_free(set);
	arena_release(&a);
	return yes;
}

struct pair {
	char *text;
	uint32_t native[2], theirs[2]; /* by mode */
};

/* The expression both ways and in both modes. */
static void
fill_pair(struct expr_set *set, struct pair *p, const char *text)
{
	static const enum expr_mode modes[] = { EXPR_VALUE, EXPR_CONDITION };
	struct err e;

	p->text = strdup(text);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(expr_set_add(set, "native", str_of(p->text),
				     modes[i], &p->native[i], &e),
		    0);
		expr_set_use(set, p->native[i]);
		p->theirs[i] = add_for_libjq(set, p->text, modes[i]);
	}
}

/* One that runs natively. */
static void
make_pair(struct expr_set *set, struct pair *p)
{
	struct buf text = { 0 };

	for (;;) {
		buf_clear(&text);
		add_expression(&text, 4);
		buf_char(&text, '\0');
		if (text.n > 300)
			continue;
		if (is_native(text.s))
			break;
	}
	fill_pair(set, p, text.s);
	buf_release(&text);
}

static void
same_value(const struct pair *p, const struct record *r, const struct value *a,
    const struct value *b)
{
	enum json_type t = a->type == JSON_ABSENT ? JSON_NULL : a->type;
	enum json_type u = b->type == JSON_ABSENT ? JSON_NULL : b->type;
	bool same = t == u;

	if (same && t == JSON_NUMBER)
		same = number_value(a->text) == number_value(b->text);
	if (same && t == JSON_STRING)
		same = str_eq(
		    value_string(a, r->scratch), value_string(b, r->scratch));
	if (!same)
		fail_msg("%s of %.*s: %.*s, libjq %.*s", p->text,
		    (int)r->line.n, r->line.s, (int)a->text.n, a->text.s,
		    (int)b->text.n, b->text.s);
}

static uint64_t outcomes[3];
static uint64_t together[3]; /* false, true, a closer look */
static const char *const results[] = { [EXPR_OK] = "a value",
	[EXPR_EMPTY] = "nothing",
	[EXPR_ERROR] = "an error" };

static void
compare_on_record(
    struct evaluator *ev, const struct pair *p, const struct record *r)
{
	struct value a, b;
	enum expr_result x = expr_value(ev, r, p->native[0], &a);
	enum expr_result y = expr_value(ev, r, p->theirs[0], &b);
	int m, n;

	if (x != y)
		fail_msg("%s of %.*s: %s, libjq %s", p->text, (int)r->line.n,
		    r->line.s, results[x], results[y]);
	outcomes[x]++;
	if (x == EXPR_OK)
		same_value(p, r, &a, &b);
	m = expr_condition(ev, r, p->native[1]);
	n = expr_condition(ev, r, p->theirs[1]);
	if (m != n)
		fail_msg("condition %s of %.*s: %d, libjq %d", p->text,
		    (int)r->line.n, r->line.s, m, n);
}

/* All conditions in one go, in their order and several times over. */
static void
compare_together(struct evaluator *ev, const struct batch *batch,
    const uint32_t *when, size_t n, const struct record *r)
{
	uint64_t unsure, hold = expr_batch_test(ev, batch, r, &unsure);

	for (size_t i = 0; i < n; i++) {
		int one = expr_condition(ev, r, when[i]);
		if ((unsure >> i & 1) != 0)
			together[2]++;
		else if (one == -1 || (hold >> i & 1) != (uint64_t)one)
			fail_msg("condition %zu of %.*s: %d", i, (int)r->line.n,
			    r->line.s, one);
		else
			together[one]++;
	}
	if (n < 64 && (hold | unsure) >> n != 0)
		fail_msg("more answers than conditions");
}

static void
run_batch(void)
{
	uint32_t when[2 * EXPRESSIONS];
	struct batch *batch;
	struct arena perm = { 0 }, scratch = { 0 };
	struct expr_set *set = expr_set_new(&perm);
	struct pair pair[EXPRESSIONS];
	struct record r = { .scratch = &scratch };
	struct buf text = { 0 };
	struct evaluator *ev;
	struct json_error bad;
	enum json_type type;
	struct err e;

	for (int i = 0; i < EXPRESSIONS; i++)
		make_pair(set, &pair[i]);
	if (expr_set_compile(set, &e) == -1)
		fail_msg("%s", e.msg);
	for (int i = 0; i < 2 * EXPRESSIONS; i++)
		when[i] = pair[i % EXPRESSIONS].native[1];
	batch = expr_batch_new(set, when, 2 * EXPRESSIONS);
	ev = evaluator_new(set);
	r.fields = expr_set_fields(set);
	r.slot = calloc(r.fields->n, sizeof(*r.slot));
	for (int k = 0; k < RECORDS; k++) {
		arena_reset(&scratch);
		add_record(&text);
		r.line = buf_view(&text);
		r.serial++;
		assert_int_equal(json_check(&r.line, &scratch, &type, &bad), 0);
		assert_int_equal(json_scan(r.fields, r.line, r.slot, &bad), 0);
		for (int i = 0; i < EXPRESSIONS; i++)
			compare_on_record(ev, &pair[i], &r);
		r.serial++; /* nothing is known of it any more */
		compare_together(ev, batch, when, 2 * EXPRESSIONS, &r);
	}
	for (int i = 0; i < EXPRESSIONS; i++)
		free(pair[i].text);
	evaluator_free(ev);
	expr_set_free(set);
	free(r.slot);
	buf_release(&text);
	arena_release(&perm);
	arena_release(&scratch);
}

static void
test_against_libjq(void **state)
{
	const char *other = getenv("HITL_SEED"); /* to look further */

	(void)state;
	if (other != NULL)
		seed ^=
		    strtoull(other, NULL, 10) * UINT64_C(0x9e3779b97f4a7c15);
	for (int i = 0; i < BATCHES; i++)
		run_batch();
	print_message("# %llu values, %llu empty, %llu errors\n",
	    (unsigned long long)outcomes[EXPR_OK],
	    (unsigned long long)outcomes[EXPR_EMPTY],
	    (unsigned long long)outcomes[EXPR_ERROR]);
	for (size_t i = 0; i < LENGTH(outcomes); i++)
		assert_true(outcomes[i] > 1000);
	print_message("# together: %llu false, %llu true, %llu unsure\n",
	    (unsigned long long)together[0], (unsigned long long)together[1],
	    (unsigned long long)together[2]);
	for (size_t i = 0; i < LENGTH(together); i++)
		assert_true(together[i] > 1000);
}

/* Numbers that jq 1.6 cuts to what a double can hold, in each place. */
static void
test_huge_operands(void **state)
{
	static const char *const shapes[] = { ".x + .y < 1e200",
		".x - .y < 1e200", ".x * .y < 1e200", ".x / .y < 1e200",
		".x % 7 < 1e200", ".x * 1e-200 < 1e200", "1e-200 * .x < 1e200",
		".x / 1e200 < 1e200", "5 / .x == 0", "1e-200 / .x == 0",
		".x / .x == 1", ".x - .x == 0", ".x < .y", ".x == .y",
		"(.x | length) * 1e-200 < 1e200", ".x + null == .y",
		"if .x * .y > 0 then .x / 1e200 > 1e100 else .y end" };
	static const char *const numbers[] = { "1e400", "-1e400", "1e308",
		"1.7976931348623157e308", "-1.8e308", "1e300", "9e299",
		"1e-200", "0", "7" };
	struct pair pair[LENGTH(shapes)];
	struct arena perm = { 0 }, scratch = { 0 };
	struct expr_set *set = expr_set_new(&perm);
	struct record r = { .scratch = &scratch };
	struct evaluator *ev;
	struct json_error bad;
	enum json_type type;
	char line[100];
	struct err e;

	(void)state;
	for (size_t i = 0; i < LENGTH(shapes); i++) {
		assert_true(is_native(shapes[i]));
		fill_pair(set, &pair[i], shapes[i]);
	}
	assert_int_equal(expr_set_compile(set, &e), 0);
	ev = evaluator_new(set);
	r.fields = expr_set_fields(set);
	r.slot = calloc(r.fields->n, sizeof(*r.slot));
	for (size_t k = 0; k < LENGTH(numbers) * LENGTH(numbers); k++) {
		arena_reset(&scratch);
		snprintf(line, sizeof(line), "{\"x\":%s,\"y\":%s}",
		    numbers[k / LENGTH(numbers)], numbers[k % LENGTH(numbers)]);
		r.line = str_of(line);
		r.serial++;
		assert_int_equal(json_check(&r.line, &scratch, &type, &bad), 0);
		assert_int_equal(json_scan(r.fields, r.line, r.slot, &bad), 0);
		for (size_t i = 0; i < LENGTH(shapes); i++)
			compare_on_record(ev, &pair[i], &r);
	}
	for (size_t i = 0; i < LENGTH(shapes); i++)
		free(pair[i].text);
	evaluator_free(ev);
	expr_set_free(set);
	free(r.slot);
	arena_release(&perm);
	arena_release(&scratch);
}

/* What runs here and what does not. */
static void
test_reach(void **state)
{
	static const char *const native[] = { ".a", ".a == 1",
		".a.b < 2 and .c", ".a | not", ".a // 0", ".a // .b // \"x\"",
		".a + 1 > .b * 2", "(.a | length) > 3", ".a | .b | .c",
		".a | ascii_downcase == \"x\"", ".a | test(\"refund|parcel\")",
		"if .a then .b else .c end", "select(.a)", ".a | has(\"b\")",
		".a | IN(\"x\", \"y\")", ".correct == .label", "1", "\"x\"",
		"null", "(.a.b)? // 1", ".a == -1", " . " };
	static const char *const theirs[] = { ".a[]", ".a, .b", "[.a]",
		"{a: 1}", ".. | .a", ".a as $x | $x", "def f: 1; f",
		".a | test(\"^x\")", ".a | test(\"x.y\")",
		".a | test(\"x\"; \"i\")", "\"\\(.a)\"", ".a | tostring", "now",
		".a[1:2]", "any(.a[]; .)", "1 + 2", "1 / 0", "-.a", "-1 * .a",
		".a | IN(.b)", "$__loc__", "@base64", ".a # x",
		"reduce .a[] as $x (0; . + $x)", ".a.[0]", "\"a\" | .b",
		"if .a then 1 end", "try .a", ".a | index(\"\")" };
	/* not jq at all: nothing here may take it for something */
	static const char *const wrong[] = { ".a == 1 == 2", ".a <", "< 1",
		".a b", ".a and", "(.a", "1 2", ".a?//1", ".a | ", "| .a",
		"if .a then 1 else 2", ".a === 1", ".a = = 1", "not(.a)",
		"length(1)", "startswith", "IN", ".a \r | not", ".a & .b",
		"nott", "01x", ".e0", ".a .b c", "\"x", "'x'", ".a.", "..a" };
	struct arena a = { 0 };
	struct err e;
	uint32_t id;

	(void)state;
	for (size_t i = 0; i < LENGTH(native); i++) {
		struct expr_set *s = expr_set_new(&a);
		assert_int_equal(expr_set_add(s, "t", str_of(native[i]),
				     EXPR_VALUE, &id, &e),
		    0);
		if (!expr_is_native(s, id))
			fail_msg("not native: %s", native[i]);
		expr_set_free(s);
	}
	for (size_t i = 0; i < LENGTH(theirs); i++) {
		struct expr_set *s = expr_set_new(&a);
		assert_int_equal(expr_set_add(s, "t", str_of(theirs[i]),
				     EXPR_VALUE, &id, &e),
		    0);
		if (expr_is_native(s, id))
			fail_msg("native: %s", theirs[i]);
		expr_set_free(s);
	}
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		struct expr_set *s = expr_set_new(&a);
		if (libjq_compiles(wrong[i]))
			continue; /* a newer one takes .e0, and \r */
		if (expr_set_add(
			s, "t", str_of(wrong[i]), EXPR_VALUE, &id, &e) == 0 &&
		    expr_set_compile(s, &e) == 0)
			fail_msg("accepted: %s", wrong[i]);
		expr_set_free(s);
	}
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_libjq),
		cmocka_unit_test(test_huge_operands),
		cmocka_unit_test(test_reach),
	};

	hash_init(abort);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("native", tests, NULL, NULL);
}
