/*
 * Whether enough labels are new to train again (hitl-feedback(1), learn
 * --ready): verdicts that no dataset has used.
 */
#ifndef HITL_FEEDBACK_TRAINING_H
#define HITL_FEEDBACK_TRAINING_H

#include "feedback/lesson.h"

struct training {
	struct lesson_reader reader;
	struct evaluator *ev; /* to be set before the first record */
	uint64_t labels, fresh; /* verdicts; not used yet */
	uint64_t corrections; /* of the fresh ones */
};

/* Marks and adds what is read; before expr_set_compile().  -1 with *e. */
int training_init(struct training *, struct policy *, struct err *e);

/* A record_fn over a struct training; takes one thread. */
int training_add(struct record *, void *training, struct err *);

bool training_is_due(const struct training *, uint64_t min_samples);

/* What was counted, one object. */
void
training_write(const struct training *, uint64_t min_samples, struct buf *);

#endif
