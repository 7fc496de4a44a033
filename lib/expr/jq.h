/*
 * libjq, fenced in: the only place that knows jv values.
 */
#ifndef HITL_EXPR_JQ_H
#define HITL_EXPR_JQ_H

#include "base/error.h"
#include "expr/expr.h"

struct jq_program;

/*
 * Compiles a program text; NULL with *e ("syntax error, …": libjq's words
 * without its position, which is not the user's).
 */
struct jq_program *jq_program_new(const char *text, struct err *e);
/* What its expressions are called, if it takes too long; kept, not copied. */
void jq_program_name(struct jq_program *, const char *names);
void jq_program_free(struct jq_program *);

/*
 * Runs the program on a record and keeps its first output, which
 * must be an array of as many elements as there are expressions: each null
 * (error) or an array of no or one value.  -1 if it fails as a whole.
 */
int jq_program_run(struct jq_program *, const struct record *);
/* Element i of what the last run kept. */
enum expr_result jq_program_result(
    struct jq_program *, size_t i, struct arena *, struct value *out);

/* A number as jq prints it. */
struct str jq_number_text(double, struct arena *);

#endif
