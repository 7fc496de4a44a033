/* Which records are looked at afterwards (audit.h). */
#include <math.h>

#include "route/audit.h"

static struct policy_rate
audit_rate(const struct policy_route *route, enum action action,
    const struct policy_task *task)
{
	if (action > ACTION_AUTO_AUDIT)
		return (struct policy_rate){ 0, STR("0") };
	if (task != NULL && task->has_audit_rate)
		return task->audit_rate;
	return action == ACTION_AUTO ? route->auto_audit_rate
				     : route->audit_rate;
}

struct audit
audit_select(const struct policy *p, enum action action, const struct str *id,
    const struct policy_task *task)
{
	struct audit a = { false, audit_rate(&p->route, action, task) };

	if (a.rate.value <= 0)
		return a;
	if (id == NULL)
		return (struct audit){ true, { 1, STR("1") } };
	/* 2^64 itself is no uint64_t: rate 1 selects all */
	a.selected = a.rate.value >= 1 || siphash(&p->route.audit_key, *id) <
					      (uint64_t)ldexp(a.rate.value, 64);
	return a;
}
