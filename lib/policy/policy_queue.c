/* The policy's section "route.queues". */

#include "policy/load.h"

static int
any_string(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct str text;

	(void)to;
	if (load_string(l, j, path, &text) == -1)
		return -1;
	return text.n == 0 ? load_fail(l, path, "is empty") : 0;
}

static int
queue_name(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_queue *q = to;

	return load_string(l, j, path, &q->name);
}

static int
queue_when(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_queue *q = to;
	uint32_t id;

	if (load_expr(l, j, path, EXPR_CONDITION, &id) == -1)
		return -1;
	q->when = id;
	return 0;
}

static int
queue_sla(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_queue *q = to;

	q->has_sla = true;
	if (load_duration(l, j, path, &q->sla) == -1)
		return -1;
	return 0;
}

static int
queue_tier(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_queue *q = to;
	int i;

	if (load_word(l, j, path, tier_words, &i) == -1)
		return -1;
	q->tier_json = load_json_string(l, "", str_of(tier_words[i]));
	return 0;
}

static int
queue_skills(struct loader *l, const struct json *j, const char *path, void *to)
{
	return load_elements(l, j, path, any_string, to);
}

static int
queue(struct loader *l, const struct json *j, const char *path, void *taken)
{
	static const struct key keys[] = {
		{ "name", queue_name, true },
		{ "when", queue_when, false },
		{ "sla", queue_sla, false },
		{ "tier", queue_tier, false },
		{ "skills", queue_skills, false },
	};
	struct policy_route *route = &l->policy->route;
	struct policy_queue *q = &route->queue[route->nqueue++];

	q->when = POLICY_NONE;
	q->tier_json = STR("null");
	if (load_object(l, j, path, keys, LENGTH(keys), q) == -1)
		return -1;
	if (load_name(l, json_get(j, "name"),
		arena_printf(l->arena, "%s.name", path), taken, &q->name) == -1)
		return -1;
	q->name_json = load_json_string(l, "", q->name);
	q->reason_json = load_json_string(l, "queue:", q->name);
	return 0;
}

/* Business days and hours are counted by a calendar, wherever it stands. */
static int
needs_calendar(struct loader *l, const char *path)
{
	const struct policy_route *route = &l->policy->route;

	for (size_t i = 0; i < route->nqueue; i++)
		if (duration_is_business(&route->queue[i].sla) &&
		    !route->has_calendar)
			return load_fail(l,
			    arena_printf(l->arena, "%s[%zu].sla", path, i),
			    "business time needs a calendar "
			    "(route.calendar)");
	return 0;
}

int
load_queues(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	struct map taken = { 0 };
	int r;

	(void)unused;
	l->policy->route.queue =
	    arena_new(l->arena, struct policy_queue, j->n + 1);
	r = load_elements(l, j, path, queue, &taken);
	map_release(&taken);
	return r == -1 ? -1 : needs_calendar(l, path);
}
