/*
 * Tasks that have waited too long: whose answer may be sent all the same,
 * marked as one that may be revised (hitl-route(1), --overdue).
 *
 * Only what waits for no other reason than a confidence below its threshold,
 * at a risk the policy gives relief to: low, unless it says otherwise, and
 * never high, critical or unknown.  Never what a gate, a trigger, a layer of
 * the cascade or an error has stopped.
 */
#ifndef HITL_ROUTE_OVERDUE_H
#define HITL_ROUTE_OVERDUE_H

#include "policy/policy.h"

struct overdue {
	const struct policy *policy;
	struct evaluator *ev; /* put in by the caller */
	int64_t now;
	uint32_t deadline, risk, reasons, kind, respond, draft; /* exprs */
};

/* Adds what is looked at in a task; before expr_set_compile(). */
int overdue_init(struct overdue *, struct policy *, int64_t now, struct err *e);

/*
 * Appends the value of "fallback" of a task; true if its draft is to be sent
 * all the same.
 */
bool overdue_judge(struct record *, struct overdue *, struct buf *value);

/* The same, for struct filter_job. */
int overdue_member(
    struct record *, void *overdue, struct buf *value, struct err *e);

/* For struct filter_job. */
void *overdue_fork(void *overdue);
void overdue_join(void *overdue, void *forked);

#endif
