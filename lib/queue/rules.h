/* The rules of access of a queue, as a whole. */
#ifndef HITL_QUEUE_RULES_H
#define HITL_QUEUE_RULES_H

#include "queue/queue.h"

/* From now on these (access.h), JSON of any layout; by whom.  -1 with *e. */
int queue_set_rules(struct queue *, const char *where, struct str text,
    struct str by, struct err *e);

/* Appends those in force, one line; nothing if there are none.  -1 with *e. */
int queue_rules(struct queue *, struct buf *out, struct err *e);

#endif
