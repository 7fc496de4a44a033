/*
 * A judge: a program that says how good an answer is, a line for a line
 * (hitl-policy(5), cascade).
 *
 * It gets {"nonce":…,"record":…} and answers {"nonce":…,"score":…}: the same
 * nonce, and a number in [0, 1], or true or false.  The nonce is drawn at
 * random for each question, so that no answer is taken for that to another
 * one, be it late, early or made up; an id would not do, which can be guessed
 * and can come twice.  Whatever else happens, the record goes to a person: a
 * judge that fails never lets anything pass.
 *
 * One that fails is started anew for the next record.  After some failures
 * in a row it is left alone for a while, a second and then twice as long each
 * time, up to a minute, since every record would wait out its time.
 */
#ifndef HITL_ROUTE_JUDGE_H
#define HITL_ROUTE_JUDGE_H

#include "base/coprocess.h"
#include "policy/policy.h"

struct routing;
struct router;

struct judge {
	struct coprocess process;
	unsigned failures; /* in a row */
	int64_t rests_until; /* microseconds, monotonic */
};

/* How much went wrong, of all judges of one thread. */
struct judge_totals {
	uint64_t failed; /* records without an answer to be relied upon */
	void (*tell)(const char *message); /* of the first ones; or NULL */
};
enum { JUDGE_FAILURES_TOLD = 10 };

/*
 * Starts the judges of the policy's cascade, so that a misspelt one is told
 * before anything is read.  Without `allowed` none may be there.  -1 with *e.
 */
int judges_start(struct router *, bool allowed, struct err *e);
/* Those of another thread, not yet started. */
struct judge *judges_new(const struct policy *);
void judges_end(struct judge *, const struct policy *);

/* Whether it passes: 1, 0, or -1 if there is no answer to be relied upon. */
int judge_ask(struct judge *, struct routing *);

#endif
