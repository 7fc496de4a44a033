/*
 * Approvals that are decided: what is handed to whoever acts on them, and
 * whether they still hold.
 */
#ifndef HITL_QUEUE_APPROVAL_H
#define HITL_QUEUE_APPROVAL_H

#include "queue/view.h"

/*
 * Appends the task with a member "approval": {"state", "key", "round",
 * "expires_at", "decided_at", "by": [who decided it so], "reviews": [what
 * they said]}.  -1 with *e.
 */
int approval_write(
    struct queue *, const struct task_row *, struct buf *out, struct err *e);

/*
 * Whether the queue has an approval of this id and key that holds now: it is
 * approved, has not expired, and by as many people as the rules ask for,
 * each of whom may approve it by the rules of now and has not proposed it;
 * and whether `record` says what approval_write() does, so that what is
 * carried out is what they saw.  *why NULL: it holds.  -1 with *e.
 */
int approval_check(struct queue *, struct str record, struct str id,
    struct str key, const char **why, struct err *e);

#endif
