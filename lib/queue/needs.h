/*
 * What is asked of reviewers, in all a queue has: few needs for many tasks,
 * each with a number.
 */
#ifndef HITL_QUEUE_NEEDS_H
#define HITL_QUEUE_NEEDS_H

#include "queue/store.h"
#include "queue/task.h"

/* Hands each to `each`, by its number upwards; memory from `a`.  -1, *e. */
typedef void need_fn(void *arg, int64_t number, const struct need *);
int needs_each(
    struct store *, struct arena *a, need_fn *each, void *arg, struct err *e);

/* Adds a number to "1,5,7", for a question with "need IN (%s)". */
void needs_add(struct buf *list, int64_t number);

#endif
