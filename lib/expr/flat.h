/*
 * Conditions that are nothing but tests of paths, joined by and, or and not:
 * what most rules are.  They run as a list of tests, each of which says where
 * to go on, instead of as a tree; a number is read once a record, however
 * many rules ask for it.
 *
 * A test is a path alone, or a path compared with a literal.  What cannot be
 * said at once (a path through what is no object, the order of two strings,
 * escapes) is left to native.h.
 */
#ifndef HITL_EXPR_FLAT_H
#define HITL_EXPR_FLAT_H

#include "expr/expr.h"
#include "expr/native_tree.h"

/* The number at a node, if it was read for this record.  One per thread. */
struct memo {
	uint64_t serial; /* of the record */
	double number;
};

/* NULL if it is none of these.  After native_use(); memory from `a`. */
struct flat *flat_compile(const struct native *, struct arena *a);

/*
 * flat_truth() itself is declared in expr.h, whose inline part calls it:
 * 1 true, 0 false, -1 it takes a closer look.  memo[fields->n] is that of
 * when the set was compiled, zero to begin.
 */

#endif
