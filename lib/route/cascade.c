/* The cascade: what a model's answer must pass (hitl-policy(5)). */
#include "policy/cascade.h"
#include "route/routing.h"
#include "route/judge.h"

void
apply_cascade(struct routing *d)
{
	struct router *t = d->router;
	const struct policy_route *route = &t->policy->route;
	int passes = 1;

	/* what a person answers anyway is not checked */
	if (route->nlayer == 0 || d->respond == RESPOND_HUMAN)
		return;
	d->checked = true;
	for (d->layer = 0; d->layer < route->nlayer; d->layer++) {
		const struct policy_layer *x = &route->layer[d->layer];
		passes = x->command != NULL ? judge_ask(&t->judge[d->layer], d)
					    : layer_check(t->ev, x, d->record);
		if (passes != 1)
			break;
	}
	if (passes == 1)
		return;
	routing_needs_person(d);
	routing_reason(d, route->layer[d->layer].reason_json, passes == -1);
}
