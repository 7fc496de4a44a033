/*
 * Into the queue: what hitl-route(1) has routed to people, or the tasks it has
 * written (--tasks).
 *
 * The same id is one task, however often it comes; but when something else
 * is proposed under it, another key of its gate, the task begins again: what
 * is approved is what will be done.
 */
#ifndef HITL_QUEUE_PUSH_H
#define HITL_QUEUE_PUSH_H

#include "policy/policy.h"
#include "queue/queue.h"

struct push_totals {
	uint64_t read;
	uint64_t pushed; /* tasks that are new */
	uint64_t again; /* that begin again */
	uint64_t known; /* were there already */
	uint64_t alone; /* act alone, and are not to be looked at */
};

struct pusher;

/*
 * Marks and adds what is read; before expr_set_compile().  `again`: what is
 * finished is opened again when it comes again.  NULL with *e.
 */
struct pusher *pusher_new(struct policy *, bool again, struct err *e);
void pusher_free(struct pusher *);
void pusher_start(struct pusher *, struct queue *, struct evaluator *);

/* For struct stream_job: one record; and a piece of them, which is kept. */
int push_record(struct record *, void *pusher, struct err *e);
void push_piece(void *pusher);

/*
 * When there are no more: -1 with *e if the last ones could not be kept, and
 * no record has been told so.
 */
int pusher_end(struct pusher *, struct err *e);

/* What has been kept. */
struct push_totals pusher_totals(const struct pusher *);

#endif
