/* The policy's section "route", but for its queues (policy.h). */
#include <math.h>

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
	return load_number(l, j, path, 0, 1, &l->policy->route.review_band);
}

static int
audit_rate(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	(void)unused;
	return load_rate(l, j, path, &l->policy->route.audit_rate);
}

static int
auto_audit_rate(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	(void)unused;
	return load_rate(l, j, path, &l->policy->route.auto_audit_rate);
}

static int
task_rate(struct loader *l, struct str name, const struct json *j,
    const char *path, void *unused)
{
	struct policy_task *task = load_task(l, name);

	(void)unused;
	task->has_audit_rate = true;
	return load_rate(l, j, path, &task->audit_rate);
}

static int
audit_by_task(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	return load_members(l, j, path, task_rate, unused);
}

static int
audit_key(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	struct str key;

	(void)unused;
	if (load_string(l, j, path, &key) == -1)
		return -1;
	if (key.n == 0)
		return load_fail(l, path, "is empty");
	l->policy->route.has_audit_key = true;
	l->policy->route.audit_key = hash_key_derive(key);
	return 0;
}

static int
audit(struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const struct key keys[] = {
		{ "rate", audit_rate, false },
		{ "auto_rate", auto_audit_rate, false },
		{ "by_task", audit_by_task, false },
		{ "key", audit_key, false },
	};
	const struct policy *p = l->policy;
	const struct policy_route *route = &p->route;
	double most;

	if (load_object(l, j, path, keys, LENGTH(keys), unused) == -1)
		return -1;
	most = fmax(route->audit_rate.value, route->auto_audit_rate.value);
	for (size_t i = 0; i < p->task_names.n; i++)
		most = fmax(most, p->task[i].audit_rate.value);
	if (most > 0 && !route->has_audit_key)
		return load_fail(l, path,
		    "\"key\" is missing: without a "
		    "secret, anybody can tell which records are audited");
	return 0;
}

static int
trigger_name(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_trigger *t = to;

	return load_string(l, j, path, &t->name);
}

static int
trigger_when(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_trigger *t = to;

	return load_expr(l, j, path, EXPR_CONDITION, &t->when);
}

static int
trigger_action(
    struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_trigger *t = to;
	int i;

	if (load_word(l, j, path, action_words, &i) == -1)
		return -1;
	if (i == ACTION_AUTO)
		return load_fail(l, path,
		    "a trigger can only make a decision "
		    "more cautious than AUTO");
	t->action = (enum action)i;
	return 0;
}

/* A list of gates or triggers, whose names must differ. */
struct trigger_list {
	struct policy_trigger *item;
	size_t n;
	const struct key *keys;
	size_t nkeys;
	const char *kind; /* of reason */
	struct map taken;
};

static int
list_item(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct trigger_list *list = to;
	struct policy_trigger *t = &list->item[list->n];

	if (load_object(l, j, path, list->keys, list->nkeys, t) == -1)
		return -1;
	list->n++;
	if (load_name(l, json_get(j, "name"),
		arena_printf(l->arena, "%s.name", path), &list->taken,
		&t->name) == -1)
		return -1;
	t->reason_json = load_json_string(l, list->kind, t->name);
	return 0;
}

static int
load_list(struct loader *l, const struct json *j, const char *path,
    const struct key *keys, size_t nkeys, const char *kind,
    struct policy_trigger **item, size_t *n)
{
	struct trigger_list list = {
		.keys = keys, .nkeys = nkeys, .kind = kind
	};
	int r;

	list.item = *item =
	    arena_new(l->arena, struct policy_trigger, j->n + 1);
	r = load_elements(l, j, path, list_item, &list);
	*n = list.n;
	map_release(&list.taken);
	return r;
}

static int
gates(struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const struct key keys[] = {
		{ "name", trigger_name, true },
		{ "when", trigger_when, true },
	};

	(void)unused;
	return load_list(l, j, path, keys, LENGTH(keys),
	    "gate:", &l->policy->route.gate, &l->policy->route.ngate);
}

static int
triggers(struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const struct key keys[] = {
		{ "name", trigger_name, true },
		{ "when", trigger_when, true },
		{ "action", trigger_action, true },
	};

	(void)unused;
	return load_list(l, j, path, keys, LENGTH(keys),
	    "trigger:", &l->policy->route.trigger, &l->policy->route.ntrigger);
}

int
load_route(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const struct key keys[] = {
		{ "threshold", threshold, false },
		{ "by_risk", by_risk, false },
		{ "by_task", by_task, false },
		{ "review_band", review_band, false },
		{ "audit", audit, false },
		{ "gates", gates, false },
		{ "triggers", triggers, false },
		{ "cascade", load_cascade, false },
		{ "calendar", load_calendar, false },
		{ "queues", load_queues, false },
		{ "relief", load_relief, false },
	};

	return load_object(l, j, path, keys, LENGTH(keys), unused);
}
