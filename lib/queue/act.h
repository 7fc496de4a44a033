/*
 * Approved actions, carried out once each (hitl-act(1)).
 */
#ifndef HITL_QUEUE_ACT_H
#define HITL_QUEUE_ACT_H

#include <signal.h>

#include "policy/policy.h"
#include "queue/journal.h"
#include "queue/queue.h"

enum { ACT_CODES = 256 };

struct act_options {
	char *const *command; /* NULL-terminated */
	int64_t timeout; /* of one attempt, microseconds */
	bool transient[ACT_CODES]; /* exit statuses to try again after */
	size_t retries; /* at most so many more attempts */
	int64_t backoff; /* before the first of them; doubles */
	bool dry_run;
	int64_t now; /* TIMESTAMP_NONE: the clock */
	/* not 0: nothing more is begun; or NULL */
	const volatile sig_atomic_t *stop;
};

struct actor;

/*
 * Adds what is looked at; before expr_set_compile().  queue NULL: the record
 * is taken at its word.  NULL with *e.
 */
struct actor *actor_new(struct policy *, const struct act_options *,
    struct journal *, struct queue *, struct err *e);
void actor_free(struct actor *);
void actor_start(struct actor *, struct evaluator *);

/*
 * One record: an approval as hitl-queue exports it.  Appends what has come of
 * it to record->out, one object and a newline; also before -1 with *e, when
 * something has been run and its end could not be written down.  For struct
 * stream_job.
 */
int actor_record(struct record *, void *actor, struct err *e);

/* How many were not carried out that should have been. */
uint64_t actor_failures(const struct actor *);

#endif
