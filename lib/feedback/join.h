/*
 * Decisions joined with their reviews: the value of "review"
 * (hitl-feedback(1)).
 *
 * The latest review (by reviewed_at; without times, the last one read) is
 * the verdict.  A decision was `correct` when the verdict approves of it.
 */
#ifndef HITL_FEEDBACK_JOIN_H
#define HITL_FEEDBACK_JOIN_H

#include "feedback/review.h"
#include "policy/policy.h"

struct join {
	const struct policy *policy;
	struct evaluator *ev;
	struct reviews *reviews;
	uint32_t deadline; /* expr .route.sla_deadline */
	uint64_t joined; /* decisions that got a review */
	uint64_t early; /* verdicts before their decision */
};

/* Marks and adds what is read of a decision; before expr_set_compile(). */
int join_init(struct join *, struct policy *, struct reviews *, struct err *e);

/* A member_fn over a struct join; 1 for a decision without a review. */
int join_record(struct record *, void *join, struct buf *value, struct err *e);

/* For struct filter_job: another one for another thread. */
void *join_fork(void *join);
void join_join(void *join, void *forked);

/* Reviews, and the ids they are for, that met no decision. */
void join_unknown(const struct join *, uint64_t *reviews, uint64_t *ids);

#endif
