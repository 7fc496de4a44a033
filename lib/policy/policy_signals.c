/* The policy's section "signals": what stands in for a confidence. */
#include <math.h>

#include "policy/load.h"

/* What counts when it is not there; null: then there is no confidence. */
static int
missing(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_signal *s = to;

	if (j->value.type == JSON_NULL) {
		s->needed = true;
		return 0;
	}
	return load_fraction(l, j, path, &s->missing);
}

static int
signal(struct loader *l, const struct json *j, const char *path, void *taken)
{
	static const struct key keys[] = {
		{ "name", load_text, true,
		    offsetof(struct policy_signal, name) },
		{ "value", load_value, true,
		    offsetof(struct policy_signal, value) },
		{ "weight", load_amount, false,
		    offsetof(struct policy_signal, weight) },
		{ "missing", missing, false, 0 },
	};
	struct policy_signal *s = &l->policy->signal[l->policy->nsignal++];

	s->weight = 1;
	if (load_object(l, j, path, keys, LENGTH(keys), s) == -1)
		return -1;
	if (!(s->weight >= 1e-6 && s->weight <= 1e6))
		return load_fail(l, arena_printf(l->arena, "%s.weight", path),
		    "%g is outside [1e-06, 1e+06]", s->weight);
	return load_name(l, json_get(j, "name"),
	    arena_printf(l->arena, "%s.name", path), taken, &s->name);
}

int
load_signals(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	struct map taken = { 0 };
	int r;

	(void)unused;
	if (l->policy->field[FIELD_CONFIDENCE] != POLICY_NONE)
		return load_fail(l, path,
		    "stand in for a confidence, but fields.confidence says "
		    "where there is one");
	l->policy->signal = arena_new(l->arena, struct policy_signal, j->n + 1);
	r = load_elements(l, j, path, signal, &taken);
	map_release(&taken);
	if (r == 0 && l->policy->nsignal == 0)
		return load_fail(l, path, "is empty");
	return r;
}
