/*
 * Groups by name, numbered 0, 1, 2… in the order of the input, and no more
 * than so many of them: the first ones.
 *
 * Threads work on pieces of the input at the same time, and none knows what
 * groups came in the pieces before its own.  So each looks names up in a
 * view of its own, and when its turn comes, in the order of the input, they
 * are decided upon: the same groups for any number of threads.
 */
#ifndef HITL_BASE_GROUPS_H
#define HITL_BASE_GROUPS_H

#include <pthread.h>

#include "base/map.h"

#define GROUP_NONE UINT32_MAX /* there are too many */

struct groups {
	struct map names; /* name -> number */
	size_t max;
	pthread_mutex_t lock;
};

struct group_view { /* of one thread */
	struct groups *all;
	struct map names; /* those it has seen -> their place here */
	struct map_recent recent;
	uint32_t *number; /* by place; once decided */
	size_t cap, decided;
	bool full; /* no new ones are taken any more */
};

void groups_init(struct groups *, size_t max);
void groups_release(struct groups *);

void group_view_init(struct group_view *, struct groups *);
void group_view_release(struct group_view *);

/* The place of a name, GROUP_NONE when it is decided that it has none. */
uint32_t group_view_place(struct group_view *, struct str name);

/* In the order of the input: after it all places have their number. */
void group_view_decide(struct group_view *);

#endif
