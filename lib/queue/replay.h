/*
 * A queue out of its events: whether they are a chain, whether the tables are
 * what they lead to, and the same queue again somewhere else.
 */
#ifndef HITL_QUEUE_REPLAY_H
#define HITL_QUEUE_REPLAY_H

#include "queue/queue.h"

struct verdict_of_queue {
	bool intact;
	char why[256]; /* if it is not */
	int64_t events; /* that were checked */
	int64_t tasks;
	char hash[65]; /* of the last one */
	bool has_anchor; /* the hash asked for is among them */
};

/*
 * Checks each event, and does them all over again beside it.  anchor: a hash
 * noted earlier, n == 0: none; it must be there still, which tells whether
 * the end was cut off and made anew.  -1 with *e if it cannot be done.
 */
int queue_verify(struct queue *, struct str anchor, struct verdict_of_queue *,
    struct err *e);

/*
 * In queue_change(): the event of an exported line.  1 if it is taken, 0 if
 * it is there already; -1 with *e, STATUS_NO if it does not follow what is
 * there.
 */
int queue_import(struct queue *, struct str line, struct err *e);

#endif
