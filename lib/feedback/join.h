/*
 * Decisions joined with their reviews: the value of "review"
 * (hitl-feedback(1)).
 */
#ifndef HITL_FEEDBACK_JOIN_H
#define HITL_FEEDBACK_JOIN_H

#include "feedback/reviews.h"

struct join_totals {
	uint64_t joined; /* decisions that got a review */
	uint64_t unnamed; /* without an id */
	uint64_t early; /* reviewed before they were made, by the times */
	uint64_t late; /* after their deadline */
	uint64_t superseded; /* reviews by a later one of the same reviewer */
	uint64_t tied, divided; /* decisions without a verdict */
};

struct join {
	const struct policy *policy;
	struct policy_review rule;
	struct evaluator *ev;
	struct reviews *reviews;
	struct reviews_view view;
	uint32_t deadline; /* expr .route.sla_deadline */
	struct join_totals totals;
};

/* Marks and adds what is read of a decision; before expr_set_compile(). */
int join_init(struct join *, struct policy *, struct err *);

/* After expr_set_compile() and reviews_load(). */
void join_start(struct join *, struct reviews *);
void join_release(struct join *);

/* A member_fn over a struct join; 1 for a decision without a review. */
int join_record(struct record *, void *join, struct buf *value, struct err *e);

/* For struct filter_job: another one for another thread. */
void *join_fork(void *join);
void join_join(void *join, void *forked);

#endif
