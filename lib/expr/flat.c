/* Conditions as lists of tests (flat.h). */
#include <math.h>
#include <string.h>

#include "expr/flat_test.h"
#include "record/number.h"

static uint8_t
holds_of(enum native_op op)
{
	switch (op) {
	case OP_EQUAL: return EQUAL;
	case OP_UNEQUAL: return BELOW | ABOVE;
	case OP_LESS: return BELOW;
	case OP_LESS_EQUAL: return BELOW | EQUAL;
	case OP_GREATER: return ABOVE;
	default: return ABOVE | EQUAL;
	}
}

static bool
is_negation(const struct native *n)
{
	return n->op == OP_PIPE && n->right->op == OP_NOT;
}

static bool
is_path(const struct native *n)
{
	return n->op == OP_PATH && n->path.n > 0;
}

/* How many tests it is; 0 if it is something else. */
static size_t
count(const struct native *n)
{
	size_t left, right;

	if (n->op == OP_AND || n->op == OP_OR) {
		left = count(n->left);
		right = left == 0 ? 0 : count(n->right);
		return right == 0 ? 0 : left + right;
	}
	if (is_negation(n))
		return count(n->left);
	if (n->op >= OP_EQUAL && n->op <= OP_GREATER_EQUAL)
		return is_path(n->left) && n->right->op == OP_LITERAL &&
		       n->right->literal[0].type < JSON_ARRAY;
	return is_path(n);
}

static void
set_path(struct flat_test *t, const struct native *path)
{
	size_t n = path->path.n;

	t->node = path->last;
	t->above = path->path.step[n - 1].is_index ? FIELD_NONE
		   : n == 1                        ? 0
						   : path->node[n - 2];
}

static void
set_literal(struct flat_test *t, const struct term *literal)
{
	size_t n;

	t->type = literal->type;
	if (literal->type == JSON_NUMBER)
		t->number = literal->number;
	if (literal->type != JSON_STRING)
		return;
	t->string = literal->string;
	n = t->string.n < 8 ? t->string.n : 8;
	memcpy(&t->first, t->string.s, n);
	memset(&t->mask, 0xff, n);
}

/* Puts it from test `at` on; the tests of `a and b` are a's, then b's. */
static void
put(struct flat *f, const struct native *n, size_t at, size_t yes, size_t no)
{
	struct flat_test *t = &f->test[at];
	size_t second;

	if (n->op == OP_AND || n->op == OP_OR) {
		second = at + count(n->left);
		if (n->op == OP_AND)
			put(f, n->left, at, second, no);
		else
			put(f, n->left, at, yes, second);
		put(f, n->right, second, yes, no);
		return;
	}
	if (is_negation(n)) {
		put(f, n->left, at, no, yes);
		return;
	}
	t->yes = (uint8_t)yes;
	t->no = (uint8_t)no;
	set_path(t, n->op == OP_PATH ? n : n->left);
	if (n->op == OP_PATH)
		return; /* TRUTH */
	t->holds = holds_of(n->op);
	set_literal(t, &n->right->literal[0]);
	t->kind = t->type == JSON_NUMBER ? NUMBER
		  : t->type == JSON_STRING &&
			  (n->op == OP_EQUAL || n->op == OP_UNEQUAL)
		      ? SAME_STRING
		      : OTHER;
}

struct flat *
flat_compile(const struct native *n, struct arena *a)
{
	size_t tests = count(n);
	struct flat *f;

	if (tests == 0 || tests > FLAT_MOST)
		return NULL;
	f = arena_alloc(
	    a, 1, offsetof(struct flat, test) + tests * sizeof(f->test[0]));
	f->n = tests;
	put(f, n, 0, GO_TRUE, GO_FALSE);
	return f;
}

bool
flat_leads_to_null(uint32_t above, const struct record *r)
{
	uint32_t i = above;

	if (i == FIELD_NONE)
		return false;
	while (r->slot[i].type == JSON_ABSENT) {
		if (r->fields->node[i].is_index)
			return false;
		i = r->fields->node[i].parent;
	}
	return r->slot[i].type == JSON_OBJECT || r->slot[i].type == JSON_NULL;
}

/* How x lies to the literal. */
static inline unsigned
lies(double x, double literal)
{
	return (x < literal ? BELOW : 0U) | (x == literal ? EQUAL : 0U) |
	       (x > literal ? ABOVE : 0U);
}

/* Any test of any value: 1, 0, -1. */
static int
one_test(const struct flat_test *t, const struct record *r, struct memo *memo)
{
	const struct value *v = &r->slot[t->node];
	struct memo *m = &memo[t->node];
	enum json_type type = v->type;

	if (type == JSON_ABSENT) {
		if (!flat_leads_to_null(t->above, r))
			return -1;
		type = JSON_NULL;
	}
	if (t->kind == TRUTH)
		return type > JSON_FALSE;
	if (type != t->type)
		return flat_other_type(t, type);
	if (type == JSON_NUMBER) {
		double x = number_value(v->text);
		if (!(fabs(x) < 1e300))
			return -1; /* libjq might hold it as infinite */
		m->serial = r->serial;
		m->number = x;
		return (t->holds & lies(x, t->number)) != 0;
	}
	if (type != JSON_STRING)
		return (t->holds & EQUAL) != 0;
	if (t->kind != SAME_STRING || v->escaped)
		return -1;
	return (v->text.n == t->string.n + 2 &&
		   memcmp(v->text.s + 1, t->string.s, t->string.n) == 0) ==
	       (t->holds == EQUAL);
}

/* At once where the value is what is expected, or else by one_test(). */
static inline int
quick_test(const struct flat_test *t, const struct value *v,
    const struct record *r, struct memo *memo)
{
	uint64_t first;
	bool is;

	switch ((enum flat_kind)t->kind) {
	case TRUTH:
		if (v->type != JSON_ABSENT)
			return v->type > JSON_FALSE;
		break;
	case NUMBER:
		if (v->type != JSON_NUMBER)
			break;
		if (memo[t->node].serial != r->serial) {
			double x = number_value(v->text);
			if (!(fabs(x) < 1e300))
				return -1; /* see one_test() */
			memo[t->node] = (struct memo){ r->serial, x };
		}
		return (t->holds & lies(memo[t->node].number, t->number)) != 0;
	case SAME_STRING:
		if (v->type != JSON_STRING || v->escaped)
			break;
		memcpy(&first, v->text.s + 1, sizeof(first));
		is = (v->text.n == t->string.n + 2) &
		     ((first & t->mask) == t->first);
		if (__builtin_expect((t->string.n > sizeof(first)) & is, 0))
			break;
		return is == (t->holds == EQUAL);
	case OTHER:
		if (v->type == JSON_ABSENT || t->type != JSON_NULL)
			break;
		return (t->holds & (v->type == JSON_NULL ? EQUAL : ABOVE)) != 0;
	}
	return one_test(t, r, memo);
}

/* A test after another, as far as it takes. */
int
flat_truth(const struct flat *f, const struct record *r, struct memo *memo)
{
	size_t i = 0;

	do {
		const struct flat_test *t = &f->test[i];
		int is = quick_test(t, &r->slot[t->node], r, memo);
		if (is == -1)
			return -1;
		i = is ? t->yes : t->no;
	} while (i < GO_FALSE);
	return i == GO_TRUE;
}
