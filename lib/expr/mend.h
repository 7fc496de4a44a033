/*
 * What jq 1.6 does not survive, said so that it does: definitions that stand
 * before an expression and take the place of its builtins.
 */
#ifndef HITL_EXPR_MEND_H
#define HITL_EXPR_MEND_H

#include "base/text.h"

/* Appends the definitions that this text of expressions has use for. */
void mend(struct str expressions, struct buf *out);

#endif
