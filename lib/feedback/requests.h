/*
 * Asking users what they think of decisions, and what came back, as events
 * (hitl-feedback(1), requests):
 *
 *   {"event":"request","id","user","at","deadline","rate"}
 *   {"event":"answer","id","at",...}
 */
#ifndef HITL_FEEDBACK_REQUESTS_H
#define HITL_FEEDBACK_REQUESTS_H

#include "base/hash.h"
#include "policy/policy.h"
#include "record/stream.h"

enum { REQUESTS_LIMIT_MOST = 1000 }; /* to one user within the window */

struct requests_options {
	double rate; /* of decisions that are asked about, 0..1 */
	struct hash_key key;
	const char *user; /* expression */
	const char *when; /* expression, or NULL: the model has answered */
	size_t limit; /* to one user */
	int64_t window; /* within it, microseconds */
	int64_t deadline; /* of an answer, from the request on */
	int64_t now; /* of decisions without a time, and of the status */
	double level; /* of intervals */
};

struct requests;

/* Marks and adds what is read; before expr_set_compile().  NULL with *e. */
struct requests *
requests_new(struct policy *, const struct requests_options *, struct err *e);
void requests_free(struct requests *);
void requests_start(struct requests *, struct evaluator *);

/*
 * Reads events (files, NULL-terminated) of what was asked and answered; bad
 * ones are told and left out, and *status is the worst that happened.  -1
 * with *e.
 */
int requests_events(struct requests *, char *const file[],
    const struct stream_options *, enum status *status, struct err *e);

/*
 * A record_fn over a struct requests; takes one thread.  Writes a request to
 * record->out for a decision that is to be asked about: one that is in the
 * sample, by a keyed hash of its id, was not asked about before, and whose
 * user has not been asked too often.
 */
int requests_add(struct record *, void *requests, struct err *);

struct requests_totals {
	uint64_t decisions, sent;
	uint64_t not_wanted; /* by the condition */
	uint64_t not_sampled;
	uint64_t asked; /* before */
	uint64_t unknown; /* without an id or a user */
	uint64_t limited; /* their users have been asked enough */
};
struct requests_totals requests_totals(const struct requests *);

/* How the asking goes, by the events, one object. */
void requests_write_status(const struct requests *, struct buf *);

#endif
