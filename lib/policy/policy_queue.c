/* The policy's sections "route.queues" and "route.tiers". */
#include "policy/load.h"

static int
tier(struct loader *l, const struct json *j, const char *path, void *to)
{
	enum tier *out = to;
	int i;

	if (load_word(l, j, path, tier_words, &i) == -1)
		return -1;
	*out = (enum tier)i;
	return 0;
}

static int
skill(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct buf *list = to;
	struct str text;

	if (load_text(l, j, path, &text) == -1)
		return -1;
	buf_char(list, list->n == 0 ? '[' : ',');
	buf_json_string(list, text);
	return 0;
}

static int
skills(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct str *json = to;
	struct buf list = { 0 };
	int r = load_elements(l, j, path, skill, &list);

	if (list.n > 0) {
		buf_char(&list, ']');
		*json = arena_str(l->arena, buf_view(&list));
	}
	buf_release(&list);
	return r;
}

static int
authority(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct str *json = to, text;

	if (load_text(l, j, path, &text) == -1)
		return -1;
	*json = load_json_string(l, "", text);
	return 0;
}

static int
queue(struct loader *l, const struct json *j, const char *path, void *taken)
{
#define AT(member) offsetof(struct policy_queue, member)
	static const struct key keys[] = {
		{ "name", load_text, true, AT(name) },
		{ "when", load_condition, false, AT(when) },
		{ "sla", load_duration, false, AT(sla) },
		{ "tier", tier, false, AT(tier) },
		{ "skills", skills, false, AT(skills_json) },
		{ "authority", authority, false, AT(authority_json) },
		{ "priority", load_priority, false, AT(priority) },
		{ "reviews", load_reviews, false, AT(reviews) },
	};
#undef AT
	struct policy_route *route = &l->policy->route;
	struct policy_queue *q = &route->queue[route->nqueue++];

	q->when = POLICY_NONE;
	q->skills_json = STR("[]");
	q->authority_json = STR("null");
	if (load_object(l, j, path, keys, LENGTH(keys), q) == -1)
		return -1;
	q->has_sla = json_get(j, "sla") != NULL;
	q->has_tier = json_get(j, "tier") != NULL;
	if (load_name(l, json_get(j, "name"),
		arena_printf(l->arena, "%s.name", path), taken, &q->name) == -1)
		return -1;
	q->name_json = load_json_string(l, "", q->name);
	q->reason_json = load_json_string(l, "queue:", q->name);
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
	return r;
}

static int
move(struct loader *l, const struct json *j, const char *path, void *taken)
{
#define AT(member) offsetof(struct policy_move, member)
	static const struct key keys[] = {
		{ "name", load_text, true, AT(name) },
		{ "tier", tier, true, AT(tier) },
		{ "when", load_condition, true, AT(when) },
		{ "next_tier", tier, false, AT(next) },
	};
#undef AT
	struct policy_route *route = &l->policy->route;
	struct policy_move *m = &route->move[route->nmove++];

	if (load_object(l, j, path, keys, LENGTH(keys), m) == -1 ||
	    load_name(l, json_get(j, "name"),
		arena_printf(l->arena, "%s.name", path), taken, &m->name) == -1)
		return -1;
	if (json_get(j, "next_tier") == NULL && m->tier < TIER_EXPERT)
		m->next = m->tier + 1;
	if (m->next <= m->tier)
		return load_fail(l, path,
		    "a case moves up: above %s there is %s",
		    tier_words[m->tier],
		    m->tier == TIER_EXPERT ? "none" : tier_words[m->tier + 1]);
	m->reason_json = load_json_string(l, "tier:", m->name);
	return 0;
}

int
load_tiers(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	struct map taken = { 0 };
	int r;

	(void)unused;
	l->policy->route.move =
	    arena_new(l->arena, struct policy_move, j->n + 1);
	r = load_elements(l, j, path, move, &taken);
	map_release(&taken);
	return r;
}
