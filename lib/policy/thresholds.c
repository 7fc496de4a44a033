/* Thresholds files (thresholds.h). */
#include <math.h>

#include "policy/thresholds.h"
#include "record/json_tree.h"

static int
bad(const struct thresholds *t, struct err *e, const char *what)
{
	return err_set(e, STATUS_USAGE, "%s: %s", t->file, what);
}

/* One member "threshold" of an object; null means never alone. */
static int
read_threshold(const struct thresholds *t, const struct json *j,
    const char *where, struct arena *a, struct policy_threshold *out,
    struct err *e)
{
	const struct json *x = json_get(j, "threshold");

	if (x == NULL ||
	    (x->value.type != JSON_NULL && x->value.type != JSON_NUMBER))
		return err_set(e, STATUS_USAGE,
		    "%s: %s.threshold: a number or "
		    "null is expected",
		    t->file, where);
	out->given = true;
	out->never = x->value.type == JSON_NULL;
	out->value = x->number;
	out->json = out->never ? STR("null") : arena_number(a, x->number);
	/* just above 1 is a valid answer: nothing is confident enough */
	if (!out->never && !(out->value >= 0 && out->value < 2))
		return err_set(e, STATUS_USAGE,
		    "%s: %s.threshold: %g is outside [0, 2); above 1 "
		    "nothing is confident enough",
		    t->file, where, out->value);
	return 0;
}

static int
read_groups(struct thresholds *t, const struct json *groups, struct policy *p,
    struct arena *a, const struct json *by, struct err *e)
{
	uint32_t id;

	if (groups == NULL || groups->value.type == JSON_NULL)
		return 0;
	if (groups->value.type == JSON_OBJECT && groups->n == 0)
		return 0;
	if (groups->value.type != JSON_OBJECT || by == NULL ||
	    by->value.type != JSON_STRING)
		return bad(t, e, "\"groups\" is an object and needs \"by\"");
	if (expr_set_add(p->exprs, arena_printf(a, "%s: by", t->file),
		by->string, EXPR_VALUE, &id, e) == -1)
		return -1;
	t->by = id;
	t->threshold = arena_new(a, struct policy_threshold, groups->n + 1);
	for (size_t i = 0; i < groups->n; i++) {
		const struct json_member *m = &groups->member[i];
		uint32_t g = map_put(&t->group, m->key, NULL);
		if (read_threshold(t, &m->json,
			arena_printf(a, "groups.%.*s", (int)m->key.n, m->key.s),
			a, &t->threshold[g], e) == -1)
			return -1;
	}
	return 0;
}

/* What is said of its making; a file written by hand says nothing. */
static void
read_promise(struct thresholds *t, const struct json *root)
{
	const struct json *method = json_get(root, "method");
	const struct json *by = json_get(root, "by");

	t->max_error = json_get_number(root, "max_error");
	t->confidence_level = json_get_number(root, "confidence_level");
	t->n = json_get_number(root, "n");
	if (isnan(t->n))
		t->n = 0;
	t->proven = method != NULL && str_eq(method->string, STR("ltt"));
	if (by != NULL)
		t->by_text = by->string;
}

struct thresholds *
thresholds_load(
    const char *file, struct policy *p, struct arena *a, struct err *e)
{
	struct thresholds *t = arena_new(a, struct thresholds, 1);
	const struct json *root, *kind;
	struct str bytes;

	t->file = file;
	t->by = POLICY_NONE;
	if ((root = json_load(file, a, &bytes, e)) == NULL)
		return NULL;
	kind = json_get(root, "kind");
	if (kind == NULL || !str_eq(kind->string, STR("thresholds"))) {
		bad(t, e,
		    "is no thresholds file (\"kind\" is not "
		    "\"thresholds\"; hitl-calibrate threshold makes one)");
		return NULL;
	}
	read_promise(t, root);
	if (read_threshold(t, json_get(root, "default"), "default", a,
		&t->fallback, e) == -1 ||
	    read_groups(t, json_get(root, "groups"), p, a, json_get(root, "by"),
		e) == -1) {
		thresholds_free(t);
		return NULL;
	}
	return t;
}

void
thresholds_free(struct thresholds *t)
{
	if (t != NULL)
		map_release(&t->group);
}
