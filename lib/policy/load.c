/* Typed readers for the sections of a policy (load.h). */
#include <math.h>
#include <stdio.h>

#include "base/map.h"
#include "policy/load.h"

enum { KEYS_MAX = 32 }; /* of one object */

int
load_fail(struct loader *l, const char *path, const char *fmt, ...)
{
	char what[384];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_set(l->e, STATUS_USAGE, "%s: %s%s%s", l->policy->file, path,
	    *path == '\0' ? "" : ": ", what);
}

static const char *
below(struct loader *l, const char *path, struct str key)
{
	return arena_printf(l->arena, "%s%s%.*s", path,
	    *path == '\0' ? "" : ".", (int)key.n, key.s);
}

static int
require_type(struct loader *l, const struct json *j, const char *path,
    enum json_type type)
{
	if (j->value.type == type)
		return 0;
	return load_fail(l, path, "is %s where %s is expected",
	    json_type_name(j->value.type), json_type_name(type));
}

static int
unknown_key(struct loader *l, struct str key, const char *path,
    const struct key *keys, size_t n)
{
	const char *name[KEYS_MAX] = { NULL }, *nearest;

	for (size_t i = 0; i < n; i++)
		name[i] = keys[i].name;
	nearest = str_nearest(key, name, n);
	if (nearest == NULL)
		return load_fail(l, path, "there is no such key");
	return load_fail(
	    l, path, "there is no such key; did you mean %s?", nearest);
}

static bool
is_repeated(const struct json *j, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(j->member[k].key, j->member[i].key))
			return true;
	return false;
}

/* "//": "why this is so" */
static int
comment(struct loader *l, const struct json *j, const char *path, void *unused)
{
	if (j->value.type == JSON_ARRAY)
		return load_elements(l, j, path, comment, unused);
	return require_type(l, j, path, JSON_STRING);
}

int
load_object(struct loader *l, const struct json *j, const char *path,
    const struct key *keys, size_t n, void *to)
{
	if (require_type(l, j, path, JSON_OBJECT) == -1)
		return -1;
	for (size_t i = 0; i < j->n; i++) {
		struct str key = j->member[i].key;
		const char *at = below(l, path, key);
		size_t k = 0;
		if (str_eq(key, STR("//"))) {
			if (comment(l, &j->member[i].json, at, NULL) == -1)
				return -1;
			continue;
		}
		while (k < n && !str_eq(str_of(keys[k].name), key))
			k++;
		if (k == n)
			return unknown_key(l, key, at, keys, n);
		if (is_repeated(j, i))
			return load_fail(l, at, "is there twice");
	}
	/* in the table's order, so that one section can count on another */
	for (size_t k = 0; k < n; k++) {
		const struct json *value = json_get(j, keys[k].name);
		if (value == NULL && keys[k].required)
			return load_fail(
			    l, path, "\"%s\" is missing", keys[k].name);
		if (value != NULL &&
		    keys[k].load(l, value, below(l, path, str_of(keys[k].name)),
			to == NULL ? NULL : (char *)to + keys[k].at) == -1)
			return -1;
	}
	return 0;
}

int
load_members(struct loader *l, const struct json *j, const char *path,
    load_member_fn *load, void *to)
{
	struct map seen = { 0 };
	bool anew;
	int bad = require_type(l, j, path, JSON_OBJECT);

	for (size_t i = 0; bad == 0 && i < j->n; i++) {
		const struct json_member *m = &j->member[i];
		const char *at = below(l, path, m->key);
		map_put(&seen, m->key, &anew);
		bad = anew ? load(l, m->key, &m->json, at, to)
			   : load_fail(l, at, "is there twice");
	}
	map_release(&seen);
	return bad;
}

int
load_elements(struct loader *l, const struct json *j, const char *path,
    load_fn *load, void *to)
{
	if (require_type(l, j, path, JSON_ARRAY) == -1)
		return -1;
	for (size_t i = 0; i < j->n; i++)
		if (load(l, &j->element[i],
			arena_printf(l->arena, "%s[%zu]", path, i), to) == -1)
			return -1;
	return 0;
}

int
load_string(
    struct loader *l, const struct json *j, const char *path, struct str *out)
{
	if (require_type(l, j, path, JSON_STRING) == -1)
		return -1;
	*out = j->string;
	return 0;
}

int
load_name(struct loader *l, const struct json *j, const char *path,
    struct map *taken, struct str *out)
{
	bool added;

	if (load_string(l, j, path, out) == -1)
		return -1;
	if (out->n == 0)
		return load_fail(l, path, "is empty");
	map_put(taken, *out, &added);
	if (!added)
		return load_fail(l, path,
		    "\"%.*s\" is the name of an earlier "
		    "one",
		    (int)out->n, out->s);
	return 0;
}

int
load_number(struct loader *l, const struct json *j, const char *path,
    double least, double most, double *out)
{
	if (require_type(l, j, path, JSON_NUMBER) == -1)
		return -1;
	if (!(j->number >= least && j->number <= most))
		return load_fail(l, path, "%.*s is outside [%g, %g]",
		    (int)j->value.text.n, j->value.text.s, least, most);
	*out = j->number;
	return 0;
}

int
load_word(struct loader *l, const struct json *j, const char *path,
    const char *const list[], int *out)
{
	struct str word;
	const char *nearest;

	if (load_string(l, j, path, &word) == -1)
		return -1;
	if ((*out = word_index(list, word)) != -1)
		return 0;
	nearest = str_nearest(word, list, word_count(list));
	if (nearest != NULL)
		return load_fail(l, path,
		    "\"%.*s\" is unknown; did you mean "
		    "\"%s\"?",
		    (int)word.n, word.s, nearest);
	return load_fail(l, path,
	    "\"%.*s\" is unknown; one of %s to %s is "
	    "expected",
	    (int)word.n, word.s, list[0], list[word_count(list) - 1]);
}

int
load_level(struct loader *l, const struct json *j, const char *path,
    enum risk_level *out)
{
	int i;

	if (load_word(l, j, path, risk_words, &i) == -1)
		return -1;
	if (!l->policy->risk.level[i])
		return load_fail(
		    l, path, "\"%s\" is not among risk.levels", risk_words[i]);
	*out = (enum risk_level)i;
	return 0;
}

int
load_text(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct str *out = to;

	if (load_string(l, j, path, out) == -1)
		return -1;
	return out->n == 0 ? load_fail(l, path, "is empty") : 0;
}

int
load_fraction(
    struct loader *l, const struct json *j, const char *path, void *to)
{
	return load_number(l, j, path, 0, 1, to);
}

int
load_amount(struct loader *l, const struct json *j, const char *path, void *to)
{
	return load_number(l, j, path, 0, HUGE_VAL, to);
}

int
load_priority(
    struct loader *l, const struct json *j, const char *path, void *to)
{
	enum priority *out = to;
	int i;

	if (load_word(l, j, path, priority_words, &i) == -1)
		return -1;
	*out = (enum priority)i;
	return 0;
}

/* At most as many as a queue keeps of one task (queue/task.h). */
enum { REVIEWS_MOST = 100 };

int
load_reviews(struct loader *l, const struct json *j, const char *path, void *to)
{
	uint64_t *out = to;
	double x = 0;

	if (load_number(l, j, path, 1, REVIEWS_MOST, &x) == -1)
		return -1;
	*out = (uint64_t)x;
	return (double)*out == x
		   ? 0
		   : load_fail(l, path, "is no whole number of reviews");
}

int
load_duration(
    struct loader *l, const struct json *j, const char *path, void *to)
{
	struct duration *out = to;
	struct str text;

	if (load_string(l, j, path, &text) == -1)
		return -1;
	if (duration_parse(text, out) == -1)
		return load_fail(l, path,
		    "\"%.*s\" is no duration, such as "
		    "\"30m\", \"4h\" or \"1d\"",
		    (int)text.n, text.s);
	return 0;
}

int
load_expr(struct loader *l, const struct json *j, const char *path,
    enum expr_mode mode, uint32_t *id)
{
	struct str text;

	if (load_string(l, j, path, &text) == -1)
		return -1;
	return expr_set_add(l->policy->exprs,
	    arena_printf(l->arena, "%s: %s", l->policy->file, path), text, mode,
	    id, l->e);
}

static int
load_expr_at(struct loader *l, const struct json *j, const char *path,
    enum expr_mode mode, int64_t *out)
{
	uint32_t id;

	if (load_expr(l, j, path, mode, &id) == -1)
		return -1;
	*out = id;
	return 0;
}

int
load_condition(
    struct loader *l, const struct json *j, const char *path, void *to)
{
	return load_expr_at(l, j, path, EXPR_CONDITION, to);
}

int
load_value(struct loader *l, const struct json *j, const char *path, void *to)
{
	return load_expr_at(l, j, path, EXPR_VALUE, to);
}

int
load_threshold(struct loader *l, const struct json *j, const char *path,
    struct policy_threshold *out)
{
	out->given = true;
	out->json = STR("null");
	if (j->value.type == JSON_NULL) {
		out->never = true;
		return 0;
	}
	if (load_number(l, j, path, 0, 1, &out->value) == -1)
		return -1;
	out->json = arena_number(l->arena, out->value);
	return 0;
}

int
load_rate(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_rate *out = to;

	if (load_number(l, j, path, 0, 1, &out->value) == -1)
		return -1;
	out->json = arena_number(l->arena, out->value);
	return 0;
}

struct policy_task *
load_task(struct loader *l, struct str name)
{
	struct policy *p = l->policy;
	bool added;
	uint32_t i = map_put(&p->task_names, name, &added);

	if (added) {
		VEC_ROOM(p->task, i, p->task_cap);
		p->task[i] = (struct policy_task){ .level = RISK_UNKNOWN };
	}
	return &p->task[i];
}

struct str
load_json_string(struct loader *l, const char *prefix, struct str text)
{
	struct buf b = { 0 }, joined = { 0 };
	struct str s;

	buf_cstr(&joined, prefix);
	buf_str(&joined, text);
	buf_json_string(&b, buf_view(&joined));
	buf_release(&joined);
	s = arena_str(l->arena, buf_view(&b));
	buf_release(&b);
	return s;
}
