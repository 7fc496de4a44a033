/*
 * Where a decision goes: may the model act alone, does a person look
 * afterwards, or before (hitl-route(1)).
 *
 * Zones, by risk and whether confidence >= threshold:
 *
 *              at or above     below
 *   low        AUTO            QUEUE
 *   medium     AUTO            QUEUE
 *   high       AUTO_AUDIT      ESCALATE
 *   critical   ESCALATE        ESCALATE
 *   unknown    ESCALATE        ESCALATE
 *
 * Gates, triggers, erring expressions and unusable confidences only ever
 * move a record to the right and down: never AUTO on doubt.
 */
#ifndef HITL_ROUTE_ROUTE_H
#define HITL_ROUTE_ROUTE_H

#include "policy/policy.h"
#include "policy/thresholds.h"
#include "route/risk.h"
#include "route/threshold.h"

struct router {
	struct policy *policy;
	const struct thresholds *thresholds; /* NULL: none */
	struct evaluator *ev;
	bool percent; /* --scale percent */
	int64_t now; /* --now, or TIMESTAMP_NONE */
	struct backlog *backlog; /* NULL: not known, so no relief */
	uint32_t risk_level; /* exprs .risk.… */
	uint32_t risk_rules;
	uint32_t risk_node; /* of .risk in the trie */
	struct risk_cache *risks;
	struct buf reasons; /* work */
	/* the parts of "route" between what varies, ready to be copied */
	struct str start[ACTIONS][RESPONDERS]; /* to the confidence */
	struct str risk_part[RISK_LEVELS + 1]; /* to the reasons */
	struct str *queue_part; /* [nqueue + 1], the last: none; to priority */
	struct str priority_part[RISK_LEVELS + 2]; /* the last: null */
	struct str audit_part[2]; /* by selected, to the rate */
	struct str end; /* from behind the rate */
};

/*
 * Marks and adds what routing needs; before expr_set_compile().  The
 * evaluator is made after it, and put in by the caller.
 */
int router_init(struct router *, struct policy *, const struct thresholds *,
    struct arena *, struct err *e);
void router_release(struct router *);

/* For struct filter_job: another one for another thread. */
void *router_fork(void *router);
void router_join(void *router, void *forked);

/*
 * Appends the value of "route" for one record to `out`; its action.  A record
 * without a usable `risk` is rated first, by the policy.
 */
enum action route_record(struct router *, struct record *, struct buf *out);

#endif
