/* The policy's section "targets" (policy.h). */
#include "policy/load.h"

static int
bound(struct loader *l, const struct json *j, const char *path, enum metric m,
    double *out)
{
	struct duration d;

	switch (metric_kinds[m].unit) {
	case UNIT_SHARE: return load_number(l, j, path, 0, 1, out);
	case UNIT_RATING: return load_number(l, j, path, 1, 5, out);
	case UNIT_COST: return load_number(l, j, path, 0, 1e9, out);
	case UNIT_SECONDS: break;
	}
	if (j->value.type == JSON_NUMBER)
		return load_number(l, j, path, 0, 1e9, out);
	if (load_duration(l, j, path, &d) == -1)
		return -1;
	if (duration_is_business(&d))
		return load_fail(l, path, "a time here has no business days");
	*out = (double)d.usec / (double)USEC_PER_SECOND;
	return 0;
}

static int
range(struct loader *l, const struct json *j, const char *path, enum metric m,
    struct policy_target *t)
{
	struct str a, b;

	if (j->n != 2)
		return load_fail(
		    l, path, "a range has two ends, [least, most]");
	t->has_least = t->has_most = true;
	if (bound(l, &j->element[0], path, m, &t->least) == -1 ||
	    bound(l, &j->element[1], path, m, &t->most) == -1)
		return -1;
	if (t->least > t->most)
		return load_fail(l, path, "the range is empty");
	/* it goes into rows of one line each, whatever stands between */
	a = j->element[0].value.text;
	b = j->element[1].value.text;
	t->text = str_of(arena_printf(
	    l->arena, "[%.*s,%.*s]", (int)a.n, a.s, (int)b.n, b.s));
	return 0;
}

static int
target(struct loader *l, struct str name, const struct json *j,
    const char *path, void *unused)
{
	struct policy_target *t;
	const char *nearest;
	int m = word_index(metric_words, name);

	(void)unused;
	if (m == -1) {
		nearest =
		    str_nearest(name, metric_words, word_count(metric_words));
		return nearest == NULL
			   ? load_fail(l, path,
				 "there is no such metric; hitl-metrics(1) "
				 "has them")
			   : load_fail(l, path,
				 "there is no such metric; did you mean %s?",
				 nearest);
	}
	t = &l->policy->target[m];
	t->given = true;
	t->text = j->value.text;
	if (j->value.type == JSON_ARRAY)
		return range(l, j, path, (enum metric)m, t);
	t->has_least = metric_kinds[m].more_is_better;
	t->has_most = !t->has_least;
	return bound(
	    l, j, path, (enum metric)m, t->has_least ? &t->least : &t->most);
}

int
load_targets(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	return load_members(l, j, path, target, unused);
}
