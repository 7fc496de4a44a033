/* One event of a chain: whether it is what it says, and follows. */
#ifndef HITL_QUEUE_LINK_H
#define HITL_QUEUE_LINK_H

#include "queue/event.h"
#include "queue/queue.h"

/* With its text, the hash it is filed under, and the text it refers to. */
struct link {
	int64_t n;
	struct str line, hash, body;
};

/*
 * What is wrong with it behind `head`; NULL: nothing, and *v is read, out of
 * memory from `a`.
 */
const char *link_fault(const struct link *, const struct queue_head *head,
    struct event *v, struct arena *a);

/*
 * Whether it may happen to these tables: a task is new or comes again, and a
 * review is of somebody who has claimed it, has not proposed or declined it,
 * and decides once; and what comes of it is what its number makes of it.
 * *why NULL: it may.  -1 with *e.  The rules of access are not asked.
 */
int link_lawful(
    struct store *, const struct event *, const char **why, struct err *e);

/* `head` is behind it. */
void link_advance(struct queue_head *head, const struct link *);

#endif
