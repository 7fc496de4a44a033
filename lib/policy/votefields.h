/*
 * Where a vote stands in a record: {id, reviewer, label}, a review, or a
 * decision joined with one (hitl-record(5)).
 */
#ifndef HITL_POLICY_VOTEFIELDS_H
#define HITL_POLICY_VOTEFIELDS_H

#include "policy/policy.h"

struct vote_place { /* expressions: the first that says something counts */
	uint32_t id[3];
	size_t n;
};

struct votefields {
	const struct policy *policy;
	struct vote_place reviewer, label;
};

/*
 * Marks and adds what is read; before expr_set_compile().
 *   reviewer, label  expressions of the user's; NULL: the usual places
 * -1 with *e.
 */
int votefields_init(struct votefields *, struct policy *, const char *reviewer,
    const char *label, struct err *e);

struct vote_values {
	struct value id, reviewer, label;
};

/* False if the record has no id, reviewer or label. */
bool votefields_read(const struct votefields *, struct evaluator *,
    const struct record *, struct vote_values *);

#endif
