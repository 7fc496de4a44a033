/*
 * Where a record waits for a person: the queue, its tier, how urgent it is,
 * and until when (hitl-policy(5), queues and tiers).
 */
#include "route/routing.h"

static void
find_queue(struct routing *d)
{
	const struct policy_route *route = &d->router->policy->route;
	int match = 1;

	for (size_t i = 0; i < route->nqueue && d->queue == NULL; i++) {
		const struct policy_queue *q = &route->queue[i];
		if (q->when != POLICY_NONE)
			match = expr_condition(
			    d->router->ev, d->record, (uint32_t)q->when);
		else
			match = 1;
		if (match == -1)
			routing_reason(d, q->reason_json, true);
		if (match != 0)
			d->queue = q;
	}
}

/* Up by the rules, each of which sees what those before it have done. */
static void
find_tier(struct routing *d)
{
	const struct policy_route *route = &d->router->policy->route;

	if (d->queue == NULL || !d->queue->has_tier)
		return;
	d->has_tier = true;
	d->tier = d->queue->tier;
	for (size_t i = 0; i < route->nmove; i++) {
		const struct policy_move *m = &route->move[i];
		int match;
		if (m->tier != d->tier)
			continue;
		match =
		    expr_condition(d->router->ev, d->record, (uint32_t)m->when);
		if (match == 0)
			continue;
		d->tier = m->next; /* also on doubt: higher is more careful */
		routing_reason(d, m->reason_json, match == -1);
	}
}

static void
raise_priority(struct routing *d, enum priority least)
{
	if (d->priority < least)
		d->priority = least;
}

/*
 * What is at stake, or what the queue or the gate asks for; and as it ages:
 * one step up when half of its time is gone, urgent when all of it is.  Age
 * is known only where --now says what time it is: without it, a log routed
 * again would come out otherwise.
 */
static void
find_priority(struct routing *d)
{
	const struct router *t = d->router;
	int64_t now = t->by_clock ? timestamp_now() : t->now, time;

	d->priority = priority_of(d->risk);
	if (d->queue != NULL)
		raise_priority(d, d->queue->priority);
	if (d->gate != NULL)
		raise_priority(d, d->gate->priority);
	if (now == TIMESTAMP_NONE || d->deadline == TIMESTAMP_NONE)
		return;
	time = routing_time(d);
	if (now >= d->deadline)
		raise_priority(d, PRIORITY_URGENT);
	else if (now - time >= d->deadline - now &&
		 d->priority < PRIORITY_URGENT)
		d->priority++;
}

void
choose_queue(struct routing *d)
{
	find_queue(d);
	find_tier(d);
	if (d->queue != NULL && d->queue->has_sla)
		d->deadline = calendar_add(&d->router->policy->route.calendar,
		    routing_time(d), &d->queue->sla);
	find_priority(d);
}

uint64_t
routing_reviews(const struct routing *d)
{
	uint64_t n = 1;

	if (d->queue != NULL && d->queue->reviews > n)
		n = d->queue->reviews;
	if (d->gate != NULL && d->gate->reviews > n)
		n = d->gate->reviews;
	return n;
}
