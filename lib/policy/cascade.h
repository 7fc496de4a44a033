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
 * The layer that stops a record: its number, or how many there are if it
 * passes all.  A "fail" that is true or fails itself stops it, and so does a
 * score that is below the mark, missing, or no number.
 */
size_t
cascade_run(struct evaluator *, const struct policy *, const struct record *);

#endif
