/*
 * Tasks as a queue gives them out: the task with a member "status" that says
 * how it stands, who has it, and what has come of it so far.
 */
#ifndef HITL_QUEUE_VIEW_H
#define HITL_QUEUE_VIEW_H

#include "queue/queue.h"

/* A row of the table tasks. */
struct task_row {
	struct str id, key, digest;
	int64_t round, need, required, reviews, open;
	int64_t created, pushed, expires, finished, fallback, deadline;
	enum task_state state;
	int priority; /* enum priority */
};

/*
 * The row of an id, for as long as the transaction; `lock` in one that
 * changes it.  1; 0 if there is none; -1 with *e.
 */
int task_row_of(
    struct queue *, struct str id, bool lock, struct task_row *, struct err *e);

/* The same, locked; that there is none is an error (a broken queue). */
int
task_row_must(struct queue *, struct str id, struct task_row *, struct err *e);

/* An approval that was not given in time, by the latest clock there was. */
bool task_row_expired(struct queue *, const struct task_row *);

/*
 * The need of a row as it was last, while the transaction lasts.  -1 with *e.
 */
int task_row_need(
    struct queue *, const struct task_row *, struct need *, struct err *e);

/* The text of a digest, while the transaction lasts; -1 with *e. */
int
queue_body(struct queue *, struct str digest, struct str *text, struct err *e);

/*
 * Appends the task with its status.
 *   blind  n > 0: to this reviewer, who is not to see what others say of it
 * -1 with *e.
 */
int task_write(struct queue *, const struct task_row *, struct str blind,
    struct buf *out, struct err *e);

/* Appends what a list has of it: one object. */
int task_write_short(
    struct queue *, const struct task_row *, struct buf *out, struct err *e);

/* Which tasks: -1, n == 0 and TIMESTAMP_NONE stand for any. */
struct task_filter {
	uint32_t states; /* a bit for each enum task_state; 0: all */
	int kind, risk;
	const struct str *queue; /* [nqueue] */
	size_t nqueue;
	struct str reviewer; /* who has it now */
	/* besides, those whose need is as it says; or NULL */
	bool (*may)(void *arg, struct queue *, const struct need *);
	void *arg;
};

/*
 * Of the next `most` tasks in the order in which they are to be done, from
 * behind *after on (all zero: the first ones), those that are as wanted:
 * row[most], *n of them.  *after then says where it goes on.  1; 0 if these
 * are the last; -1 with *e.
 */
struct task_place {
	bool begun;
	int64_t priority, deadline, created;
	struct str id; /* in the arena that is handed in */
};
int task_list(struct queue *, const struct task_filter *,
    struct task_place *after, struct arena *, struct task_row *row, size_t most,
    size_t *n, struct err *e);

#endif
