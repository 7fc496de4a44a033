/*
 * What time has passed by: leases that lapse, approvals nobody gave in time,
 * deadlines that are missed.
 */
#ifndef HITL_QUEUE_EXPIRE_H
#define HITL_QUEUE_EXPIRE_H

#include "queue/lease.h"

/*
 * What is to be done about a task whose deadline is missed: appends the JSON
 * value of "fallback" (hitl-route(1), --overdue); *send says whether the
 * draft is sent all the same.  -1 with *e.
 */
typedef int fallback_fn(
    void *state, struct str task, struct buf *value, bool *send, struct err *e);

struct expire_totals {
	uint64_t expired; /* approvals */
	uint64_t overdue; /* tasks, each told once */
	uint64_t sent; /* of these: whose drafts are sent */
	bool behind; /* the clock: approvals are left alone */
};

/*
 * Lets it all happen, some at a time: appends a line for each approval and
 * each task to `out`, which `flush` writes away when they are kept.  Each is
 * told once.  -1 with *e.
 */
int queue_expire(struct queue *, fallback_fn *, void *state, struct buf *out,
    int (*flush)(void *arg), void *arg, struct expire_totals *, struct err *e);

#endif
