/* Which records are looked at afterwards (audit.h). */
#include <math.h>

#include "route/audit.h"

static const struct policy_rate *
higher(const struct policy_rate *a, const struct policy_rate *b)
{
	return a == NULL || b->value > a->value ? b : a;
}

static const struct policy_rate *
state_rate(const struct policy_state *s, enum action action)
{
	if (action == ACTION_AUTO)
		return s->has_auto_rate ? &s->auto_rate : NULL;
	return s->has_rate ? &s->rate : NULL;
}

static const struct policy_rate *
audit_rate(const struct policy_audit *audit, enum action action,
    enum risk_level risk, const struct policy_task *task,
    const struct maturity_group *group)
{
	const struct policy_rate *rate = NULL, *of_state = NULL;
	enum maturity state = group == NULL ? MATURITY_INITIAL : group->state;

	if (task != NULL && task->has_audit_rate)
		rate = higher(rate, &task->audit_rate);
	if (risk != RISK_UNKNOWN && audit->has_by_risk[risk])
		rate = higher(rate, &audit->by_risk[risk]);
	if (audit->has_states)
		of_state = state_rate(&audit->state[state], action);
	if (rate == NULL)
		rate = of_state;
	if (rate == NULL)
		rate = action == ACTION_AUTO ? &audit->auto_rate : &audit->rate;
	if (state == MATURITY_DEGRADED && of_state != NULL)
		rate = higher(rate, of_state);
	if (group != NULL)
		rate = higher(rate, &group->floor);
	return rate;
}

struct audit
audit_select(const struct policy *p, enum action action, enum risk_level risk,
    const struct str *id, const struct policy_task *task,
    const struct maturity_group *group)
{
	const struct policy_audit *audit = &p->route.audit;
	struct audit a = { false, { 0, STR("0") } };

	if (action > ACTION_AUTO_AUDIT)
		return a;
	a.rate = *audit_rate(audit, action, risk, task, group);
	if (a.rate.value <= 0)
		return a;
	if (id == NULL)
		return (struct audit){ true, { 1, STR("1") } };
	/* 2^64 itself is no uint64_t: rate 1 selects all */
	a.selected = a.rate.value >= 1 || siphash(&audit->key, *id) <
					      (uint64_t)(a.rate.value * 0x1p64);
	return a;
}
