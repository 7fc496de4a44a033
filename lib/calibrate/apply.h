/*
 * Applying a model to records: the member "calibrated".
 *
 * {"confidence":0.8123,"method":"isotonic"}; the confidence is null where
 * the record has none, or no signal at all, and to nine decimals.
 */
#ifndef HITL_CALIBRATE_APPLY_H
#define HITL_CALIBRATE_APPLY_H

#include "calibrate/model.h"
#include "calibrate/signals.h"

struct application {
	const struct model *model;
	const struct policy *policy;
	struct evaluator *ev; /* put in once all is compiled */
	struct signals signals;
	bool cross_fit; /* by the fold model that has not seen the record */
	uint64_t without; /* records that got null */
};

/*
 * Marks what is read; before expr_set_compile().  -1 with *e (STATUS_USAGE):
 * the model was fitted on other fields than the policy and -F name, on
 * another scale, or has no folds.
 */
int application_init(struct application *, const struct model *,
    struct policy *, bool percent, bool cross_fit, struct err *e);

/* A member_fn over a struct application; and its further threads. */
int application_member(
    struct record *, void *application, struct buf *value, struct err *e);
void *application_fork(void *application);
void application_join(void *application, void *forked);

#endif
