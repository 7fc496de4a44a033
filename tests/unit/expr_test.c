/*
 * Expressions: a plain path gives what libjq gives for it, for every pair of
 * path and record below; conditions, refusals and errors are as promised.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libjq.h"
#include "testing.h"

#include "base/hash.h"
#include "expr/expr.h"
#include "record/json_scan.h"

/* One record in memory, as the stream would hand it over. */
struct one {
	struct arena perm, scratch;
	struct expr_set *set;
	struct evaluator *ev;
	struct record r;
};

static void
one_init(struct one *o)
{
	memset(o, 0, sizeof(*o));
	o->set = expr_set_new(&o->perm);
}

static uint32_t
one_add(struct one *o, const char *text, enum expr_mode mode)
{
	struct err e;
	uint32_t id;

	if (expr_set_add(o->set, "test", str_of(text), mode, &id, &e) == -1)
		fail_msg("%s", e.msg);
	expr_set_use(o->set, id);
	return id;
}

static void
one_record(struct one *o, const char *text)
{
	struct str line = str_of(text);
	struct json_error bad;
	enum json_type type;
	struct err e;

	if (o->ev == NULL) {
		if (expr_set_compile(o->set, &e) == -1)
			fail_msg("%s", e.msg);
		o->ev = evaluator_new(o->set);
		o->r.fields = expr_set_fields(o->set);
		o->r.slot = calloc(o->r.fields->n, sizeof(*o->r.slot));
		o->r.scratch = &o->scratch;
	}
	assert_int_equal(json_check(&line, &o->scratch, &type, &bad), 0);
	o->r.line = line;
	o->r.serial++;
	assert_int_equal(json_scan(o->r.fields, line, o->r.slot, &bad), 0);
}

static void
one_release(struct one *o)
{
	evaluator_free(o->ev);
	expr_set_free(o->set);
	free(o->r.slot);
	arena_release(&o->perm);
	arena_release(&o->scratch);
}

static const char *const records[] = {
	"{}",
	"{\"a\":null}",
	"{\"a\":false,\"b\":[]}",
	"{\"a\":{\"b\":1}}",
	"{\"a\":{\"b\":{\"c\":\"x\\ny\"}},\"a b\":2}",
	"{\"a\":[1,[2,{\"b\":3}],null]}",
	"{\"a\":\"text\"}",
	"{\"a\":7}",
	"{\"a\":{\"b\":1},\"a\":{\"c\":2}}",
	"{\"a\":{\"b\":1},\"a\":null}",
	"{\"\\u0061\":{\"\\u0062\":\"\\ud83d\\ude00\"}}",
	"{\"a\":[{\"b\":1},{\"b\":2,\"b\":3}],\"x\":{\"a\":1}}",
	"{\"a\":{\"b\":[[0]]}}",
	"{\"b\":{\"a\":5},\"a\":true}",
};

static const char *const paths[] = { ".", ".a", ".b", ".a.b", ".a.b.c", ".a?",
	".a.b?", ".a?.b", ".a?.b?.c?", ".a[0]", ".a[1]", ".a[1][1].b",
	".a[0].b", ".a[1].b?", ".[\"a b\"]", ".\"a b\"", ".a[\"b\"]", ".a[7]",
	".[0]", ".[0]?", ".b.a", ".a.b[0][0]", ".x.a", ".nothing.at.all" };

static void
test_paths_against_libjq(void **state)
{
	uint32_t native[LENGTH(paths)], theirs[LENGTH(paths)];
	struct one o;
	char text[64];

	(void)state;
	one_init(&o);
	for (size_t p = 0; p < LENGTH(paths); p++) {
		native[p] = one_add(&o, paths[p], EXPR_VALUE);
		snprintf(text, sizeof(text), "%s as $x | $x", paths[p]);
		theirs[p] = one_add(&o, text, EXPR_VALUE);
		assert_true(expr_is_native(o.set, native[p]));
		assert_false(expr_is_native(o.set, theirs[p]));
	}
	for (size_t r = 0; r < LENGTH(records); r++) {
		one_record(&o, records[r]);
		for (size_t p = 0; p < LENGTH(paths); p++) {
			struct value a, b;
			enum expr_result x =
			    expr_value(o.ev, &o.r, native[p], &a);
			enum expr_result y =
			    expr_value(o.ev, &o.r, theirs[p], &b);
			if (x != y)
				fail_msg("%s of %s: %d, libjq %d", paths[p],
				    records[r], (int)x, (int)y);
			if (x != EXPR_OK)
				continue;
			enum json_type t =
			    a.type == JSON_ABSENT ? JSON_NULL : a.type;
			if (t != b.type)
				fail_msg("%s of %s: another kind", paths[p],
				    records[r]);
			if (t == JSON_STRING) {
				assert_true(str_eq(value_string(&a, &o.scratch),
				    value_string(&b, &o.scratch)));
			} else if (t < JSON_STRING) {
				assert_true(str_eq(a.text, b.text));
			}
		}
	}
	one_release(&o);
}

static void
test_conditions(void **state)
{
	static const struct {
		const char *expr, *record;
		int holds;
	} cases[] = {
		{ ".a", "{\"a\":0}", 1 },
		{ ".a", "{\"a\":\"\"}", 1 },
		{ ".a", "{\"a\":null}", 0 },
		{ ".a", "{}", 0 },
		{ ".a.b", "{\"a\":1}", -1 },
		{ ".a > 1", "{\"a\":\"x\"}", 1 },
		{ ".a < 1", "{}", 1 },
		{ ".a + 1 > 1", "{\"a\":\"x\"}", -1 },
		{ ".a[] > 2", "{\"a\":[1,2,3]}", 1 },
		{ ".a[] > 2", "{\"a\":[1,2]}", 0 },
		{ ".a[]", "{\"a\":[]}", 0 },
		{ "empty", "{}", 0 },
		{ "error(\"x\")", "{}", -1 },
		{ "(.a[] | if . == 2 then error(\"x\") else . > 2 end)",
		    "{\"a\":[3,2]}", 1 },
		{ "def f: .a; f == 1 # (", "{\"a\":1}", 1 },
		{ ".a | test(\"^x\")", "{\"a\":\"xy\"}", 1 },
		{ "\"\\(.a)\" == \"1\"", "{\"a\":1}", 1 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct one o;
		uint32_t id;
		one_init(&o);
		id = one_add(&o, cases[i].expr, EXPR_CONDITION);
		one_record(&o, cases[i].record);
		if (expr_condition(o.ev, &o.r, id) != cases[i].holds)
			fail_msg("%s of %s", cases[i].expr, cases[i].record);
		one_release(&o);
	}
}

static void
test_refused(void **state)
{
	static const char *const bad[] = { "", "  ", "env", "$ENV.HOME",
		"input", "[inputs]", "debug", ".a | stderr", "halt",
		"1 | halt_error", "input_filename", "input_line_number",
		"import \"a\" as a; 1", "include \"a\"; 1", "get_search_list",
		"\"\\(env)\"", "{a: env}", "{(env): 1}", "\"\\(\"\\(env)\")\"",
		"1 # x\nenv", "# x\r env", "..|env", ".[env]", "(1", "1)",
		"1) | (2", "[1}", "\"a", "\"\\(1\"", "__hitl0", "{\"a\"",
		"$ ENV.HOME", "$\tENV", "$\nENV", "$\r\nENV", "$#c\nENV",
		"$ # c\n ENV.HOME", "$ __prog_args", "$__prog_args",
		"\"\\($ ENV.HOME)\"", "@sh \"\\($ ENV.HOME)\"", "{$ENV}",
		"{$ ENV}", "{$ENV: 1}", "{a: $ ENV}", ".a as $x | $ x", "$",
		"$1", "$$$$ENV", ".a$ ENV", "if$ ENV then 1 else 2 end",
		"getpath([$ ENV.HOME])", "import\"a\"as$a;1", "include\"a\";1",
		"import \"a\" as $ a; 1", "modulemeta", "\"a\" | modulemeta",
		"get_jq_origin", "get_prog_origin", "input_filename | @sh",
		"[limit(1; inputs)]", "def f: env; f", ".0|env", "..|..|env",
		"1as$x|env", "a::env", "@text \"\\(env.HOME)\"",
		"{\"\\(env)\": 1}", "{\"a\": {\"b\": env}}", "[{env}]",
		"# x \\\n \" \n env #\"", "# x \\\r\n \" \n env #\"",
		"# x\r \" \n env #\"", "1 # x\\", "1 # x\r" };
	static const char *const good[] = { ".env", ".input.debug", "{env: 1}",
		"{input: .a, b: 1}", "\"env\"", ".[\"env\"]", "# env\n1",
		"\"\\(1) env\"", ".environment", "def inputx: 1; inputx",
		". as $x | $x", ". as {a: $_a1} | $_a1", "$__loc__",
		"label $out | 1, break $out", "def f($ENVIRON): $ENVIRON; f(1)",
		"\"$ ENV, env\"", "\"\\\\($ ENV)\"", "1 # $ ENV, env \\ $",
		"# $ ENV\n1", ".\"$ ENV\"", "{\"$ ENV\": 1}", ". as $x | {$x}",
		"now | localtime | mktime | todate", "getpath([\"env\"])" };
	struct arena a = { 0 };
	struct expr_set *s = expr_set_new(&a);
	struct err e;
	uint32_t id;

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++)
		if (expr_set_add(s, "t", str_of(bad[i]), EXPR_VALUE, &id, &e) ==
		    0)
			fail_msg("not refused: %s", bad[i]);
	for (size_t i = 0; i < LENGTH(good); i++)
		if (expr_set_add(
			s, "t", str_of(good[i]), EXPR_VALUE, &id, &e) == -1)
			fail_msg("refused: %s: %s", good[i], e.msg);
	static const struct str nul[] = { STR("1\0"), STR("\"a\0b\""),
		STR(".\"a\0b\""), STR("# x\0\n1"), STR("\0") };
	for (size_t i = 0; i < LENGTH(nul); i++)
		if (expr_set_add(s, "t", nul[i], EXPR_VALUE, &id, &e) == 0)
			fail_msg("not refused: a NUL, %zu", i);
	assert_int_equal(expr_set_compile(s, &e), 0);
	expr_set_free(s);
	arena_release(&a);
}

/* The one that libjq refuses is named, not its neighbours. */
static void
test_blame(void **state)
{
	struct arena a = { 0 };
	struct expr_set *s = expr_set_new(&a);
	struct err e;
	uint32_t id;

	(void)state;
	assert_int_equal(
	    expr_set_add(s, "first", STR(".a == 1"), EXPR_VALUE, &id, &e), 0);
	assert_int_equal(
	    expr_set_add(s, "second", STR("nosuch(1)"), EXPR_VALUE, &id, &e),
	    0);
	assert_int_equal(expr_set_compile(s, &e), -1);
	assert_int_equal(e.code, STATUS_USAGE);
	assert_string_equal(e.msg, "second: nosuch/1 is not defined");
	expr_set_free(s);
	arena_release(&a);
}

/* Deeper than libjq reads (1.6: 256): an error, never a crash or a pass. */
static void
test_deep(void **state)
{
	char text[1024] = "{\"a\":";
	struct one o;
	uint32_t id;

	(void)state;
	one_init(&o);
	id = one_add(&o, "(.a as $x | $x == 1) or true", EXPR_CONDITION);
	memset(text + 5, '[', 400);
	memset(text + 405, ']', 400);
	strcpy(text + 805, "}");
	one_record(&o, text);
	assert_int_equal(
	    expr_condition(o.ev, &o.r, id), libjq_reads(400) ? 1 : -1);
	one_record(&o, "{\"a\":1}");
	assert_int_equal(expr_condition(o.ev, &o.r, id), 1);
	one_release(&o);
}

/* What libjq is known to do badly is out of reach of any record. */
static void
test_fences(void **state)
{
	static const char *const exprs[] = {
		"(.a as $x | $x == $x and ($x | contains($x)))",
		"(.a as $x | {a: $x} * {a: $x} | .a == $x)",
		"(.a as $x | setpath([\"b\", 0]; $x) | .b[0] == $x)",
	};
	struct buf text = { 0 };

	(void)state;
	/* as deep as libjq reads, and deeper */
	for (int depth = 250; depth < 260; depth += 8)
		for (size_t i = 0; i < LENGTH(exprs); i++) {
			struct one o;
			uint32_t id;
			one_init(&o);
			id = one_add(&o, exprs[i], EXPR_CONDITION);
			buf_clear(&text);
			buf_cstr(&text, "{\"a\":");
			for (int k = 0; k < depth; k++)
				buf_char(&text, '[');
			for (int k = 0; k < depth; k++)
				buf_char(&text, ']');
			buf_char(&text, '}');
			buf_char(&text, '\0');
			one_record(&o, text.s);
			assert_int_equal(expr_condition(o.ev, &o.r, id),
			    depth < 256 || libjq_reads(300) ? 1 : -1);
			one_release(&o);
		}
	/* many keys: refused, the record after it is not */
	struct one o;
	one_init(&o);
	uint32_t id = one_add(&o, "(.k1 as $x | $x) == 1", EXPR_CONDITION);
	for (int keys = 20000; keys <= 20001; keys++) {
		buf_clear(&text);
		buf_char(&text, '{');
		for (int k = 0; k < keys; k++)
			buf_printf(
			    &text, "%s\"k%d\":%d", k == 0 ? "" : ",", k, k);
		buf_cstr(&text, "}");
		buf_char(&text, '\0');
		one_record(&o, text.s);
		assert_int_equal(
		    expr_condition(o.ev, &o.r, id), keys == 20000 ? 1 : -1);
	}
	/* colons of a text are none, whatever is escaped in it */
	buf_clear(&text);
	buf_cstr(&text, "{\"k1\":1,\"s\":\"");
	for (int k = 0; k < 30000; k++)
		buf_cstr(&text, ":\\\":\\\\");
	buf_cstr(&text, "\"}");
	buf_char(&text, '\0');
	one_record(&o, text.s);
	assert_int_equal(expr_condition(o.ev, &o.r, id), 1);
	one_record(&o, "{\"k1\":1,\"z\":\"\\u0000\"}");
	assert_int_equal(expr_condition(o.ev, &o.r, id), 1);
	/* a NUL in a string cuts nothing off */
	one_release(&o);
	one_init(&o);
	id = one_add(&o, "(.a as $x | $x) == \"x\\u0000y\"", EXPR_CONDITION);
	one_record(&o, "{\"a\":\"x\\u0000y\"}");
	assert_int_equal(expr_condition(o.ev, &o.r, id), 1);
	one_record(&o, "{\"a\":\"x\"}");
	assert_int_equal(expr_condition(o.ev, &o.r, id), 0);
	one_release(&o);
	buf_release(&text);
}

/* jq 1.6 refuses a lone surrogate; here it is U+FFFD, as in the scanner. */
static void
test_surrogates(void **state)
{
	static const char *const texts[] = { "{\"a\":\"\\ud83d\"}",
		"{\"a\":\"\\uDC00\"}", "{\"a\":\"\\ud83d\\u0041\"}",
		"{\"a\":\"\\ud83d\\ud83d\\ude00\"}", "{\"a\":\"\\\\ud83d\"}",
		"{\"a\":\"\\ud83d\\ude00\"}" };

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct one o;
		struct value x, y;
		one_init(&o);
		uint32_t ours = one_add(&o, ".a", EXPR_VALUE);
		uint32_t theirs = one_add(&o, ".a as $x | $x", EXPR_VALUE);
		one_record(&o, texts[i]);
		assert_int_equal(expr_value(o.ev, &o.r, ours, &x), EXPR_OK);
		assert_int_equal(expr_value(o.ev, &o.r, theirs, &y), EXPR_OK);
		if (!str_eq(value_string(&x, &o.scratch),
			value_string(&y, &o.scratch)))
			fail_msg("%s: %.*s", texts[i], (int)y.text.n, y.text.s);
		one_release(&o);
	}
}

/*
 * Remainders, which jq 1.6 alone would not survive for a below -2^63 and b
 * at -1; the others are what it says (jq -c, of these records).
 */
static void
test_remainders(void **state)
{
	static const char *const exprs[] = { ".a % .b", ". as $x | $x.a % $x.b",
		"[.a % (.b, 3)] | .[0]" };
	static const struct {
		const char *record, *expected;
	} rows[] = {
		{ "{\"a\":-1e400,\"b\":-1}", "0" },
		{ "{\"a\":-9223372036854775808,\"b\":-1.5}", "0" },
		{ "{\"a\":1e400,\"b\":-1}", "0" },
		{ "{\"a\":7,\"b\":-1}", "0" },
		{ "{\"a\":7,\"b\":-2}", "1" },
		{ "{\"a\":-7,\"b\":3}", "-1" },
		{ "{\"a\":7.9,\"b\":2.9}", "1" },
		{ "{\"a\":7,\"b\":0}", NULL },
		{ "{\"a\":7,\"b\":-0.5}", NULL },
		{ "{\"a\":\"7\",\"b\":-1}", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(exprs); i++) {
		struct one o;
		uint32_t id;
		one_init(&o);
		id = one_add(&o, exprs[i], EXPR_VALUE);
		for (size_t k = 0; k < LENGTH(rows); k++) {
			struct value v;
			one_record(&o, rows[k].record);
			assert_int_equal(expr_value(o.ev, &o.r, id, &v),
			    rows[k].expected == NULL ? EXPR_ERROR : EXPR_OK);
			if (rows[k].expected != NULL &&
			    !str_eq(v.text, str_of(rows[k].expected)))
				fail_msg("%s of %s: %.*s", exprs[i],
				    rows[k].record, (int)v.text.n, v.text.s);
		}
		one_release(&o);
	}
}

/* Times that are no dates, which jq 1.6 alone would not survive. */
static void
test_dates(void **state)
{
	static const char *const exprs[] = { ".t | todate", ".t | date",
		".t | todateiso8601", ".t | strftime(\"%Y-%m-%dT%H:%M:%SZ\")",
		"[.t | todate] | .[0]", "def f: todate; .t | f",
		".t | strflocaltime(\"%Y\")" };
	static const char *const bad[] = { "{\"t\":1e400}", "{\"t\":-1e400}",
		"{\"t\":1e17}", "{\"t\":\"x\"}", "{\"t\":[1]}", "{}" };

	(void)state;
	for (size_t i = 0; i < LENGTH(exprs); i++) {
		struct value v;
		struct one o;
		uint32_t id;
		one_init(&o);
		id = one_add(&o, exprs[i], EXPR_VALUE);
		for (size_t k = 0; k < LENGTH(bad); k++) {
			one_record(&o, bad[k]);
			/* a newer libjq lets what is missing be 0 */
			if (expr_value(o.ev, &o.r, id, &v) != EXPR_ERROR) {
				assert_string_equal(bad[k], "{\"t\":[1]}");
				assert_int_equal(v.type, JSON_STRING);
			}
		}
		one_record(&o, "{\"t\":1425599507}");
		assert_int_equal(expr_value(o.ev, &o.r, id, &v), EXPR_OK);
		assert_true(str_has_prefix(v.text,
		    i < 6 ? STR("\"2015-03-05T23:51:47Z\"") : STR("\"2015\"")));
		one_release(&o);
	}
}

/*
 * What libjq 1.6 would not survive, or not say; the answers are those of the
 * manual, of gojq where it knows the syntax, and of Python (word boundaries).
 */
static void
test_mended(void **state)
{
	static const struct {
		const char *expression, *record, *value; /* NULL: an error */
	} rows[] = {
		/* an error without a message is one */
		{ "null | error", "{}", NULL },
		{ ".missing | error", "{}", NULL },
		{ "error(null)", "{}", NULL },
		{ "any(.missing | error; true)", "{}", NULL },
		{ "try error(\"x\") catch .", "{}", "\"x\"" },
		{ "try error({a:1}) catch .a", "{}", "1" },
		/* the size of an array does not overflow */
		{ ".a[.n] = 1", "{\"n\":1e9}", NULL },
		{ ".a[.n] |= 1", "{\"n\":1e9}", NULL },
		{ ".a[.n] += 1", "{\"n\":536870911}", NULL },
		{ "setpath([\"a\", .n]; 1)", "{\"n\":2147483648}", NULL },
		{ ".a[.n] = 1 | .a", "{\"n\":2}", "[null,null,1]" },
		{ ".a[-1] = 1 | .a", "{\"a\":[5,6]}", "[5,1]" },
		{ ".a[] |= . + 1 | .a", "{\"a\":[5,6]}", "[6,7]" },
		{ ".a.b += 1 | .a.b", "{}", "1" },
		{ ".a //= 3 | .a", "{}", "3" },
		{ ".a[1:] = [9] | .a", "{\"a\":[5,6,7]}", "[5,9]" },
		{ "(.a, .b) = 1", "{}", "{\"a\":1,\"b\":1}" },
		/* all matches beyond ASCII */
		{ "[.s | match(\"x*\"; \"g\").offset]", "{\"s\":\"éxxaé\"}",
		    "[0,1,3,4]" },
		{ "[.s | match([\"x*\", \"gn\"]).offset]", "{\"s\":\"éxxaé\"}",
		    "[1]" },
		{ "[.s | match(\"\\\\b\"; \"g\").offset]",
		    "{\"s\":\"café au\"}", "[0,4,5,7]" },
		{ "[.s | match(\"(?<=é)x\"; \"g\").offset]",
		    "{\"s\":\"éx xéx\"}", "[1,5]" },
		{ "[.s | match(\"X # y\"; \"gxi\").offset]", "{\"s\":\"éxéx\"}",
		    "[1,3]" },
		{ "[.s | match(\"x+\"; \"gl\").offset]", "{\"s\":\"éx\"}",
		    NULL },
		{ "[.s | match(\"(\"; \"g\")]", "{\"s\":\"é\"}", NULL },
		{ "[.s | scan(\"x*\")] | length", "{\"s\":\"naïve xx\"}", "7" },
		{ "[.s | scan(\"x(é)?\")]", "{\"s\":\"éxéx\"}",
		    "[[\"é\"],[null]]" },
		{ "[.s | capture(\"(?<a>x)+\"; \"g\").a]", "{\"s\":\"éxb\"}",
		    "[\"x\"]" },
		{ ".s | split(\"x\"; \"g\")", "{\"s\":\"éxbx\"}",
		    "[\"é\",\"b\",\"\"]" },
		{ "[.s | splits(\" +\")]", "{\"s\":\"é  b c\"}",
		    "[\"é\",\"b\",\"c\"]" },
		{ ".s | gsub(\"(?<l>[a-zé])\"; \"<\\(.l)>\")", "{\"s\":\"éx\"}",
		    "\"<é><x>\"" },
		{ "[.s | gsub(\"(?<l>[ab])\"; \"1\\(.l)\", \"2\\(.l)\")] | "
		  "sort",
		    "{\"s\":\"éab\"}",
		    "[\"é1a1b\",\"é1a2b\",\"é2a1b\",\"é2a2b\"]" },
		{ ".s | sub(\"é\"; \"e\"; \"g\")", "{\"s\":\"é é\"}",
		    "\"e e\"" },
		{ ".s | sub(\"é\"; \"e\")", "{\"s\":\"é é\"}", "\"e é\"" },
		/* and of words, which is left to libjq: only if each is one */
		{ "[.s | match(\"x|b\"; \"g\").offset]", "{\"s\":\"éxxaéb\"}",
		    "[1,2,5]" },
		{ "[.s | match(\"x|\"; \"g\").offset]", "{\"s\":\"éxxaé\"}",
		    "[0,1,2,3,4]" },
		{ "[.s | match(\" |x\"; \"gx\").offset]", "{\"s\":\"éxxaé\"}",
		    "[0,1,2,3,4]" },
		{ "[.s | match(\"x\"; \"gl\").offset]", "{\"s\":\"éx\"}",
		    "[1]" },
		{ "[.s | match(\"x x\"; \"gx\").offset]", "{\"s\":\"éxxaxx\"}",
		    "[1,4]" },
		{ "[.s | scan(\"x\" + \"*\")] | length", "{\"s\":\"naïve xx\"}",
		    "7" },
		{ "[.s | scan(\"ve\"), scan(\"x*\")] | length",
		    "{\"s\":\"naïve xx\"}", "8" },
		{ "[.s | scan(\"xx-y\", \"ve|n\")]", "{\"s\":\"naïve xx-y\"}",
		    "[\"xx-y\",\"n\",\"ve\"]" },
		{ "[.s | splits(\"xx\")]", "{\"s\":\"éxxbxx\"}",
		    "[\"é\",\"b\",\"\"]" },
		{ ".s | gsub(\"ve|b\"; \"é\")", "{\"s\":\"éveb\"}", "\"ééé\"" },
		{ ".s | sub(\"VE\"; \"é\"; \"gi\")", "{\"s\":\"éveve\"}",
		    "\"ééé\"" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct value v;
		struct one o;
		uint32_t id;
		enum expr_result got;
		one_init(&o);
		id = one_add(&o, rows[i].expression, EXPR_VALUE);
		one_record(&o, rows[i].record);
		got = expr_value(o.ev, &o.r, id, &v);
		if (rows[i].value == NULL
			? got != EXPR_ERROR
			: got != EXPR_OK ||
			      !str_eq(v.text, str_of(rows[i].value)))
			fail_msg("%s of %s: %d %.*s", rows[i].expression,
			    rows[i].record, got,
			    got == EXPR_OK ? (int)v.text.n : 0, v.text.s);
		one_release(&o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths_against_libjq),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_blame),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_fences),
		cmocka_unit_test(test_surrogates),
		cmocka_unit_test(test_remainders),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_mended),
	};

	hash_init(abort);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("expr", tests, NULL, NULL);
}
