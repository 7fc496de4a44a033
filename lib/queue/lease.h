/*
 * Who has which task, and for how long.
 *
 * A lease ends at a time of the clock.  A clock that is set back takes no
 * lease from anybody, and none becomes longer than twice what was asked for:
 * what seems to have been claimed in the future is taken to be claimed now.
 */
#ifndef HITL_QUEUE_LEASE_H
#define HITL_QUEUE_LEASE_H

#include "queue/view.h"

/* In queue_change(): leases that have ended lapse.  -1 with *e. */
int lease_sweep(struct queue *, struct err *e);

/* The same for one task, whose row is then as it is.  -1 with *e. */
int lease_free(struct queue *, struct task_row *, struct err *e);

struct claim_request {
	struct str reviewer;
	const struct str *skill; /* [nskill], that he says he has */
	size_t nskill;
	const struct str *queue; /* [nqueue] to take from; 0: any */
	size_t nqueue;
	int kind; /* enum task_kind; -1: any */
	const struct str *id; /* [nid]: these alone; 0: whatever comes first */
	size_t nid;
	const struct str
	    *except; /* [nexcept]: not these, whatever comes first */
	size_t nexcept;
	size_t n; /* at most so many */
	int64_t lease; /* microseconds */
};

/*
 * Gives tasks to a reviewer: the most urgent first, of these what is due
 * first, of these the oldest.  Nothing that he has, has reviewed, declined or
 * proposed, or may not take.  Appends a line for each to `out`, *n of them;
 * and for each id that cannot be taken a line {"id", "accepted": false,
 * "why"}, *refused of them.  -1 with *e.
 */
int queue_claim(struct queue *, const struct claim_request *, struct buf *out,
    uint64_t *n, uint64_t *refused, struct err *e);

/* What else is done to tasks by name. */
enum lease_verb {
	LEASE_RELEASE, /* another may take it, or he again */
	LEASE_DECLINE, /* another may take it, he does not get it again */
	LEASE_RENEW, /* he keeps it for longer */
	LEASE_ESCALATE, /* it goes to the next tier, its past with it */
	LEASE_WITHDRAW, /* takes his review back */
};

struct lease_request {
	enum lease_verb verb;
	struct str reviewer;
	struct str note;
	const struct str *id; /* [nid] */
	size_t nid;
	int64_t lease; /* of LEASE_RENEW, microseconds */
	/* of LEASE_ESCALATE: where to, -1 and n == 0 for the usual way */
	int tier;
	struct str queue;
};

/*
 * Does it to each.  Appends a line for each, {"id", "accepted", "why" or
 * "state"…}; *refused of them are refused.  -1 with *e.
 */
int queue_lease(struct queue *, const struct lease_request *, struct buf *out,
    uint64_t *refused, struct err *e);

/*
 * In queue_change(): `reviewer` has it since `claimed` and until `until`.  -1
 * with *e.
 */
int lease_take(struct queue *, const struct task_row *, struct str reviewer,
    int64_t claimed, int64_t until, struct err *e);

/* His lease: 1, and *claimed; 0 if he has none; -1 with *e. */
int lease_of(struct queue *, struct str id, struct str reviewer,
    int64_t *claimed, struct err *e);

/*
 * A lease that he had until it lapsed, while its place is free: 1, and
 * *claimed; 0 if there is none; -1 with *e.
 */
int lease_lapsed(struct queue *, const struct task_row *, struct str reviewer,
    int64_t *claimed, struct err *e);

/* Why somebody cannot do what takes a lease. */
#define LEASE_NONE "he has not claimed it, or his lease has ended"

/*
 * Whether he may not take it, whatever the rules say: he has proposed it, has
 * declined it, has reviewed it, or has corrected what was proposed before.
 * *why NULL: none of these.  -1 with *e.
 */
int lease_barred(struct queue *, const struct task_row *, struct str reviewer,
    const char **why, struct err *e);

/* {"id":…,"reviewer":…,"accepted":false,"why":…}, and a newline. */
void
refuse(struct buf *out, struct str id, struct str reviewer, const char *why);

#endif
