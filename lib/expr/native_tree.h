/*
 * A native expression as a tree: what native_parse.c makes and
 * native_eval.c runs.
 */
#ifndef HITL_EXPR_NATIVE_TREE_H
#define HITL_EXPR_NATIVE_TREE_H

#include "expr/native.h"

enum native_op {
	OP_PATH, /* from the record */
	OP_CURRENT, /* . behind a pipe */
	OP_LITERAL,
	OP_EQUAL,
	OP_UNEQUAL,
	OP_LESS,
	OP_LESS_EQUAL,
	OP_GREATER,
	OP_GREATER_EQUAL,
	OP_AND,
	OP_OR,
	OP_ALTERNATIVE, /* // */
	OP_ADD,
	OP_SUBTRACT,
	OP_MULTIPLY,
	OP_DIVIDE,
	OP_MODULO,
	OP_PIPE,
	OP_IF, /* left, right, third */
	OP_TRY, /* (left)? */
	/* builtins on the current value */
	OP_NOT,
	OP_LENGTH,
	OP_TYPE,
	OP_DOWNCASE,
	OP_UPCASE,
	OP_SELECT, /* left */
	OP_HAS, /* path: of the key */
	/* builtins with literals */
	OP_STARTSWITH,
	OP_ENDSWITH,
	OP_CONTAINS,
	OP_INDEX,
	OP_TEST,
	OP_IN,
};

/*
 * A value on its way through an expression: a span of the record, or a
 * number or string that was computed.
 */
struct term {
	enum json_type type; /* JSON_ABSENT only of a span */
	enum { TERM_SPAN, TERM_NUMBER, TERM_STRING } form;
	union {
		struct value span;
		double number;
		struct str string; /* unescaped */
	};
};

struct native {
	enum native_op op;
	struct native *left, *right, *third;
	struct path path;
	uint32_t *node; /* of the path's steps; by native_use() */
	uint32_t last; /* node of the whole path */
	struct term *literal; /* [nliteral] */
	size_t nliteral;
	bool tries; /* of the root: there is a ? in it */
};

/* Whether there is a ? in it. */
bool native_tries(const struct native *);

#endif
