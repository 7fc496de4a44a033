/*
 * What an expression may not say, found before libjq sees it.
 */
#ifndef HITL_EXPR_GUARD_H
#define HITL_EXPR_GUARD_H

#include "base/error.h"
#include "base/text.h"

/*
 * Strings end, brackets pair (so that an expression cannot reach out of the
 * parentheses it is put in), and no builtin is called that reads files, the
 * environment or further input, prints, or halts.  0, or -1 with *e.
 */
int expr_guard(struct str text, struct err *e);

#endif
