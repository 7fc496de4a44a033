/*
 * The plain paths that an expression speaks of, found in its text: for who
 * shows a record's values beside it.
 */
#ifndef HITL_EXPR_PATHS_H
#define HITL_EXPR_PATHS_H

#include "base/text.h"

/*
 * Calls `found` for every plain path (.a, .a.b) that is of the expression's
 * own input, in their order, as often as they occur.  Left out are those of
 * something else: behind a pipe, in any(), map() and other functions whose
 * argument may get another input, after def.  When in doubt, left out.
 */
void paths_each(struct str expression,
    void (*found)(void *state, struct str path), void *state);

#endif
