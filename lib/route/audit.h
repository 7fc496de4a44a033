/*
 * Which of the records that act alone are looked at afterwards.
 *
 * Keyed hash of the id (SipHash-2-4) < rate * 2^64: the same sample on
 * every run, and nobody without the key can tell which it will be.
 */
#ifndef HITL_ROUTE_AUDIT_H
#define HITL_ROUTE_AUDIT_H

#include "policy/policy.h"

struct audit {
	bool selected;
	struct policy_rate rate; /* the probability it was selected with */
};

/*
 * The rate: the task's, else `rate` for AUTO_AUDIT and `auto_rate` for AUTO;
 * 0 for all else.  A record without an id cannot be sampled; where a rate
 * asks for audits it is always selected, at rate 1.
 *   id    NULL when the record has none
 *   task  what the policy says about its task; NULL: nothing
 */
struct audit audit_select(const struct policy *, enum action,
    const struct str *id, const struct policy_task *task);

#endif
