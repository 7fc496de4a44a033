/* The policy's section "route.audit". */
#include <math.h>

#include "policy/load.h"

const char *const maturity_words[] = {
	[MATURITY_INITIAL] = "initial",
	[MATURITY_STABLE] = "stable",
	[MATURITY_DEGRADED] = "degraded",
	NULL,
};

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
by_task(struct loader *l, const struct json *j, const char *path, void *unused)
{
	return load_members(l, j, path, task_rate, unused);
}

static int
risk_rate(struct loader *l, struct str name, const struct json *j,
    const char *path, void *to)
{
	const struct json level = { .value.type = JSON_STRING, .string = name };
	struct policy_audit *audit = to;
	enum risk_level i;

	if (load_level(l, &level, path, &i) == -1)
		return -1;
	if (i == RISK_CRITICAL)
		return load_fail(l, path,
		    "nothing of critical risk acts alone, to be audited");
	audit->has_by_risk[i] = true;
	return load_rate(l, j, path, &audit->by_risk[i]);
}

static int
by_risk(struct loader *l, const struct json *j, const char *path, void *to)
{
	return load_members(l, j, path, risk_rate, to);
}

static int
secret(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_audit *audit = to;
	struct str key;

	if (load_text(l, j, path, &key) == -1)
		return -1;
	audit->has_key = true;
	audit->key = hash_key_derive(key);
	return 0;
}

static int
state(struct loader *l, const struct json *j, const char *path, void *to)
{
	static const struct key keys[] = {
		{ "rate", load_rate, false,
		    offsetof(struct policy_state, rate) },
		{ "auto_rate", load_rate, false,
		    offsetof(struct policy_state, auto_rate) },
	};
	struct policy_state *s = to;

	if (load_object(l, j, path, keys, LENGTH(keys), s) == -1)
		return -1;
	s->has_rate = json_get(j, "rate") != NULL;
	s->has_auto_rate = json_get(j, "auto_rate") != NULL;
	return 0;
}

static int
states(struct loader *l, const struct json *j, const char *path, void *to)
{
	static const struct key keys[] = {
		{ "initial", state, true,
		    offsetof(struct policy_audit, state[MATURITY_INITIAL]) },
		{ "stable", state, true,
		    offsetof(struct policy_audit, state[MATURITY_STABLE]) },
		{ "degraded", state, true,
		    offsetof(struct policy_audit, state[MATURITY_DEGRADED]) },
		{ "min_audits", load_amount, false,
		    offsetof(struct policy_audit, min_audits) },
	};
	struct policy_audit *audit = to;

	audit->has_states = true;
	return load_object(l, j, path, keys, LENGTH(keys), to);
}

/* The highest rate it can come to. */
static double
most(const struct policy *p)
{
	const struct policy_audit *audit = &p->route.audit;
	double x = fmax(audit->rate.value, audit->auto_rate.value);

	for (size_t i = 0; i < p->task_names.n; i++)
		x = fmax(x, p->task[i].audit_rate.value);
	for (int i = 0; i < RISK_LEVELS; i++)
		x = fmax(x, audit->by_risk[i].value);
	for (int i = 0; i < MATURITIES; i++)
		x = fmax(x, fmax(audit->state[i].rate.value,
				audit->state[i].auto_rate.value));
	return fmax(x, audit->floor);
}

int
load_audit(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const struct key keys[] = {
		{ "rate", load_rate, false,
		    offsetof(struct policy_audit, rate) },
		{ "auto_rate", load_rate, false,
		    offsetof(struct policy_audit, auto_rate) },
		{ "by_task", by_task, false, 0 },
		{ "by_risk", by_risk, false, 0 },
		{ "key", secret, false, 0 },
		{ "by", load_value, false, offsetof(struct policy_audit, by) },
		{ "floor", load_amount, false,
		    offsetof(struct policy_audit, floor) },
		{ "states", states, false, 0 },
	};
	struct policy_audit *audit = &l->policy->route.audit;

	(void)unused;
	if (load_object(l, j, path, keys, LENGTH(keys), audit) == -1)
		return -1;
	if (most(l->policy) > 0 && !audit->has_key)
		return load_fail(l, path,
		    "\"key\" is missing: without a secret, anybody can tell "
		    "which records are audited");
	return 0;
}
