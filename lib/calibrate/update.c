/* May a thresholds file take another one's place? (update.h) */
#include <math.h>

#include "calibrate/update.h"

/* Whether anything may act alone by it. */
static bool
has_threshold(const struct json *root)
{
	const struct json *groups = json_get(root, "groups");

	if (!isnan(json_get_number(json_get(root, "default"), "threshold")))
		return true;
	for (size_t i = 0; groups != NULL && i < groups->n; i++)
		if (!isnan(
			json_get_number(&groups->member[i].json, "threshold")))
			return true;
	return false;
}

static bool
lets_any(const struct thresholds *t)
{
	if (!t->fallback.never)
		return true;
	for (size_t i = 0; i < t->group.n; i++)
		if (!t->threshold[i].never)
			return true;
	return false;
}

/* A group with a threshold of its own that has no labels now; -1: none. */
static int64_t
silenced(const struct thresholds *old, const struct json *text)
{
	const struct json *groups = json_get(text, "groups");

	for (size_t i = 0; i < old->group.n; i++) {
		const struct policy_threshold *t = &old->threshold[i];
		const struct json *now;
		if (t->never ||
		    (!old->fallback.never && t->value == old->fallback.value))
			continue;
		now = json_find(groups, old->group.key[i]);
		if (now == NULL || json_get_number(now, "n") == 0)
			return (int64_t)i;
	}
	return -1;
}

bool
update_allowed(const struct thresholds *old, bool refuted,
    const struct json *text, struct buf *why)
{
	const struct json *by = json_get(text, "by");
	const struct json *method = json_get(text, "method");
	struct str by_text = { 0 };
	double n = json_get_number(text, "n");
	int64_t silent;

	if (refuted)
		return true;
	if (by != NULL)
		by_text = by->string;
	if (!has_threshold(text) && lets_any(old))
		buf_cstr(why, "the new labels prove no threshold");
	else if (!str_eq(by_text, old->by_text))
		buf_cstr(why, "it is grouped by another expression");
	else if (old->proven &&
		 (method == NULL || !str_eq(method->string, STR("ltt"))))
		buf_cstr(why, "it is proven, the new one is not");
	else if (json_get_number(text, "max_error") > old->max_error)
		buf_printf(why,
		    "it promises an error of at most %g, the new "
		    "one %g",
		    old->max_error, json_get_number(text, "max_error"));
	else if (json_get_number(text, "confidence_level") <
		 old->confidence_level)
		buf_printf(why, "its confidence level is %g, the new one's %g",
		    old->confidence_level,
		    json_get_number(text, "confidence_level"));
	else if (n < old->n / 2)
		buf_printf(why,
		    "it rests on %.0f labels, the new one on %.0f: less than "
		    "half as many",
		    old->n, n);
	else if ((silent = silenced(old, text)) != -1)
		buf_printf(why,
		    "it has a threshold for the group %.*s, of which no labels "
		    "are counted now",
		    (int)old->group.key[silent].n, old->group.key[silent].s);
	return why->n == 0;
}

bool
update_silences(const struct json *text, struct buf *words)
{
	const struct json *groups = json_get(text, "groups");
	struct str first = { 0 };
	size_t n = 0;

	for (size_t i = groups->n; i-- > 0;)
		if (json_get_number(&groups->member[i].json, "n") == 0) {
			first = groups->member[i].key;
			n++;
		}
	if (n == 1)
		buf_printf(words,
		    "no labels are counted for the group %.*s now: it does "
		    "not act alone until there are some",
		    (int)first.n, first.s);
	else if (n > 1)
		buf_printf(words,
		    "no labels are counted for %zu groups now, %.*s among "
		    "them: they do not act alone until there are some",
		    n, (int)first.n, first.s);
	return n > 0;
}
