/* The policy's sections "route.gates" and "route.triggers". */
#include "policy/load.h"

/* A trigger that says AUTO would be none. */
static int
caution(struct loader *l, const struct json *j, const char *path, void *to)
{
	enum action *action = to;
	int i;

	if (load_word(l, j, path, action_words, &i) == -1)
		return -1;
	if (i == ACTION_AUTO)
		return load_fail(l, path,
		    "a trigger can only make a decision more cautious than "
		    "AUTO");
	*action = (enum action)i;
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

	t->expires.usec = 24 * 3600 * USEC_PER_SECOND; /* unless it says so */
	if (load_object(l, j, path, list->keys, list->nkeys, t) == -1)
		return -1;
	list->n++;
	if (load_name(l, json_get(j, "name"),
		arena_printf(l->arena, "%s.name", path), &list->taken,
		&t->name) == -1)
		return -1;
	t->name_json = load_json_string(l, "", t->name);
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

#define AT(member) offsetof(struct policy_trigger, member)

int
load_gates(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const struct key keys[] = {
		{ "name", load_text, true, AT(name) },
		{ "when", load_condition, true, AT(when) },
		{ "expires", load_duration, false, AT(expires) },
		{ "priority", load_priority, false, AT(priority) },
		{ "reviews", load_reviews, false, AT(reviews) },
	};

	(void)unused;
	return load_list(l, j, path, keys, LENGTH(keys),
	    "gate:", &l->policy->route.gate, &l->policy->route.ngate);
}

int
load_triggers(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const struct key keys[] = {
		{ "name", load_text, true, AT(name) },
		{ "when", load_condition, true, AT(when) },
		{ "action", caution, true, AT(action) },
	};

	(void)unused;
	return load_list(l, j, path, keys, LENGTH(keys),
	    "trigger:", &l->policy->route.trigger, &l->policy->route.ntrigger);
}
