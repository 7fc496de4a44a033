/*
 * The task of a decision: all that the person who looks at it has to know, so
 * that nobody needs to reconstruct a trace (hitl-route(1), TASKS).  Some of
 * it is in the record, where the policy's section "task" says; the rest is
 * what routing has found.
 */
#ifndef HITL_POLICY_TASK_OBJECT_H
#define HITL_POLICY_TASK_OBJECT_H

#include "policy/policy.h"

/* What routing has found.  JSON texts; n == 0: null. */
struct task_object {
	const char *kind; /* approval, escalation, audit */
	struct str risk_level, reasons, confidence, threshold, respond;
	struct str gate, cascade;
	struct str queue, skills, authority, tier, next_tier, priority;
	uint64_t reviews_required;
	int64_t created_at, sla_deadline; /* TIMESTAMP_NONE: null */
	/* of a record that comes with a review: it and the route it had */
	struct str review, route;
	struct str policy; /* its fingerprint */
};

/* Whether every task has such a member, whatever a policy adds. */
bool task_object_has(struct str member);

/* Marks what the policy takes from records; before expr_set_compile(). */
void task_object_use(struct policy *);

/*
 * Whether its case_id is one: a string that is not empty, or a number.  No
 * queue takes a task without, and no review finds its record.
 */
bool task_object_has_id(
    const struct policy *, struct evaluator *, const struct record *);

/* Appends the task of a record, without a newline. */
void task_object_write(const struct task_object *, const struct policy *,
    struct evaluator *, const struct record *, struct buf *out);

#endif
