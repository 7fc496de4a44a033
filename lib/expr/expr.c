/* jq expressions: the set and where each of them runs (expr.h). */
#include <assert.h>
#include <stdlib.h>

#include "expr/expr.h"
#include "expr/guard.h"
#include "expr/jq.h"

#define NO_PLACE UINT32_MAX

struct expr {
	struct str text;
	const char *where;
	enum expr_mode mode;
	bool used;
	bool native;
	struct path path; /* native: and its trie nodes */
	uint32_t *node;
	uint32_t place; /* libjq: among the results, if used */
};

struct expr_set {
	struct arena *arena;
	struct expr *expr;
	size_t n, cap;
	struct fields fields;
	uint32_t nplace; /* used ones that need libjq */
	const char *program; /* text for libjq, NULL if none is used */
	struct jq_program *spare; /* compiled for the check, not yet taken */
};

struct evaluator {
	const struct expr_set *set;
	struct jq_program *jq;
	uint64_t serial; /* of the record it last ran on */
	bool failed;
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
	x.native = path_parse(x.text, s->arena, &x.path);
	VEC_ROOM(s->expr, s->n, s->cap);
	s->expr[s->n] = x;
	*id = (uint32_t)s->n++;
	return 0;
}

void
expr_set_use(struct expr_set *s, uint32_t id)
{
	struct expr *x = &s->expr[id];
	struct path prefix = x->path;

	if (x->used)
		return;
	x->used = true;
	if (!x->native) {
		x->place = s->nplace++;
		return;
	}
	x->node = arena_new(s->arena, uint32_t, x->path.n + 1);
	for (size_t i = 0; i < x->path.n; i++) {
		prefix.n = i + 1;
		x->node[i] = fields_add(&s->fields, &prefix);
	}
}

/*
 * The text for libjq: every expression a function, those in use called, each
 * in a fence of its own.  The others are named in a branch that is never
 * taken, because libjq looks no further into what nothing refers to.
 */
static void
write_program(
    const struct expr_set *s, size_t first, size_t last, struct buf *out)
{
	const char *comma = "";

	for (size_t i = first; i < last; i++)
		if (!s->expr[i].native) {
			buf_printf(out, "def __hitl%zu: (", i);
			buf_str(out, s->expr[i].text);
			buf_cstr(out, "\n);\n");
		}
	buf_cstr(out, "if true then [");
	for (uint32_t place = 0; place < s->nplace; place++)
		for (size_t i = first; i < last; i++) {
			const struct expr *x = &s->expr[i];
			if (x->native || !x->used || x->place != place)
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
		if (!s->expr[i].native)
			buf_printf(out, ", __hitl%zu", i);
	buf_cstr(out, " end");
	buf_char(out, '\0');
}

/* libjq refused the whole: finds which expression it was. */
static int
blame(const struct expr_set *s, struct err *e)
{
	struct err whole = *e;

	for (size_t i = 0; i < s->n; i++) {
		struct buf text = { 0 };
		struct jq_program *p;
		if (s->expr[i].native)
			continue;
		write_program(s, i, i + 1, &text);
		p = jq_program_new(text.s, e);
		buf_release(&text);
		if (p == NULL)
			return err_prefix(e, "%s", s->expr[i].where);
		jq_program_free(p);
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
		any |= !s->expr[i].native;
	if (!any)
		return 0;
	write_program(s, 0, s->n, &text);
	p = jq_program_new(text.s, e);
	if (p != NULL && s->nplace > 0) {
		s->program = arena_cstr(s->arena, buf_view(&text));
		s->spare = p; /* compiling takes milliseconds */
	} else {
		jq_program_free(p);
	}
	buf_release(&text);
	return p == NULL ? blame(s, e) : 0;
}

struct fields *
expr_set_fields(struct expr_set *s)
{
	return &s->fields;
}

bool
expr_is_native(const struct expr_set *s, uint32_t id)
{
	return s->expr[id].native;
}

struct str
expr_text(const struct expr_set *s, uint32_t id)
{
	return s->expr[id].text;
}

struct evaluator *
evaluator_new(struct expr_set *s)
{
	struct evaluator *v = calloc(1, sizeof(*v));
	struct err e;

	if (v == NULL)
		memory_exhausted();
	v->set = s;
	if (s->program != NULL) {
		v->jq = s->spare != NULL ? s->spare
					 : jq_program_new(s->program, &e);
		s->spare = NULL;
		assert(v->jq != NULL); /* it compiled before */
	}
	return v;
}

void
evaluator_free(struct evaluator *v)
{
	if (v == NULL)
		return;
	jq_program_free(v->jq);
	free(v);
}

static enum expr_result
native_value(const struct expr *x, const struct record *r, struct value *out)
{
	switch (path_lookup(&x->path, x->node, r->slot, out)) {
	case PATH_VALUE: return EXPR_OK;
	case PATH_EMPTY: return EXPR_EMPTY;
	default: return EXPR_ERROR;
	}
}

enum expr_result
expr_value(
    struct evaluator *v, const struct record *r, uint32_t id, struct value *out)
{
	const struct expr *x = &v->set->expr[id];

	assert(x->used);
	*out = (struct value){ .text = STR("null"), .type = JSON_NULL };
	if (x->native)
		return native_value(x, r, out);
	if (v->serial != r->serial) {
		v->serial = r->serial;
		v->failed = jq_program_run(v->jq, record_text(r)) == -1;
	}
	if (v->failed)
		return EXPR_ERROR;
	return jq_program_result(v->jq, x->place, r->scratch, out);
}

int
expr_condition(struct evaluator *v, const struct record *r, uint32_t id)
{
	struct value value;

	switch (expr_value(v, r, id, &value)) {
	case EXPR_ERROR: return -1;
	case EXPR_EMPTY: return 0;
	default: return value_truthy(&value);
	}
}
