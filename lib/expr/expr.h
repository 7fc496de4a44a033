/*
 * jq expressions: where a field stands, when a rule applies.
 *
 * A program adds all its expressions to one set when it starts, then
 * compiles the set; expressions within expr/native.h are answered from the
 * scanner's spans, the rest go into one libjq program that runs once a
 * record.  The answer is jq 1.6's; of what libjq runs, that of its version.
 *
 * File, environment, input, output and halting builtins are refused.
 */
#ifndef HITL_EXPR_EXPR_H
#define HITL_EXPR_EXPR_H

#include "base/error.h"
#include "record/record.h"

struct expr_set;
struct flat;
struct memo;

/* What flat.h says: 1, 0, or -1 where it takes a closer look. */
int flat_truth(const struct flat *, const struct record *, struct memo *memo);

/* Of several outputs a value takes the first, a condition any true one. */
enum expr_mode { EXPR_VALUE, EXPR_CONDITION };

/* All memory is from `permanent`. */
struct expr_set *expr_set_new(struct arena *permanent);
void expr_set_free(struct expr_set *);

/*
 * Adds an expression; *id is its number.
 *   where  for messages: "policy.json: risk.rules[1].when", "-F id"; kept
 * -1 with *e (STATUS_USAGE) if it is empty, its brackets do not pair, or it
 * names a refused builtin.
 */
int expr_set_add(struct expr_set *, const char *where, struct str text,
    enum expr_mode, uint32_t *id, struct err *e);

/* Says that it will be evaluated; others are only checked. */
void expr_set_use(struct expr_set *, uint32_t id);

/* Adds and uses an expression of the program's own; the text is kept. */
int expr_set_want(struct expr_set *, const char *text, enum expr_mode,
    uint32_t *id, struct err *e);
/* The same of n values: text[n], id[n]. */
int expr_set_want_all(struct expr_set *, const char *const *text, size_t n,
    uint32_t *id, struct err *e);

/* Compiles all; -1 with *e naming the first that libjq refuses. */
int expr_set_compile(struct expr_set *, struct err *e);

/* Whether a compiled set runs libjq on every record. */
bool expr_set_needs_libjq(const struct expr_set *);

/* What the scanner must find; more may be added before the first record. */
struct fields *expr_set_fields(struct expr_set *);

/* Whether it runs without libjq, and its text. */
bool expr_is_native(const struct expr_set *, uint32_t id);
struct str expr_text(const struct expr_set *, uint32_t id);

/*
 * A line for each expression in use that was not made by the program itself
 * (`where` is its own text): native or libjq, where it stands, what it says.
 */
void expr_set_explain(const struct expr_set *, struct buf *out);

/*
 * Conditions in use that are asked together, at most 64, in one go.  After
 * they are marked as used.
 */
struct batch;
struct batch *expr_batch_new(struct expr_set *, const uint32_t *id, size_t n);

/*
 * What evaluating needs and changes: one per thread.  `plain` is for the
 * inline part of the functions below: most expressions are a path of keys,
 * and most records have something there.
 */
struct evaluator {
	const struct expr_plain {
		uint32_t node; /* FIELD_NONE: another kind of expression */
		uint32_t above; /* of the object that has the last key */
		const struct flat *flat; /* expr/flat.h; or NULL */
	} * plain;
	struct memo *memo; /* for them */
	struct evaluator_rest *rest;
};

struct evaluator *evaluator_new(struct expr_set *);
void evaluator_free(struct evaluator *);

enum expr_result {
	EXPR_OK,
	EXPR_EMPTY, /* no output */
	EXPR_ERROR, /* jq's error; its text is not passed on */
};

/*
 * Bit i: condition i holds; and in *unsure: expr_condition() is to be asked
 * for it.
 */
uint64_t expr_batch_test(struct evaluator *, const struct batch *,
    const struct record *, uint64_t *unsure);

enum expr_result expr_evaluate(
    struct evaluator *, const struct record *, uint32_t id, struct value *out);
int expr_test(struct evaluator *, const struct record *, uint32_t id);

/*
 * The value of an expression in use.  JSON_ABSENT (a kind of null) where a
 * plain path leads nowhere.  Valid as long as the record.
 */
static inline enum expr_result
expr_value(
    struct evaluator *v, const struct record *r, uint32_t id, struct value *out)
{
	const struct expr_plain *x = &v->plain[id];

	if (x->node != FIELD_NONE && r->slot[x->node].type != JSON_ABSENT) {
		*out = r->slot[x->node];
		return EXPR_OK;
	}
	return expr_evaluate(v, r, id, out);
}

/* The same for who asks no further: JSON_ABSENT where there is no value. */
static inline struct value
expr_look(struct evaluator *v, const struct record *r, uint32_t id)
{
	struct value x = { 0 };

	if (expr_value(v, r, id, &x) != EXPR_OK)
		x.type = JSON_ABSENT;
	return x;
}

/* 1 true, 0 false or no output, -1 error. */
static inline int
expr_condition(struct evaluator *v, const struct record *r, uint32_t id)
{
	const struct expr_plain *x = &v->plain[id];
	int is;

	if (x->node != FIELD_NONE) {
		if (r->slot[x->node].type != JSON_ABSENT)
			return r->slot[x->node].type > JSON_FALSE;
		if (r->slot[x->above].type == JSON_OBJECT)
			return 0; /* it has no such key: null */
	} else if (x->flat != NULL &&
		   (is = flat_truth(x->flat, r, v->memo)) != -1) {
		return is;
	}
	return expr_test(v, r, id);
}

#endif
