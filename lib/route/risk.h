/*
 * How much is at stake in a decision: the policy's risk section applied to
 * one record (hitl-policy(5)).
 *
 * base   the level of the first matching `set` rule, else the task's, else
 *        the default
 * level  the highest of base and all matching `raise` rules, whatever
 *        their order
 * A rule whose expression fails counts as matched and is named "NAME(error)";
 * hitl-route lets such a record go to a person.
 */
#ifndef HITL_ROUTE_RISK_H
#define HITL_ROUTE_RISK_H

#include "policy/policy.h"

struct risk {
	enum risk_level level, base;
	bool erring; /* a rule's expression failed */
};

/* Marks what rating needs as used, before the set is compiled. */
void risk_use(struct policy *);

/*
 * Rates a record; the names of the matching rules are appended to `rules`
 * as a JSON array.  Without a risk section the level is RISK_UNKNOWN.
 */
struct risk risk_rate(struct evaluator *, const struct policy *,
    const struct record *, struct buf *rules);

/* {"level":…,"base":…,"rules":[…]}; an unknown level is null. */
void risk_json(const struct risk *, struct str rules, struct buf *out);

#endif
