/* The policy's section "route.cascade", and what it does to a record. */
#include <math.h>

#include "policy/cascade.h"
#include "policy/load.h"
#include "record/number.h"

static int
layer_name(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_layer *x = to;

	return load_string(l, j, path, &x->name);
}

static int
layer_fail(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_layer *x = to;
	uint32_t id;

	if (load_expr(l, j, path, EXPR_CONDITION, &id) == -1)
		return -1;
	x->fail = id;
	return 0;
}

static int
layer_score(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_layer *x = to;
	uint32_t id;

	if (load_expr(l, j, path, EXPR_VALUE, &id) == -1)
		return -1;
	x->score = id;
	return 0;
}

static int
layer_pass(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_layer *x = to;

	return load_number(l, j, path, 0, 1, &x->pass);
}

static int
layer_cost(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_layer *x = to;

	return load_number(l, j, path, 0, HUGE_VAL, &x->cost);
}

static int
layer(struct loader *l, const struct json *j, const char *path, void *taken)
{
	static const struct key keys[] = {
		{ "name", layer_name, true },
		{ "fail", layer_fail, false },
		{ "score", layer_score, false },
		{ "pass", layer_pass, false },
		{ "cost", layer_cost, false },
	};
	struct policy_route *route = &l->policy->route;
	struct policy_layer *x = &route->layer[route->nlayer++];

	x->fail = x->score = POLICY_NONE;
	if (load_object(l, j, path, keys, LENGTH(keys), x) == -1 ||
	    load_name(l, json_get(j, "name"),
		arena_printf(l->arena, "%s.name", path), taken, &x->name) == -1)
		return -1;
	if ((x->fail == POLICY_NONE) == (x->score == POLICY_NONE))
		return load_fail(l, path, "needs either \"fail\" or \"score\"");
	if ((json_get(j, "score") == NULL) != (json_get(j, "pass") == NULL))
		return load_fail(
		    l, path, "\"score\" and \"pass\" belong together");
	return 0;
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
		expr_set_use(p->exprs,
		    (uint32_t)(x->fail != POLICY_NONE ? x->fail : x->score));
	}
}

/* Whether a record passes; never on doubt. */
static bool
passes(
    struct evaluator *ev, const struct policy_layer *x, const struct record *r)
{
	struct value v;

	if (x->fail != POLICY_NONE)
		return expr_condition(ev, r, (uint32_t)x->fail) == 0;
	return expr_value(ev, r, (uint32_t)x->score, &v) == EXPR_OK &&
	       v.type == JSON_NUMBER && number_value(v.text) >= x->pass;
}

size_t
cascade_run(
    struct evaluator *ev, const struct policy *p, const struct record *r)
{
	size_t i = 0;

	while (i < p->route.nlayer && passes(ev, &p->route.layer[i], r))
		i++;
	return i;
}
