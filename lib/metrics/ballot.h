/*
 * Votes of reviewers, read from records, and what comes of them: how far
 * they agree, who is reliable, and whether the model or the reviewers are to
 * blame when they do not agree with the model (hitl-metrics(1), agreement).
 */
#ifndef HITL_METRICS_BALLOT_H
#define HITL_METRICS_BALLOT_H

#include "policy/policy.h"
#include "stats/agreement.h"
#include "stats/sketch.h"

enum { BALLOT_RATERS_MOST = 100000 }; /* 2 KB each */

struct ballot_options {
	const char *reviewer, *label; /* expressions; NULL: where they are */
	enum measurement measure;
	const char *order; /* of ordinal labels, "low,high,…", or NULL */
	const char *model; /* the reviewer that is the model, or NULL */
	double level; /* of intervals */
};

struct ballot;

/* Marks and adds what is read; before expr_set_compile().  NULL with *e. */
struct ballot *
ballot_new(struct policy *, const struct ballot_options *, struct err *e);
void ballot_free(struct ballot *);
void ballot_start(struct ballot *, struct evaluator *);

/*
 * A record_fn over a struct ballot; takes one thread.  A record with a label
 * that is no number where one is needed is rejected.
 */
int ballot_add(struct record *, void *ballot, struct err *);

struct ballot_oddities {
	uint64_t records;
	uint64_t incomplete; /* without id, reviewer or label */
	uint64_t again; /* votes that replaced one of the same reviewer */
};
struct ballot_oddities ballot_oddities(const struct ballot *);

/*
 * The result, one object.  Agreement with the model is held against the
 * policy's target, else against BALLOT_TARGET.  False if there is no vote.
 */
#define BALLOT_TARGET 0.85 /* by rule of thumb */
bool ballot_write(struct ballot *, struct buf *);

#endif
