/* The policy's section "route.cascade", and what it does to a record. */
#include "policy/cascade.h"
#include "policy/load.h"
#include "record/number.h"

/* ["judge", "--fast"]: what is run, without a shell. */
static int
argument(struct loader *l, const struct json *j, const char *path, void *to)
{
	char ***at = to;
	struct str text;

	if (load_text(l, j, path, &text) == -1)
		return -1;
	if (memchr(text.s, '\0', text.n) != NULL)
		return load_fail(l, path, "has a NUL in it");
	/* execvp() takes char *, and changes nothing */
	*(*at)++ = (char *)arena_str(l->arena, text).s;
	return 0;
}

static int
command(struct loader *l, const struct json *j, const char *path, void *to)
{
	char ***out = to, **at;

	if (j->value.type == JSON_STRING)
		return load_fail(l, path,
		    "is a list, the program and its arguments; for a shell, "
		    "[\"sh\", \"-c\", \"...\"]");
	at = *out = arena_new(l->arena, char *, j->n + 1);
	if (load_elements(l, j, path, argument, &at) == -1)
		return -1;
	return at == *out ? load_fail(l, path, "is empty") : 0;
}

static int
timeout(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct duration *d = to;

	if (load_duration(l, j, path, d) == -1)
		return -1;
	if (duration_is_business(d) || d->usec == 0)
		return load_fail(l, path, "is to be more than no time");
	return 0;
}

/* What goes together in a layer. */
static int
check(struct loader *l, const struct json *j, const char *path,
    const struct policy_layer *x)
{
	int kinds = (x->fail != POLICY_NONE) + (x->score != POLICY_NONE) +
		    (x->command != NULL);

	if (kinds != 1)
		return load_fail(l, path,
		    "needs one of \"fail\", \"score\" and \"command\"");
	if ((x->fail == POLICY_NONE) != (json_get(j, "pass") != NULL))
		return load_fail(l, path,
		    x->fail != POLICY_NONE
			? "\"pass\" is for a score, not for \"fail\""
			: "\"pass\", the score that passes, is missing");
	if (x->command == NULL && json_get(j, "timeout") != NULL)
		return load_fail(l, path, "\"timeout\" is for a command");
	return 0;
}

static int
layer(struct loader *l, const struct json *j, const char *path, void *taken)
{
#define AT(member) offsetof(struct policy_layer, member)
	static const struct key keys[] = {
		{ "name", load_text, true, AT(name) },
		{ "fail", load_condition, false, AT(fail) },
		{ "score", load_value, false, AT(score) },
		{ "command", command, false, AT(command) },
		{ "timeout", timeout, false, AT(timeout) },
		{ "pass", load_fraction, false, AT(pass) },
		{ "cost", load_amount, false, AT(cost) },
	};
#undef AT
	struct policy_route *route = &l->policy->route;
	struct policy_layer *x = &route->layer[route->nlayer++];

	*x = (struct policy_layer){ .fail = POLICY_NONE,
		.score = POLICY_NONE,
		.timeout.usec = 10 * USEC_PER_SECOND,
		.where =
		    arena_printf(l->arena, "%s: %s", l->policy->file, path) };
	if (load_object(l, j, path, keys, LENGTH(keys), x) == -1 ||
	    load_name(l, json_get(j, "name"),
		arena_printf(l->arena, "%s.name", path), taken, &x->name) == -1)
		return -1;
	x->name_json = load_json_string(l, "", x->name);
	x->reason_json = load_json_string(l, "cascade:", x->name);
	return check(l, j, path, x);
}

int
load_cascade(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	struct policy_route *route = &l->policy->route;
	struct map taken = { 0 };
	int r;

	(void)unused;
	route->layer = arena_new(l->arena, struct policy_layer, j->n + 1);
	r = load_elements(l, j, path, layer, &taken);
	map_release(&taken);
	return r;
}

void
cascade_use(struct policy *p)
{
	for (size_t i = 0; i < p->route.nlayer; i++) {
		const struct policy_layer *x = &p->route.layer[i];
		if (x->command == NULL)
			expr_set_use(p->exprs,
			    (uint32_t)(x->fail != POLICY_NONE ? x->fail
							      : x->score));
	}
}

int
layer_check(
    struct evaluator *ev, const struct policy_layer *x, const struct record *r)
{
	struct value v;

	if (x->fail != POLICY_NONE) {
		int fails = expr_condition(ev, r, (uint32_t)x->fail);
		return fails == -1 ? -1 : !fails;
	}
	if (expr_value(ev, r, (uint32_t)x->score, &v) != EXPR_OK ||
	    v.type != JSON_NUMBER)
		return -1;
	return number_value(v.text) >= x->pass;
}

size_t
cascade_run(
    struct evaluator *ev, const struct policy *p, const struct record *r)
{
	size_t i = 0;

	while (
	    i < p->route.nlayer && layer_check(ev, &p->route.layer[i], r) == 1)
		i++;
	return i;
}
