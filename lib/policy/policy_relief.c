/* The policy's section "route.relief". */
#include "policy/load.h"

static int
relief_risk(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_relief *x = to;
	enum risk_level level;

	if (load_level(l, j, path, &level) == -1)
		return -1;
	if (level > RISK_MEDIUM)
		return load_fail(l, path,
		    "thresholds are never lowered for %s risk",
		    risk_words[level]);
	x->risk[level] = true;
	return 0;
}

static int
relief_risks(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_relief *x = to;

	x->risk[RISK_LOW] = false;
	return load_elements(l, j, path, relief_risk, to);
}

int
load_relief(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const struct key keys[] = {
		{ "backlog", load_amount, true,
		    offsetof(struct policy_relief, backlog) },
		{ "lower_by", load_fraction, true,
		    offsetof(struct policy_relief, lower_by) },
		{ "floor", load_fraction, true,
		    offsetof(struct policy_relief, floor) },
		{ "risks", relief_risks, false, 0 },
	};
	struct policy_relief *x = &l->policy->route.relief;

	(void)unused;
	x->given = true;
	x->risk[RISK_LOW] = true; /* unless risks says otherwise */
	return load_object(l, j, path, keys, LENGTH(keys), x);
}
