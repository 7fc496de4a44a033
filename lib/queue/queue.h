/*
 * A queue of tasks for people, in a database (store.h).
 *
 * What changes it goes through queue_change(): a function looks at the tables,
 * and says what happens as events, which are done and chained (event.h).
 * All of them are kept, or none.
 */
#ifndef HITL_QUEUE_QUEUE_H
#define HITL_QUEUE_QUEUE_H

#include "queue/access.h"
#include "queue/event.h"

struct chain;

struct queue {
	struct store *store;
	int64_t fixed_now; /* TIMESTAMP_NONE: by the clock */
	/* of the transaction in progress */
	int64_t now;
	/* the latest time the queue has seen: when a clock is set back, what
	 * had expired stays so */
	int64_t latest;
	const struct access *access;
	struct arena scratch; /* until it ends */
	bool last; /* queue_heed() */
	struct chain *chain;
};

struct queue_options {
	const char *where; /* store.h */
	bool create;
	int64_t now; /* TIMESTAMP_NONE: the clock */
	int64_t patience; /* to wait for others, microseconds */
};

struct queue *queue_open(const struct queue_options *, struct err *e);
void queue_close(struct queue *);

/*
 * Runs `change` in a transaction: again from the start when it has met
 * another one, so that what it prints must be held back until it is done.
 * Waits for its turn.  -1 with *e, and nothing has changed.
 */
typedef int queue_fn(struct queue *, void *state, struct err *e);
int queue_change(struct queue *, queue_fn *change, void *state, struct err *e);

/*
 * From now on, once *stop is not 0, nothing is begun or waited for, and what
 * is not yet committed is undone: it fails.
 *   last  what comes now is to be done all the same, and waits for its turn
 *         for a moment then
 */
void queue_heed(struct queue *, const volatile sig_atomic_t *stop, bool last);

/* Runs `look` on one state of the queue; it changes nothing. */
int queue_look(struct queue *, queue_fn *look, void *state, struct err *e);

/*
 * In queue_change(), where others write at the same time: the tasks of these
 * ids are ours, taken in an order that is the same for all, so that nobody
 * waits for one who waits for him.  Sorts id[n].  -1 with *e.
 */
int queue_lock(struct queue *, struct str *id, size_t n, struct err *e);

/* In queue_change(): this happens. */
int queue_happens(struct queue *, const struct event *, struct err *e);

/* After it: how many events there are, and the hash of the last. */
struct queue_head {
	int64_t n;
	char hash[65]; /* "" of none */
};
int queue_head(struct queue *, struct queue_head *, struct err *e);

/* The time that approvals are held against: never back. */
int64_t queue_latest(const struct queue *);

/*
 * Whether the clock is far behind what the queue has seen: it is wrong, or
 * was.  A person finds out which, and says so.
 */
bool queue_clock_is_behind(const struct queue *);

/* The clock is right, whatever the queue has seen; who says so.  -1, *e. */
int queue_trust_clock(struct queue *, struct str by, struct err *e);

/* Now, and the latest time there has been; -1 with *e. */
int queue_times(struct queue *, int64_t *now, int64_t *latest, struct err *e);

#endif
