/*
 * Who may take and decide what: rules that the queue keeps, not the record.
 *
 *   {"reviewers": [{"reviewer", "skills", "authority", "tier", "queues"}],
 *    "rules": [{"kind", "risk", "queue", "authority", "reviews"}]}
 *
 * With a list of reviewers nobody else may do anything, and each has what is
 * said there.  A rule holds for the tasks that are as it says: whoever
 * decides on them must have that authority, and so many different people
 * must.
 */
#ifndef HITL_QUEUE_ACCESS_H
#define HITL_QUEUE_ACCESS_H

#include "queue/store.h"
#include "queue/task.h"

struct access;

/*
 * Rules from a text; of none, n == 0, those that let everybody do all that
 * asks for no authority.  Memory is from `a`, and the text must live as long.
 * NULL with *e (STATUS_USAGE) that names `where` and the place.
 */
const struct access *
access_read(struct str text, const char *where, struct arena *a, struct err *e);

/* Whether he is one of the reviewers, or there is no list of them. */
bool access_knows(const struct access *, struct str reviewer);

/*
 * Whether he may take and decide on what has this need; else *why says in
 * words why not, if it is not NULL.
 *   skill[nskill]  what he says he can, where there is no list; NULL: that
 *                  is not asked any more
 */
bool access_may(const struct access *, struct str reviewer, const struct need *,
    const struct str *skill, size_t nskill, const char **why);

/* By how many different people it has to be decided; 1 at least. */
uint64_t access_required(const struct access *, const struct need *);

/*
 * Whether all that a need asks for by these rules, another asks for as well:
 * then a task may go from one to the other.
 */
bool access_covers(
    const struct access *, const struct need *from, const struct need *to);

/* By these rules what waits is decided by so many at least.  -1 with *e. */
int access_raise(struct store *, struct str rules, struct err *e);

#endif
