/*
 * Cascading validation: layers that an answer passes in turn, the cheap ones
 * first; what one stops goes to a person (hitl-policy(5)).
 */
#ifndef HITL_POLICY_CASCADE_H
#define HITL_POLICY_CASCADE_H

#include "policy/policy.h"

/* Marks what the layers read; before expr_set_compile(). */
void cascade_use(struct policy *);

/*
 * Whether a record passes a layer that is no command: 1, 0, or -1 where that
 * cannot be told, which stops it, too: a condition that fails itself, a score
 * that is missing or no number.
 */
int layer_check(
    struct evaluator *, const struct policy_layer *, const struct record *);

/*
 * The layer that stops a record: its number, or how many there are if it
 * passes all.  None may be a command.
 */
size_t
cascade_run(struct evaluator *, const struct policy *, const struct record *);

#endif
