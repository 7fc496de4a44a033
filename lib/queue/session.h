/*
 * A reviewer at work: one task after the other, as he decides on them
 * (hitl-review(1)).
 */
#ifndef HITL_QUEUE_SESSION_H
#define HITL_QUEUE_SESSION_H

#include "policy/review.h"
#include "queue/lease.h"

struct session_options {
	struct str reviewer;
	const struct str *skill, *queue;
	size_t nskill, nqueue;
	int kind; /* enum task_kind; -1: any */
	int64_t lease; /* microseconds */
};

struct session;

struct session *session_new(struct queue *, const struct session_options *);
/* Gives back what he has; -1 with *e if that failed. */
int session_end(struct session *, struct err *e);

/*
 * The next task he may take and has not skipped: 1; 0 if there is none; -1
 * with *e.  It is then his.
 */
int session_next(struct session *, struct err *e);

/* His task, until the next one; NULL if he has none. */
const struct json *session_task(const struct session *);
struct str session_id(const struct session *);

/* What he says of his task, besides the outcome: texts, JSON or n == 0. */
struct session_words {
	struct str text[REVIEW_TEXTS];
};

/*
 * What he does with it.  1 it is done, and he has no task; 0 the queue has
 * refused, *why says so, and he may have lost it; -1 with *e.
 */
int session_decide(struct session *, enum outcome, const struct session_words *,
    const char **why, struct err *e);
int session_give_back(struct session *, enum lease_verb, struct str note,
    const char **why, struct err *e);
/* Gives it back, and does not take it again in this session. */
int session_skip(struct session *, const char **why, struct err *e);

/*
 * Takes the last review back, gives back the task he has, and has that one
 * again.  As above; 0 also if there is none to take back.
 */
int session_undo(struct session *, const char **why, struct err *e);

/* Keeps the task when half of its time is gone; -1 with *e. */
int session_keep(struct session *, struct err *e);
/* Until then it is his; TIMESTAMP_NONE: he has none. */
int64_t session_lease_ends(const struct session *);
/* The time, as the queue has it. */
int64_t session_now(const struct session *);

/* The tasks that come first, his own before all, and how many wait. */
enum { SESSION_LIST = 64 };
struct session_row {
	char id[64]; /* cut */
	int priority, risk; /* risk: may be unknown */
	int64_t deadline; /* TIMESTAMP_NONE: none */
	bool mine;
};
struct session_list {
	struct session_row row[SESSION_LIST];
	size_t n;
	uint64_t waiting; /* SESSION_LIST * 8 at most */
};
int session_look(struct session *, struct session_list *, struct err *e);

/* How many he has decided. */
uint64_t session_done(const struct session *);

#endif
