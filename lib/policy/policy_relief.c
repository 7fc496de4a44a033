/* The policy's section "route.relief". */
#include <math.h>

#include "policy/load.h"

static int
relief_backlog(
    struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_relief *x = to;

	return load_number(l, j, path, 0, HUGE_VAL, &x->backlog);
}

static int
relief_lower_by(
    struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_relief *x = to;

	return load_number(l, j, path, 0, 1, &x->lower_by);
}

static int
relief_floor(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_relief *x = to;

	return load_number(l, j, path, 0, 1, &x->floor);
}

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
		{ "backlog", relief_backlog, true },
		{ "lower_by", relief_lower_by, true },
		{ "floor", relief_floor, true },
		{ "risks", relief_risks, false },
	};
	struct policy_relief *x = &l->policy->route.relief;

	(void)unused;
	x->given = true;
	x->risk[RISK_LOW] = true; /* unless risks says otherwise */
	return load_object(l, j, path, keys, LENGTH(keys), x);
}
