/*
 * A task, as hitl-route(1) writes it, and what a queue goes by in it: which
 * comes first, and what whoever takes it must be.
 */
#ifndef HITL_QUEUE_TASK_H
#define HITL_QUEUE_TASK_H

#include "base/arena.h"
#include "base/error.h"
#include "policy/words.h"
#include "record/json_tree.h"

enum task_kind { TASK_APPROVAL, TASK_ESCALATION, TASK_AUDIT };
enum { TASK_KINDS = TASK_AUDIT + 1 };
extern const char *const task_kind_words[]; /* NULL-terminated */

/*
 * Pending until it has all its reviews, then completed.  An approval ends as
 * what was decided, or expired when nothing was in time.
 */
enum task_state {
	TASK_PENDING,
	TASK_COMPLETED,
	TASK_APPROVED,
	TASK_REJECTED,
	TASK_NEEDS_REVISION,
	TASK_EXPIRED,
};
enum { TASK_STATES = TASK_EXPIRED + 1 };
extern const char *const task_state_words[]; /* NULL-terminated */

/* The member that a queue adds to a task it gives out. */
#define TASK_STATUS "status"

enum {
	TASK_REVIEWS_MOST = 100, /* of one task */
	TASK_PROPOSERS_MOST = 100,
	/* bytes, that every database can have an index of it */
	TASK_NAME_MOST = 512,
	TASK_NEED_MOST = 2000,
};

/* Of what is kept, and of --now: RFC 3339 can write it, and what is added. */
#define TASK_TIME_MOST (INT64_C(221845392000) * 1000000) /* the year 9000 */

/* What is asked of whoever takes it; the same for many tasks. */
struct need {
	enum task_kind kind;
	enum risk_level risk; /* may be unknown */
	struct str queue; /* n == 0: none */
	struct str *skill; /* [nskill] */
	size_t nskill;
	struct str authority; /* n == 0: none */
	int tier; /* enum tier; -1: none */
};

struct task {
	struct str text; /* all of it, JSON */
	size_t order; /* in which it came */
	struct str id;
	struct need need;
	enum priority priority;
	int64_t created;
	int64_t deadline; /* TIMESTAMP_NONE: none */
	int64_t expires; /* of an approval; TIMESTAMP_NONE: not said */
	struct str key; /* of the approval; n == 0: none */
	uint64_t required; /* reviews by different people */
	struct str *proposer; /* [nproposer]: who may not decide on it */
	size_t nproposer;
};

/*
 * Reads one; `now` is when it was created if it does not say.  All memory is
 * from `a`, and the text must live as long.  -1 with *e (STATUS_REJECTED),
 * naming the member that is wrong.
 */
int task_read(struct task *, struct str text, int64_t now, struct arena *a,
    struct err *e);

/* As JSON, always the same for the same; and back, -1 if it is none. */
void need_write(const struct need *, struct buf *);
int need_read(struct need *, const struct json *, struct arena *a);

/* A string of up to TASK_NAME_MOST bytes without NUL; false if it is none. */
bool json_name(const struct json *, struct str *);

/* A name that can be kept: not empty, not long, no NUL; else what is wrong. */
const char *name_fault(struct str);

/*
 * The same of a person's name, which nothing may be in that cannot be seen at
 * an end of it, and no control character: two names that look alike would
 * count as two people.
 */
const char *person_fault(struct str);

/* The same of how many reviews are asked for; NAN: it is no number. */
const char *reviews_fault(double n);

#endif
