/*
 * The first line is an expression, the rest a record: what runs natively
 * answers as libjq does; and no expression, whatever it is, does harm.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include "base/hash.h"
#include "expr/expr.h"
#include "record/json_scan.h"
#include "record/number.h"

enum { EXPRESSION_MAX = 400 };

/* Expressions that may run for long are not interesting. */
static bool
may_loop(struct str text)
{
	static const char *const words[] = { "def", "recurse", "repeat",
		"range", "while", "until", "limit", "reduce", "foreach",
		"label", "..", "*", "walk", "combinations", "ascii", "splits",
		"env", "paths", "todate", "time", "getpath", "@", "setpath",
		"gsub", "sub(", "scan", "match", "test", "capture", "[.", "[-",
		"implode", "tojson", "fromjson", "path(" };

	for (size_t i = 0; i < LENGTH(words); i++)
		if (memmem(text.s, text.n, words[i], strlen(words[i])) != NULL)
			return true;
	return false;
}

static void
compare(struct evaluator *ev, const struct record *r, uint32_t ours,
    uint32_t theirs)
{
	struct value x, y;
	enum expr_result p = expr_value(ev, r, ours, &x);
	enum expr_result q = expr_value(ev, r, theirs, &y);

	if (p != q)
		FINDING("%d natively, %d in libjq", (int)p, (int)q);
	if (p != EXPR_OK)
		return;
	if (value_is_null(&x) ? !value_is_null(&y) : x.type != y.type)
		FINDING("another type");
	if (x.type == JSON_NUMBER &&
	    number_value(x.text) != number_value(y.text))
		FINDING("another number");
	if (x.type == JSON_STRING &&
	    !str_eq(value_string(&x, r->scratch), value_string(&y, r->scratch)))
		FINDING("another string");
}

/* Adds an expression as a value and as a condition, to be evaluated. */
static bool
add_both(struct expr_set *set, struct str text, uint32_t id[2])
{
	struct err e;

	for (int mode = 0; mode < 2; mode++) {
		if (expr_set_add(set, "fuzz", text,
			mode == 0 ? EXPR_VALUE : EXPR_CONDITION, &id[mode],
			&e) == -1)
			return false;
		expr_set_use(set, id[mode]);
	}
	return true;
}

static void
run(struct str text, struct str json)
{
	struct arena perm = { 0 }, scratch = { 0 };
	struct expr_set *set = expr_set_new(&perm);
	struct record r = { .scratch = &scratch, .serial = 1 };
	struct buf wrapped = { 0 };
	struct json_error bad;
	enum json_type type;
	uint32_t ours[2], theirs[2];
	struct err e;

	buf_cstr(&wrapped, "(");
	buf_str(&wrapped, text);
	buf_cstr(&wrapped, "\n) as $x | $x");
	if (json_check(&json, &scratch, &type, &bad) == -1 ||
	    type != JSON_OBJECT)
		goto out;
	if (!add_both(set, text, ours) ||
	    (!expr_is_native(set, ours[0]) && may_loop(text)) ||
	    !add_both(set, buf_view(&wrapped), theirs))
		goto out;
	bool native = expr_is_native(set, ours[0]);
	if (expr_set_compile(set, &e) == -1) {
		if (native)
			FINDING("native, but no jq: %s", e.msg);
		goto out;
	}
	r.line = json;
	r.fields = expr_set_fields(set);
	r.slot = calloc(r.fields->n, sizeof(*r.slot));
	if (json_scan(r.fields, r.line, r.slot, &bad) == 0) {
		struct evaluator *ev = evaluator_new(set);
		compare(ev, &r, ours[0], theirs[0]);
		int p = expr_condition(ev, &r, ours[1]);
		int q = expr_condition(ev, &r, theirs[1]);
		if (p != q)
			FINDING("condition: %d natively, %d in libjq", p, q);
		evaluator_free(ev);
	}
	free(r.slot);
out:
	buf_release(&wrapped);
	expr_set_free(set);
	arena_release(&perm);
	arena_release(&scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	const char *newline = memchr(s, '\n', size);
	static bool ready;

	if (!ready)
		hash_init(abort);
	ready = true;
	if (newline == NULL || newline - s > EXPRESSION_MAX)
		return 0;
	run((struct str){ s, (size_t)(newline - s) },
	    (struct str){ newline + 1, size - 1 - (size_t)(newline - s) });
	return 0;
}
