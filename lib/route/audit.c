/* Which records are looked at afterwards (audit.h). */
#include <math.h>

#include "route/audit.h"

static double
audit_rate(const struct policy_route *route, enum action action,
    const struct str *task)
{
	uint32_t i;

	if (action > ACTION_AUTO_AUDIT)
		return 0;
	if (task != NULL &&
	    (i = map_find(&route->audit_task, *task)) != MAP_NONE)
		return route->audit_task_rate[i];
	return action == ACTION_AUTO ? route->auto_audit_rate
				     : route->audit_rate;
}

struct audit
audit_select(const struct policy *p, enum action action, const struct str *id,
    const struct str *task)
{
	struct audit a = { false, audit_rate(&p->route, action, task) };

	if (a.rate <= 0)
		return a;
	if (id == NULL)
		return (struct audit){ true, 1 };
	/* 2^64 itself is no uint64_t: rate 1 selects all */
	a.selected = a.rate >= 1 || siphash(&p->route.audit_key, *id) <
					(uint64_t)ldexp(a.rate, 64);
	return a;
}
