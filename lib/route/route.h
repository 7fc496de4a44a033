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
 * Gates, triggers, the cascade, erring expressions and unusable confidences
 * only ever move a record to the right and down: never AUTO on doubt.
 */
#ifndef HITL_ROUTE_ROUTE_H
#define HITL_ROUTE_ROUTE_H

#include "policy/policy.h"
#include "policy/thresholds.h"
#include "route/judge.h"
#include "route/maturity.h"
#include "route/risk.h"
#include "route/threshold.h"

/* The parts of "route" between what varies, ready to be copied (member.c). */
struct member_parts {
	struct str start[ACTIONS][RESPONDERS]; /* to the confidence */
	struct str risk[RISK_LEVELS + 1]; /* to the reasons */
	struct str *cascade; /* [nlayer + 1]: by the layer that stops */
	struct str *queue; /* [nqueue + 1], the last: none */
	struct str tier[TIERS + 1]; /* the last: none */
	struct str *demands; /* [nqueue]: skills, authority */
	struct str priority[PRIORITIES + 1]; /* the last: none; to deadline */
	struct str audit[2]; /* by selected, to the rate */
	struct str state[MATURITIES];
	struct str end; /* from behind the audit */
};

struct router {
	struct policy *policy;
	const struct thresholds *thresholds; /* NULL: none */
	const struct maturities *maturities; /* NULL: no metrics are known */
	struct evaluator *ev;
	bool percent; /* --scale percent */
	int64_t now; /* --now, or TIMESTAMP_NONE */
	bool by_clock; /* --now now: ages go by the clock */
	struct backlog *backlog; /* NULL: not known, so no relief */
	struct judge *judge; /* [nlayer], of those that are commands */
	struct judge_totals judging;
	bool tasks; /* are written to record->side */
	uint64_t tasks_without_id;
	uint32_t review, earlier_route; /* exprs, for tasks */
	uint32_t risk_level; /* exprs .risk.… */
	uint32_t risk_rules;
	uint32_t risk_node; /* of .risk in the trie */
	struct risk_cache *risks;
	struct buf reasons; /* work */
	struct member_parts part;
};

/*
 * Marks and adds what routing needs; before expr_set_compile().  The
 * evaluator is made after it, and put in by the caller.
 */
int router_init(struct router *, struct policy *, const struct thresholds *,
    struct arena *, struct err *e);
void router_release(struct router *);

/* Tasks are wanted; between router_init() and expr_set_compile(). */
int tasks_use(struct router *, struct err *e);

/* For struct filter_job: another one for another thread. */
void *router_fork(void *router);
void router_join(void *router, void *forked);

/*
 * Appends the value of "route" for one record to `out`; its action.  A record
 * without a usable `risk` is rated first, by the policy.  If tasks are wanted
 * and a person is to look, its task goes to record->side, a line.
 */
enum action route_record(struct router *, struct record *, struct buf *out);

#endif
