/* The policy's section "route": thresholds, and the sections in it. */
#include "policy/load.h"

static int
threshold(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	(void)unused;
	return load_threshold(l, j, path, &l->policy->route.threshold);
}

static int
risk_threshold(struct loader *l, struct str name, const struct json *j,
    const char *path, void *unused)
{
	const struct json level = { .value.type = JSON_STRING, .string = name };
	enum risk_level i;

	(void)unused;
	if (load_level(l, &level, path, &i) == -1)
		return -1;
	return load_threshold(l, j, path, &l->policy->route.by_risk[i]);
}

static int
by_risk(struct loader *l, const struct json *j, const char *path, void *unused)
{
	return load_members(l, j, path, risk_threshold, unused);
}

static int
task_threshold(struct loader *l, struct str name, const struct json *j,
    const char *path, void *unused)
{
	(void)unused;
	return load_threshold(l, j, path, &load_task(l, name)->threshold);
}

static int
by_task(struct loader *l, const struct json *j, const char *path, void *unused)
{
	return load_members(l, j, path, task_threshold, unused);
}

static int
review_band(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	(void)unused;
	l->policy->route.has_review_band = true;
	return load_fraction(l, j, path, &l->policy->route.review_band);
}

/* What one part of the section counts on another having. */
static int
check(struct loader *l, const char *path)
{
	const struct policy_route *route = &l->policy->route;

	for (size_t i = 0; i < route->nqueue; i++)
		if (duration_is_business(&route->queue[i].sla) &&
		    !route->has_calendar)
			return load_fail(l,
			    arena_printf(
				l->arena, "%s.queues[%zu].sla", path, i),
			    "business time needs a calendar "
			    "(route.calendar)");
	for (size_t i = 0; i < route->ngate; i++)
		if (duration_is_business(&route->gate[i].expires) &&
		    !route->has_calendar)
			return load_fail(l,
			    arena_printf(
				l->arena, "%s.gates[%zu].expires", path, i),
			    "business time needs a calendar "
			    "(route.calendar)");
	return 0;
}

int
load_route(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const struct key keys[] = {
		{ "threshold", threshold, false, 0 },
		{ "by_risk", by_risk, false, 0 },
		{ "by_task", by_task, false, 0 },
		{ "review_band", review_band, false, 0 },
		{ "audit", load_audit, false, 0 },
		{ "gates", load_gates, false, 0 },
		{ "triggers", load_triggers, false, 0 },
		{ "cascade", load_cascade, false, 0 },
		{ "calendar", load_calendar, false, 0 },
		{ "queues", load_queues, false, 0 },
		{ "tiers", load_tiers, false, 0 },
		{ "relief", load_relief, false, 0 },
	};

	if (load_object(l, j, path, keys, LENGTH(keys), unused) == -1)
		return -1;
	return check(l, path);
}
