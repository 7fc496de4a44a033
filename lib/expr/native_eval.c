/* Running a native expression (native.h). */
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "expr/jq.h"
#include "expr/native_tree.h"
#include "record/number.h"

/* Whole numbers beyond are not all there in a double. */
static const double exact = 9007199254740992.0;

/* What an expression is run on. */
struct scope {
	const struct record *record;
	const struct term *current; /* NULL: the record itself */
};

static enum native_result
eval(const struct native *, const struct scope *, struct term *);

static struct term
of_type(enum json_type type)
{
	return (struct term){ .type = type,
		.form = TERM_SPAN,
		.span = { str_of(type == JSON_TRUE    ? "true"
				 : type == JSON_FALSE ? "false"
						      : "null"),
		    type, false } };
}

static struct term
of_bool(bool x)
{
	return of_type(x ? JSON_TRUE : JSON_FALSE);
}

static struct term
of_number(double x)
{
	return (struct term){
		.type = JSON_NUMBER, .form = TERM_NUMBER, .number = x
	};
}

static struct term
of_string(struct str s)
{
	return (struct term){
		.type = JSON_STRING, .form = TERM_STRING, .string = s
	};
}

static bool
is_null(const struct term *t)
{
	return t->type <= JSON_NULL;
}

static bool
is_true(const struct term *t)
{
	return t->type > JSON_FALSE;
}

static double
number_of(const struct term *t)
{
	return t->form == TERM_NUMBER ? t->number : number_value(t->span.text);
}

static struct str
string_of(const struct term *t, const struct scope *s)
{
	return t->form == TERM_STRING
		   ? t->string
		   : value_string(&t->span, s->record->scratch);
}

/* A number that libjq might hold as infinite. */
static bool
is_huge(double x)
{
	return !(fabs(x) < 1e300);
}

/* jq's order of two values; NATIVE_UNSURE for what takes a closer look. */
static enum native_result
compare(const struct term *a, const struct term *b, const struct scope *s,
    int *order)
{
	enum json_type x = is_null(a) ? JSON_NULL : a->type;
	enum json_type y = is_null(b) ? JSON_NULL : b->type;

	*order = (int)x - (int)y;
	if (x != y)
		return NATIVE_VALUE;
	if (x == JSON_NUMBER) {
		double p = number_of(a), q = number_of(b);
		if (is_huge(p) || is_huge(q))
			return NATIVE_UNSURE;
		*order = (p > q) - (p < q);
	} else if (x == JSON_STRING) {
		*order = str_cmp(string_of(a, s), string_of(b, s));
	} else if (x >= JSON_ARRAY) {
		return NATIVE_UNSURE;
	}
	return NATIVE_VALUE;
}

static bool
comparison_holds(enum native_op op, int order)
{
	switch (op) {
	case OP_EQUAL: return order == 0;
	case OP_UNEQUAL: return order != 0;
	case OP_LESS: return order < 0;
	case OP_LESS_EQUAL: return order <= 0;
	case OP_GREATER: return order > 0;
	default: return order >= 0;
	}
}

/* The value of a path, if the scanner found it there; else NULL. */
static const struct value *
found(const struct native *n, const struct scope *s)
{
	const struct value *v = &s->record->slot[n->last];

	return v->type != JSON_ABSENT ? v : NULL;
}

static enum native_result
eval_path(const struct native *n, const struct scope *s, struct term *out)
{
	const struct value *v = found(n, s);

	out->form = TERM_SPAN;
	if (v != NULL) {
		out->span = *v;
		out->type = v->type;
		return NATIVE_VALUE;
	}
	switch (path_lookup(&n->path, n->node, s->record->slot, &out->span)) {
	case PATH_VALUE: out->type = out->span.type; return NATIVE_VALUE;
	case PATH_EMPTY: return NATIVE_EMPTY;
	default: return NATIVE_ERROR;
	}
}

static struct term
current(const struct scope *s)
{
	struct term t = { .type = JSON_OBJECT, .form = TERM_SPAN };

	if (s->current != NULL)
		return *s->current;
	t.span = s->record->slot[0];
	t.type = t.span.type;
	return t;
}

/* Both operands, the right one first: that is libjq's order. */
static enum native_result
eval_both(const struct native *n, const struct scope *s, struct term *a,
    struct term *b)
{
	enum native_result r = eval(n->right, s, b);

	return r == NATIVE_VALUE ? eval(n->left, s, a) : r;
}

static enum native_result
eval_compare(const struct native *n, const struct scope *s, struct term *out)
{
	struct term a, b;
	enum native_result r;
	int order;

	if ((r = eval_both(n, s, &a, &b)) != NATIVE_VALUE ||
	    (r = compare(&a, &b, s, &order)) != NATIVE_VALUE)
		return r;
	*out = of_bool(comparison_holds(n->op, order));
	return NATIVE_VALUE;
}

/* Of numbers; null is the neutral one of a sum; the rest is libjq's. */
static enum native_result
eval_arithmetic(const struct native *n, const struct scope *s, struct term *out)
{
	struct term a, b;
	enum native_result r = eval_both(n, s, &a, &b);
	double x, y;

	if (r != NATIVE_VALUE)
		return r;
	if (n->op == OP_ADD && (is_null(&a) || is_null(&b))) {
		*out = is_null(&a) ? b : a;
		return NATIVE_VALUE;
	}
	if (a.type != JSON_NUMBER || b.type != JSON_NUMBER)
		return NATIVE_UNSURE;
	x = number_of(&a);
	y = number_of(&b);
	if (is_huge(x) || is_huge(y))
		return NATIVE_UNSURE;
	switch (n->op) {
	case OP_ADD: x += y; break;
	case OP_SUBTRACT: x -= y; break;
	case OP_MULTIPLY: x *= y; break;
	case OP_DIVIDE:
		if (y == 0)
			return NATIVE_ERROR;
		x /= y;
		break;
	default:
		if (!(x >= 0 && x < exact && y >= 0 && y < exact))
			return NATIVE_UNSURE;
		if ((uint64_t)y == 0)
			return NATIVE_ERROR;
		x = (double)((uint64_t)x % (uint64_t)y);
	}
	if (is_huge(x))
		return NATIVE_UNSURE;
	*out = of_number(x);
	return NATIVE_VALUE;
}

static enum native_result
eval_logic(const struct native *n, const struct scope *s, struct term *out)
{
	struct term t;
	enum native_result r = eval(n->left, s, &t);

	if (r == NATIVE_VALUE && is_true(&t) == (n->op == OP_AND))
		r = eval(n->right, s, &t);
	if (r == NATIVE_VALUE)
		*out = of_bool(is_true(&t));
	return r;
}

static enum native_result
eval_length(const struct scope *s, struct term *out)
{
	struct term t = current(s);

	switch (t.type) {
	case JSON_ABSENT:
	case JSON_NULL: *out = of_number(0); return NATIVE_VALUE;
	case JSON_NUMBER:
		*out = of_number(fabs(number_of(&t)));
		return is_huge(out->number) ? NATIVE_UNSURE : NATIVE_VALUE;
	case JSON_STRING:
		*out = of_number((double)utf8_count(string_of(&t, s)));
		return NATIVE_VALUE;
	case JSON_ARRAY:
	case JSON_OBJECT: return NATIVE_UNSURE;
	default: return NATIVE_ERROR;
	}
}

static enum native_result
eval_case(const struct native *n, const struct scope *s, struct term *out)
{
	struct term t = current(s);
	char first = n->op == OP_DOWNCASE ? 'A' : 'a', *to;
	struct str from;

	if (t.type != JSON_STRING)
		return NATIVE_ERROR;
	from = string_of(&t, s);
	to = arena_new(s->record->scratch, char, from.n + 1);
	for (size_t i = 0; i < from.n; i++) {
		char c = from.s[i];
		to[i] = c >= first && c <= first + 25 ? (char)(c ^ 0x20) : c;
	}
	*out = of_string((struct str){ to, from.n });
	return NATIVE_VALUE;
}

/* The builtins that look for a literal in a string. */
static enum native_result
eval_search(const struct native *n, const struct scope *s, struct term *out)
{
	struct term t = current(s);
	struct str in, what = n->literal[0].string;
	const char *at = NULL;

	if (t.type != JSON_STRING)
		return n->op == OP_INDEX ? NATIVE_UNSURE : NATIVE_ERROR;
	in = string_of(&t, s);
	switch (n->op) {
	case OP_STARTSWITH: *out = of_bool(str_has_prefix(in, what)); break;
	case OP_ENDSWITH:
		*out = of_bool(in.n >= what.n && memcmp(in.s + in.n - what.n,
						     what.s, what.n) == 0);
		break;
	case OP_CONTAINS:
		if (memchr(in.s, '\0', in.n) != NULL)
			return NATIVE_UNSURE;
		*out = of_bool(memmem(in.s, in.n, what.s, what.n) != NULL);
		break;
	case OP_INDEX:
		at = memmem(in.s, in.n, what.s, what.n);
		*out = at == NULL ? of_type(JSON_NULL)
				  : of_number((double)(at - in.s));
		break;
	default: /* OP_TEST */
		for (size_t i = 0; at == NULL && i < n->nliteral; i++)
			at = memmem(in.s, in.n, n->literal[i].string.s,
			    n->literal[i].string.n);
		*out = of_bool(at != NULL);
	}
	return NATIVE_VALUE;
}

static enum native_result
eval_in(const struct native *n, const struct scope *s, struct term *out)
{
	struct term t = current(s);
	bool any = false;
	int order;

	for (size_t i = 0; i < n->nliteral && !any; i++) {
		if (compare(&t, &n->literal[i], s, &order) == NATIVE_UNSURE)
			return NATIVE_UNSURE;
		any = order == 0;
	}
	*out = of_bool(any);
	return NATIVE_VALUE;
}

/* The path is that of the key; its parent must be able to have one. */
static enum native_result
eval_has(const struct native *n, const struct scope *s, struct term *out)
{
	struct native parent = *n;
	enum native_result r;
	struct term t;

	parent.path.n--;
	parent.last = parent.path.n == 0 ? 0 : n->node[parent.path.n - 1];
	if ((r = eval_path(&parent, s, &t)) != NATIVE_VALUE)
		return r;
	if (!is_null(&t) && t.type != JSON_OBJECT)
		return NATIVE_ERROR;
	*out = of_bool(!is_null(&t) && found(n, s) != NULL);
	return NATIVE_VALUE;
}

static enum native_result
eval_flow(const struct native *n, const struct scope *s, struct term *out)
{
	struct scope behind = { s->record, NULL };
	enum native_result r;
	struct term t;

	if ((r = eval(n->left, s, &t)) == NATIVE_UNSURE)
		return r;
	switch (n->op) {
	case OP_ALTERNATIVE:
		if (r == NATIVE_ERROR)
			return r;
		if (r == NATIVE_EMPTY || !is_true(&t))
			return eval(n->right, s, out);
		break;
	case OP_TRY:
		if (r == NATIVE_ERROR)
			return NATIVE_EMPTY;
		break;
	case OP_IF:
		if (r != NATIVE_VALUE)
			return r;
		return eval(is_true(&t) ? n->right : n->third, s, out);
	case OP_SELECT:
		if (r != NATIVE_VALUE || !is_true(&t))
			return r == NATIVE_VALUE ? NATIVE_EMPTY : r;
		t = current(s);
		break;
	default: /* OP_PIPE */
		if (r != NATIVE_VALUE)
			return r;
		behind.current = &t;
		return eval(n->right, &behind, out);
	}
	*out = t;
	return r;
}

static enum native_result
eval(const struct native *n, const struct scope *s, struct term *out)
{
	struct term t;

	switch (n->op) {
	case OP_PATH: return eval_path(n, s, out);
	case OP_CURRENT: *out = current(s); return NATIVE_VALUE;
	case OP_LITERAL: *out = n->literal[0]; return NATIVE_VALUE;
	case OP_EQUAL:
	case OP_UNEQUAL:
	case OP_LESS:
	case OP_LESS_EQUAL:
	case OP_GREATER:
	case OP_GREATER_EQUAL: return eval_compare(n, s, out);
	case OP_AND:
	case OP_OR: return eval_logic(n, s, out);
	case OP_ADD:
	case OP_SUBTRACT:
	case OP_MULTIPLY:
	case OP_DIVIDE:
	case OP_MODULO: return eval_arithmetic(n, s, out);
	case OP_ALTERNATIVE:
	case OP_PIPE:
	case OP_IF:
	case OP_TRY:
	case OP_SELECT: return eval_flow(n, s, out);
	case OP_NOT:
		t = current(s);
		*out = of_bool(!is_true(&t));
		return NATIVE_VALUE;
	case OP_TYPE:
		t = current(s);
		*out = of_string(str_of(json_type_name(t.type)));
		return NATIVE_VALUE;
	case OP_LENGTH: return eval_length(s, out);
	case OP_DOWNCASE:
	case OP_UPCASE: return eval_case(n, s, out);
	case OP_HAS: return eval_has(n, s, out);
	case OP_IN: return eval_in(n, s, out);
	default: return eval_search(n, s, out);
	}
}

/* Of a path that leads nowhere: because an object on it has no such key. */
static bool
is_missing(const struct native *n, const struct record *r)
{
	size_t i = n->path.n - 1;

	while (i > 0 && r->slot[n->node[i - 1]].type == JSON_ABSENT)
		i--;
	return !n->path.step[i].is_index &&
	       r->slot[i == 0 ? 0 : n->node[i - 1]].type == JSON_OBJECT;
}

/*
 * In jq 1.6 a ? also catches what fails behind it, as in .a? | error: where
 * both are in play libjq has the last word.
 */
static enum native_result
run(const struct native *n, const struct scope *s, struct term *out)
{
	enum native_result r = eval(n, s, out);

	return r == NATIVE_ERROR && n->tries ? NATIVE_UNSURE : r;
}

enum native_result
native_truth(const struct native *n, const struct record *record, bool *truth)
{
	struct scope s = { record, NULL };
	struct term t;
	enum native_result r;

	r = run(n, &s, &t);
	*truth = r == NATIVE_VALUE && is_true(&t);
	return r;
}

/* What was computed, as JSON text. */
static void
to_value(const struct term *t, const struct record *r, struct value *out)
{
	struct buf text = { 0 };

	*out = (struct value){ .type = t->type };
	if (t->form == TERM_SPAN) {
		*out = t->span;
		return;
	}
	if (t->form == TERM_NUMBER) {
		out->text = jq_number_text(t->number, r->scratch);
		return;
	}
	buf_json_string(&text, t->string);
	out->text = arena_str(r->scratch, buf_view(&text));
	out->escaped = memchr(out->text.s, '\\', out->text.n) != NULL;
	buf_release(&text);
}

enum native_result
native_eval(
    const struct native *n, const struct record *record, struct value *out)
{
	struct scope s = { record, NULL };
	struct term t;
	enum native_result r;

	if (n->op == OP_PATH) {
		*out = record->slot[n->last];
		if (out->type != JSON_ABSENT || is_missing(n, record)) {
			if (out->type == JSON_ABSENT)
				out->text = STR("null");
			return NATIVE_VALUE;
		}
	}
	r = run(n, &s, &t);
	if (r == NATIVE_VALUE)
		to_value(&t, record, out);
	return r;
}
