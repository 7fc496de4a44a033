/* Conditions as lists of tests (flat.h). */
#include <math.h>
#include <string.h>

#include "expr/flat.h"
#include "record/number.h"

enum { FLAT_MOST = 64 }; /* tests of one condition */

/* Where to go on: a test, or the answer. */
enum { GO_FALSE = FLAT_MOST, GO_TRUE };

/* How a value may lie to the literal; a set. */
enum { BELOW = 1, EQUAL = 2, ABOVE = 4 };

enum kind {
	TRUTH, /* the path's own */
	NUMBER, /* compared with a number */
	SAME_STRING, /* with a string, equal or not */
	OTHER, /* with what else there is */
};

struct flat_test {
	uint32_t node; /* of the path */
	uint32_t above; /* of the object that would have it; or FIELD_NONE */
	uint8_t kind; /* enum kind */
	uint8_t holds; /* BELOW | EQUAL | ABOVE */
	uint8_t yes, no; /* where to go on */
	enum json_type type; /* of the literal */
	double number;
	struct str string; /* unescaped */
	uint64_t first, mask; /* of its first eight bytes */
};

struct flat {
	struct flat_test test[FLAT_MOST];
};

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
	f = arena_alloc(a, tests, sizeof(f->test[0]));
	put(f, n, 0, GO_TRUE, GO_FALSE);
	return f;
}

/* Not escaped, so that its bytes are what it says; some are behind it. */
static inline bool
is_string(const struct value *v, const struct flat_test *t)
{
	uint64_t first;

	if (v->text.n != t->string.n + 2)
		return false;
	memcpy(&first, v->text.s + 1, sizeof(first));
	if ((first & t->mask) != t->first)
		return false;
	return t->string.n <= 8 ||
	       memcmp(v->text.s + 9, t->string.s + 8, t->string.n - 8) == 0;
}

/* Of a path that leads nowhere: an object, or null, on it has no such key. */
static bool
leads_to_null(const struct flat_test *t, const struct record *r)
{
	uint32_t i = t->above;

	if (i == FIELD_NONE)
		return false;
	while (r->slot[i].type == JSON_ABSENT) {
		if (r->fields->node[i].is_index)
			return false;
		i = r->fields->node[i].parent;
	}
	return r->slot[i].type == JSON_OBJECT || r->slot[i].type == JSON_NULL;
}

/* How the number at a node lies to the literal; 0 takes a closer look. */
static inline int
number_lies(const struct flat_test *t, const struct value *v,
    const struct record *r, struct memo *memo)
{
	struct memo *m = &memo[t->node];
	double x = m->number;

	if (m->serial != r->serial) {
		m->serial = r->serial;
		m->number = x = number_value(v->text);
	}
	if (__builtin_expect(!(fabs(x) < 1e300), 0))
		return 0; /* libjq might hold it as infinite */
	return x < t->number ? BELOW : x > t->number ? ABOVE : EQUAL;
}

/* Any test of any value: 1, 0, -1. */
static int
long_way(const struct flat_test *t, const struct record *r, struct memo *memo)
{
	const struct value *v = &r->slot[t->node];
	enum json_type type = v->type;
	int lies = EQUAL;

	if (type == JSON_ABSENT) {
		if (!leads_to_null(t, r))
			return -1;
		type = JSON_NULL;
	}
	if (t->kind == TRUTH)
		return type > JSON_FALSE;
	if (type != t->type)
		return (t->holds & (type < t->type ? BELOW : ABOVE)) != 0;
	if (type == JSON_NUMBER)
		lies = number_lies(t, v, r, memo);
	else if (type == JSON_STRING)
		return -1; /* escapes, or the order of two */
	return lies == 0 ? -1 : (t->holds & lies) != 0;
}

/* 1, 0, -1 of one test: at once where the value is what is expected. */
static inline int
truth(const struct flat_test *t, const struct record *r, struct memo *memo)
{
	const struct value *v = &r->slot[t->node];
	int lies;

	switch ((enum kind)t->kind) {
	case TRUTH:
		if (v->type != JSON_ABSENT)
			return v->type > JSON_FALSE;
		break;
	case NUMBER:
		if (v->type == JSON_NUMBER &&
		    (lies = number_lies(t, v, r, memo)) != 0)
			return (t->holds & lies) != 0;
		break;
	case SAME_STRING:
		if (v->type == JSON_STRING && !v->escaped)
			return is_string(v, t) == (t->holds == EQUAL);
		break;
	case OTHER: break;
	}
	return long_way(t, r, memo);
}

int
flat_truth(const struct flat *f, const struct record *r, struct memo *memo)
{
	size_t i = 0;

	do {
		int is = truth(&f->test[i], r, memo);
		if (is == -1)
			return -1;
		i = is ? f->test[i].yes : f->test[i].no;
	} while (i < GO_FALSE);
	return i == GO_TRUE;
}
