/*
 * What happens to a queue, as events: they alone change it, so that the
 * tables of a queue follow from its events and can be made from them again.
 *
 * An event is one line of JSON.  Its last member, prev, is the hash of the
 * one before, and its own hash is the SHA-256 of the line: who changes or
 * leaves out one has to change all behind it.  A text that belongs to it, a
 * task or a review, stands elsewhere, and its SHA-256 in the event.
 */
#ifndef HITL_QUEUE_EVENT_H
#define HITL_QUEUE_EVENT_H

#include "base/timestamp.h"
#include "queue/store.h"
#include "queue/task.h"

enum event_kind {
	EVENT_PUSH, /* a task; of round 2 and up: in place of its last one */
	EVENT_CLAIM, /* `by` takes it until `expires` */
	EVENT_RENEW, /* a lease is to end at `expires` */
	EVENT_LAPSE, /* the lease of `by` has ended */
	EVENT_RELEASE, /* `by` gives it back */
	EVENT_DECLINE, /* `by` will not have it at all */
	EVENT_ESCALATE, /* it goes where `need` says */
	EVENT_REVIEW, /* `by` has decided; it is then in `state` */
	EVENT_WITHDRAW, /* `by` takes his review back */
	EVENT_EXPIRE, /* an approval nobody gave in time */
	EVENT_FALLBACK, /* the deadline is missed: what is sent instead */
	EVENT_ACCESS, /* who may do what, from now on */
	EVENT_CLOCK, /* it is `at`, though the queue has seen later times */
};
enum { EVENT_KINDS = EVENT_CLOCK + 1 };
extern const char *const event_words[]; /* NULL-terminated */

struct event {
	enum event_kind kind;
	int64_t at;
	struct str id; /* of the task; n == 0: of none */
	int64_t round; /* of the task, from 1; 0: of none */
	struct str by; /* a reviewer; n == 0: the queue itself */
	struct str note; /* what he says to it; n == 0: nothing */
	struct str body; /* a text, or n == 0 */
	char digest[65]; /* its SHA-256; "" without one */
	/* where they apply; TIMESTAMP_NONE, -1 and 0 elsewhere */
	bool has_need;
	struct need need;
	int priority, state, outcome;
	int64_t created, deadline, claimed, expires;
	int64_t required;
	struct str key;
	struct str *proposer; /* [nproposer] */
	size_t nproposer;
};

/* One without anything in it. */
struct event event_of(enum event_kind, struct str id, int64_t at);

/* Gives it a body, and the digest of it. */
void event_body(struct event *, struct str text);

/* Appends the line from its second member up to the one before prev. */
void event_write(const struct event *, struct buf *);

/* Reads a whole line; -1 if it is no event.  Memory is from `a`. */
int event_read(struct event *, const struct json *, struct arena *a);

/* Why somebody may not take a task: barred.why. */
enum { BARRED_PROPOSED, BARRED_DECLINED, BARRED_ESCALATED };

/* The latest time there has been, after this event. */
int64_t event_latest(const struct event *, int64_t latest);

/* Does to the tables what it says; -1 with *e. */
int event_apply(struct store *, const struct event *, struct err *e);

#endif
