/* jq expressions: the set and where each of them runs (expr.h). */
#include <assert.h>
#include <stdlib.h>

#include "expr/expr.h"
#include "expr/batch.h"
#include "expr/guard.h"
#include "expr/jq.h"
#include "expr/mend.h"
#include "expr/native.h"

#define NO_PLACE UINT32_MAX
enum { NAMED = 4 }; /* expressions in a message, at most */

/*
 * Two programs for libjq: of the expressions that need it, and of those that
 * are native, for the records that native.h is not sure of; the second is
 * compiled when the first such record comes.
 */
enum side { LIBJQ, NATIVE, SIDES };

struct expr {
	struct str text;
	const char *where;
	enum expr_mode mode;
	bool used;
	struct native *native; /* NULL: it is libjq's */
	struct flat *flat; /* the same as tests; NULL: it is more */
	uint32_t place; /* among the results of its side's program, if used */
};

struct expr_set {
	struct arena *arena;
	struct expr *expr;
	size_t n, cap;
	struct fields fields;
	uint32_t nplace[SIDES]; /* used ones */
	const char *program; /* text of LIBJQ's, NULL if none is used */
	const char *names[SIDES]; /* of its expressions, to a person */
	struct jq_program *spare; /* compiled for the check, not yet taken */
};

struct side_run {
	struct jq_program *jq; /* NULL: not yet compiled */
	uint64_t serial; /* of the record it last ran on */
	const struct overlay *overlay; /* that it had then */
	bool failed;
};

struct evaluator_rest {
	const struct expr_set *set;
	struct side_run run[SIDES];
};

struct expr_set *
expr_set_new(struct arena *permanent)
{
	struct expr_set *s = arena_new(permanent, struct expr_set, 1);

	s->arena = permanent;
	fields_init(&s->fields, permanent);
	return s;
}

void
expr_set_free(struct expr_set *s)
{
	if (s == NULL)
		return;
	jq_program_free(s->spare);
	free(s->expr);
	fields_release(&s->fields);
}

int
expr_set_add(struct expr_set *s, const char *where, struct str text,
    enum expr_mode mode, uint32_t *id, struct err *e)
{
	struct expr x = { .where = where, .mode = mode, .place = NO_PLACE };

	if (expr_guard(text, e) == -1)
		return err_prefix(e, "%s", where);
	x.text = arena_str(s->arena, text);
	x.native = native_compile(x.text, s->arena);
	VEC_ROOM(s->expr, s->n, s->cap);
	s->expr[s->n] = x;
	*id = (uint32_t)s->n++;
	return 0;
}

static enum side
side_of(const struct expr *x)
{
	return x->native != NULL ? NATIVE : LIBJQ;
}

void
expr_set_use(struct expr_set *s, uint32_t id)
{
	struct expr *x = &s->expr[id];

	if (x->used)
		return;
	x->used = true;
	x->place = s->nplace[side_of(x)]++;
	if (x->native != NULL)
		native_use(x->native, &s->fields);
	if (x->native != NULL && x->mode == EXPR_CONDITION)
		x->flat = flat_compile(x->native, s->arena);
}

int
expr_set_want(struct expr_set *s, const char *text, enum expr_mode mode,
    uint32_t *id, struct err *e)
{
	if (expr_set_add(s, text, str_of(text), mode, id, e) == -1)
		return -1;
	expr_set_use(s, *id);
	return 0;
}

int
expr_set_want_all(struct expr_set *s, const char *const *text, size_t n,
    uint32_t *id, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (expr_set_want(s, text[i], EXPR_VALUE, &id[i], e) == -1)
			return -1;
	return 0;
}

/*
 * The text for libjq: every expression a function, those in use called, each
 * in a fence of its own.  The others are named in a branch that is never
 * taken, because libjq looks no further into what nothing refers to.
 *   first, last  of the expressions; all others are left out
 */
static void
write_program(const struct expr_set *s, enum side side, size_t first,
    size_t last, struct buf *out)
{
	const char *comma = "";
	struct buf all = { 0 };

	for (size_t i = first; i < last; i++)
		if (side_of(&s->expr[i]) == side)
			buf_str(&all, s->expr[i].text);
	mend(buf_view(&all), out);
	buf_release(&all);
	for (size_t i = first; i < last; i++)
		if (side_of(&s->expr[i]) == side) {
			buf_printf(out, "def __hitl%zu: (", i);
			buf_str(out, s->expr[i].text);
			buf_cstr(out, "\n);\n");
		}
	buf_cstr(out, "if true then [");
	for (uint32_t place = 0; place < s->nplace[side]; place++)
		for (size_t i = first; i < last; i++) {
			const struct expr *x = &s->expr[i];
			if (side_of(x) != side || !x->used || x->place != place)
				continue;
			buf_printf(out,
			    x->mode == EXPR_VALUE
				? "%s(try [first(__hitl%zu)] catch null)"
				: "%s(try [first(__hitl%zu | select(.) | "
				  "true)] "
				  "catch null)",
			    comma, i);
			comma = ",";
		}
	buf_cstr(out, "] else empty");
	for (size_t i = first; i < last; i++)
		if (side_of(&s->expr[i]) == side)
			buf_printf(out, ", __hitl%zu", i);
	buf_cstr(out, " end");
	buf_char(out, '\0');
}

/* "where", or "one of where, where or 3 others". */
static const char *
names(const struct expr_set *s, enum side side)
{
	struct buf list = { 0 };
	const char *text;
	uint32_t n = 0;

	buf_cstr(&list, s->nplace[side] > 1 ? "one of " : "");
	for (size_t i = 0; i < s->n && n < NAMED; i++)
		if (side_of(&s->expr[i]) == side && s->expr[i].used) {
			buf_cstr(&list, n++ == 0 ? "" : ", ");
			buf_cstr(&list, s->expr[i].where);
		}
	if (s->nplace[side] > n)
		buf_printf(&list, " or %u others", s->nplace[side] - n);
	text = arena_cstr(s->arena, buf_view(&list));
	buf_release(&list);
	return text;
}

/* Whether libjq compiles the text. */
static bool
compiles(struct buf *text, struct err *e)
{
	struct jq_program *p;

	buf_char(text, '\0');
	p = jq_program_new(text->s, e);
	jq_program_free(p);
	buf_release(text);
	return p != NULL;
}

/*
 * libjq refused the whole: finds which expression it was.  First as its
 * author wrote it, so that nothing is told of what stands around it.
 */
static int
blame(const struct expr_set *s, struct err *e)
{
	struct err whole = *e;

	for (size_t i = 0; i < s->n; i++) {
		struct buf bare = { 0 }, text = { 0 };
		if (side_of(&s->expr[i]) != LIBJQ)
			continue;
		mend(s->expr[i].text, &bare);
		buf_str(&bare, s->expr[i].text);
		write_program(s, LIBJQ, i, i + 1, &text);
		if (!compiles(&bare, e)) {
			buf_release(&text);
			return err_prefix(e, "%s", s->expr[i].where);
		}
		if (!compiles(&text, e))
			return err_set(e, STATUS_USAGE,
			    "%s: is not one expression", s->expr[i].where);
	}
	*e = whole;
	return -1;
}

int
expr_set_compile(struct expr_set *s, struct err *e)
{
	struct buf text = { 0 };
	struct jq_program *p;
	bool any = false;

	for (size_t i = 0; i < s->n; i++)
		any |= side_of(&s->expr[i]) == LIBJQ;
	for (enum side side = 0; side < SIDES; side++)
		s->names[side] = names(s, side);
	if (!any)
		return 0;
	write_program(s, LIBJQ, 0, s->n, &text);
	p = jq_program_new(text.s, e);
	if (p != NULL && s->nplace[LIBJQ] > 0) {
		s->program = arena_cstr(s->arena, buf_view(&text));
		s->spare = p; /* compiling takes milliseconds */
	} else {
		jq_program_free(p);
	}
	buf_release(&text);
	return p == NULL ? blame(s, e) : 0;
}

bool
expr_set_needs_libjq(const struct expr_set *s)
{
	return s->program != NULL;
}

struct fields *
expr_set_fields(struct expr_set *s)
{
	return &s->fields;
}

bool
expr_is_native(const struct expr_set *s, uint32_t id)
{
	return s->expr[id].native != NULL;
}

struct str
expr_text(const struct expr_set *s, uint32_t id)
{
	return s->expr[id].text;
}

struct batch *
expr_batch_new(struct expr_set *s, const uint32_t *id, size_t n)
{
	const struct flat *list[64];

	assert(n <= 64);
	for (size_t i = 0; i < n; i++)
		list[i] = s->expr[id[i]].flat;
	return batch_compile(list, n, s->arena);
}

uint64_t
expr_batch_test(struct evaluator *v, const struct batch *b,
    const struct record *r, uint64_t *unsure)
{
	return batch_truth(b, r, v->memo, unsure);
}

struct evaluator *
evaluator_new(struct expr_set *s)
{
	struct evaluator *v = calloc(1, sizeof(*v));
	struct evaluator_rest *rest = calloc(1, sizeof(*rest));
	struct expr_plain *plain = malloc((s->n + 1) * sizeof(*plain));
	struct memo *memo = calloc(s->fields.n + 1, sizeof(*memo));
	struct err e;

	if (v == NULL || rest == NULL || plain == NULL || memo == NULL)
		memory_exhausted();
	for (size_t i = 0; i < s->n; i++) {
		plain[i] = (struct expr_plain){ FIELD_NONE, FIELD_NONE,
			s->expr[i].flat };
		if (s->expr[i].used && s->expr[i].native != NULL)
			native_plain_path(
			    s->expr[i].native, &plain[i].node, &plain[i].above);
	}
	rest->set = s;
	*v = (struct evaluator){ plain, memo, rest };
	if (s->program != NULL) {
		rest->run[LIBJQ].jq = s->spare != NULL
					  ? s->spare
					  : jq_program_new(s->program, &e);
		s->spare = NULL;
		assert(rest->run[LIBJQ].jq != NULL); /* it compiled before */
		jq_program_name(rest->run[LIBJQ].jq, s->names[LIBJQ]);
	}
	return v;
}

void
evaluator_free(struct evaluator *v)
{
	if (v == NULL)
		return;
	for (int i = 0; i < SIDES; i++)
		jq_program_free(v->rest->run[i].jq);
	free((void *)(uintptr_t)v->plain);
	free(v->memo);
	free(v->rest);
	free(v);
}

void
expr_set_explain(const struct expr_set *s, struct buf *out)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct expr *x = &s->expr[i];
		if (!x->used || str_eq(x->text, str_of(x->where)))
			continue;
		buf_printf(out, "%s\t%s\t",
		    x->native != NULL ? "native" : "libjq", x->where);
		buf_str(out, str_trim(x->text));
		buf_char(out, '\n');
	}
}

/* What libjq says to it; its side's program runs once a record. */
static enum expr_result
ask_libjq(struct evaluator_rest *v, const struct record *r,
    const struct expr *x, struct value *out)
{
	struct side_run *run = &v->run[side_of(x)];
	struct buf text = { 0 };
	struct err e;

	if (run->jq == NULL) {
		write_program(v->set, side_of(x), 0, v->set->n, &text);
		run->jq = jq_program_new(text.s, &e);
		assert(run->jq != NULL); /* native is a part of jq */
		jq_program_name(run->jq, v->set->names[side_of(x)]);
		buf_release(&text);
	}
	if (run->serial != r->serial || run->overlay != r->overlay) {
		run->serial = r->serial;
		run->overlay = r->overlay;
		run->failed = jq_program_run(run->jq, r) == -1;
	}
	if (run->failed)
		return EXPR_ERROR;
	return jq_program_result(run->jq, x->place, r->scratch, out);
}

enum expr_result
expr_evaluate(
    struct evaluator *v, const struct record *r, uint32_t id, struct value *out)
{
	const struct expr *x = &v->rest->set->expr[id];

	assert(x->used);
	*out = (struct value){ .text = STR("null"), .type = JSON_NULL };
	if (x->native != NULL)
		switch (native_eval(x->native, r, out)) {
		case NATIVE_VALUE: return EXPR_OK;
		case NATIVE_EMPTY: return EXPR_EMPTY;
		case NATIVE_ERROR: return EXPR_ERROR;
		case NATIVE_UNSURE: break;
		}
	return ask_libjq(v->rest, r, x, out);
}

int
expr_test(struct evaluator *v, const struct record *r, uint32_t id)
{
	const struct expr *x = &v->rest->set->expr[id];
	struct value value;
	bool truth;

	assert(x->used);
	if (x->native != NULL)
		switch (native_truth(x->native, r, &truth)) {
		case NATIVE_VALUE: return truth;
		case NATIVE_EMPTY: return 0;
		case NATIVE_ERROR: return -1;
		case NATIVE_UNSURE: break;
		}
	switch (ask_libjq(v->rest, r, x, &value)) {
	case EXPR_ERROR: return -1;
	case EXPR_EMPTY: return 0;
	default: return value_truthy(&value);
	}
}
