/*
 * Which of the records that act alone are looked at afterwards.
 *
 * Keyed hash of the id (SipHash-2-4) < rate * 2^64: the same sample on
 * every run, and nobody without the key can tell which it will be.  Of the
 * same key, a higher rate takes what a lower one takes, and more.
 */
#ifndef HITL_ROUTE_AUDIT_H
#define HITL_ROUTE_AUDIT_H

#include "route/maturity.h"

struct audit {
	bool selected;
	struct policy_rate rate; /* the probability it was selected with */
};

/*
 * The rate: the higher of the task's and the risk's; where neither speaks,
 * the state's, or `rate` for AUTO_AUDIT and `auto_rate` for AUTO.  Never
 * below that of a degraded group, nor below what its floor needs.  0 for what
 * a person sees before.  A record without an id cannot be sampled; where a
 * rate asks for audits it is always selected, at rate 1.
 *   id     NULL when the record has none
 *   task   what the policy says about its task; NULL: nothing
 *   group  its kind, by a metrics file; NULL: none was given
 */
struct audit audit_select(const struct policy *, enum action, enum risk_level,
    const struct str *id, const struct policy_task *task,
    const struct maturity_group *group);

#endif
