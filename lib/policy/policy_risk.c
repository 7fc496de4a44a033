/* The policy's section "risk" (policy.h). */
#include "policy/load.h"

static int
level_in_use(
    struct loader *l, const struct json *j, const char *path, void *last)
{
	struct policy_risk *risk = &l->policy->risk;
	int i, *highest = last;

	if (load_word(l, j, path, risk_words, &i) == -1)
		return -1;
	if (i <= *highest)
		return load_fail(l, path,
		    "\"%s\" is not above the level before "
		    "it",
		    risk_words[i]);
	*highest = i;
	risk->level[i] = true;
	return 0;
}

static int
levels(struct loader *l, const struct json *j, const char *path, void *unused)
{
	int highest = -1;

	(void)unused;
	for (int i = 0; i < RISK_LEVELS; i++)
		l->policy->risk.level[i] = false;
	if (load_elements(l, j, path, level_in_use, &highest) == -1)
		return -1;
	return highest == -1 ? load_fail(l, path, "is empty") : 0;
}

static int
fallback(struct loader *l, const struct json *j, const char *path, void *unused)
{
	(void)unused;
	return load_level(l, j, path, &l->policy->risk.fallback);
}

static int
task(struct loader *l, struct str name, const struct json *j, const char *path,
    void *unused)
{
	(void)unused;
	return load_level(l, j, path, &load_task(l, name)->level);
}

static int
tasks(struct loader *l, const struct json *j, const char *path, void *unused)
{
	return load_members(l, j, path, task, unused);
}

static int
rule_when(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_rule *rule = to;

	return load_expr(l, j, path, EXPR_CONDITION, &rule->when);
}

static int
rule_name(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_rule *rule = to;

	return load_string(l, j, path, &rule->name);
}

static int
rule_level(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_rule *rule = to;

	return load_level(l, j, path, &rule->level);
}

static int
rule(struct loader *l, const struct json *j, const char *path, void *taken)
{
	static const struct key keys[] = {
		{ "name", rule_name, true, 0 },
		{ "when", rule_when, true, 0 },
		{ "set", rule_level, false, 0 },
		{ "raise", rule_level, false, 0 },
	};
	struct policy_risk *risk = &l->policy->risk;
	struct policy_rule *r = &risk->rule[risk->nrule];
	bool sets, raises;

	if (load_object(l, j, path, keys, LENGTH(keys), r) == -1 ||
	    load_name(l, json_get(j, "name"),
		arena_printf(l->arena, "%s.name", path), taken, &r->name) == -1)
		return -1;
	sets = json_get(j, "set") != NULL;
	raises = json_get(j, "raise") != NULL;
	if (sets == raises)
		return load_fail(l, path, "needs either \"set\" or \"raise\"");
	r->raises = raises;
	r->name_json = load_json_string(l, "", r->name);
	risk->nrule++;
	return 0;
}

static int
rules(struct loader *l, const struct json *j, const char *path, void *unused)
{
	struct map taken = { 0 };
	int r;

	(void)unused;
	l->policy->risk.rule =
	    arena_new(l->arena, struct policy_rule, j->n + 1);
	r = load_elements(l, j, path, rule, &taken);
	map_release(&taken);
	return r;
}

int
load_risk(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const struct key keys[] = {
		{ "levels", levels, false, 0 }, /* first: the others use it */
		{ "default", fallback, false, 0 },
		{ "tasks", tasks, false, 0 },
		{ "rules", rules, false, 0 },
	};

	l->policy->risk.given = true;
	return load_object(l, j, path, keys, LENGTH(keys), unused);
}
