/*
 * What reviewers decide: reviews as in hitl-record(5), of tasks they have.
 *
 * A task is finished when it has all the reviews it needs, each by somebody
 * else.  An approval ends as rejected, or as one that needs revision, with
 * the first review that says so; it is approved by as many as are required,
 * before it expires.
 */
#ifndef HITL_QUEUE_DECIDE_H
#define HITL_QUEUE_DECIDE_H

#include "policy/review.h"
#include "queue/lease.h"

struct decide_request {
	struct str reviewer; /* of reviews that name none; n == 0: none */
	bool claim; /* takes what he has not claimed, if he may */
};

struct decider;

struct decider *decider_new(struct queue *, const struct decide_request *);
void decider_free(struct decider *);

/*
 * One review, which is copied; -1 with *e (STATUS_REJECTED) if it cannot be
 * one, whatever the queue has.
 */
int decider_add(struct decider *, const struct review *, struct err *e);

/*
 * Decides by all that have been added since, in one transaction, and appends
 * a line for each to `out`: {"id", "reviewer", "accepted", "outcome",
 * "state", "reviews", "reviews_required", "edit_distance"}, or refused with
 * "why".  The same review again is accepted again, and changes nothing.  -1
 * with *e.
 */
int decider_run(struct decider *, struct buf *out, struct err *e);

struct decide_totals {
	uint64_t accepted, refused;
};
struct decide_totals decider_totals(const struct decider *);

#endif
