/*
 * Results as an aligned table (results_table.h).
 *
 * Rows that hold measures, objects with a "value", are turned: a line a
 * measure, its interval and target beside it, because a person compares
 * those; plain members of such a row lead each of its lines.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"
#include "base/utf8.h"
#include "record/results_table.h"

struct table {
	struct arena *arena;
	struct str *cell; /* [rows * columns] */
	bool *numeric; /* of each cell: aligned to the right */
	size_t n, cap, numeric_cap;
	size_t columns;
};

static void
put(struct table *t, struct str text, bool numeric)
{
	VEC_ROOM(t->cell, t->n, t->cap);
	t->numeric =
	    vec_room(t->numeric, t->n, &t->numeric_cap, sizeof(*t->numeric));
	t->cell[t->n] = text;
	t->numeric[t->n++] = numeric;
}

/*
 * Four decimals are what a person reads, of less than a thousandth four
 * digits; counts stay whole.
 */
static struct str
number_text(struct table *t, double x)
{
	if (x == floor(x) && fabs(x) < 1e15)
		return str_of(arena_printf(t->arena, "%.0f", x));
	if (fabs(x) >= 1000)
		return str_of(arena_printf(t->arena, "%.1f", x));
	if (fabs(x) < 1e-3)
		return str_of(arena_printf(t->arena, "%.4g", x));
	return str_of(arena_printf(t->arena, "%.4f", x));
}

static bool
is_number(const struct json *j)
{
	return j != NULL && j->value.type == JSON_NUMBER;
}

static void
put_json(struct table *t, const struct json *j)
{
	if (j == NULL || j->value.type == JSON_NULL)
		put(t, STR("-"), true);
	else if (is_number(j))
		put(t, number_text(t, j->number), true);
	else if (j->value.type == JSON_STRING && !j->value.escaped)
		put(t, j->string, false);
	else if (j->value.type == JSON_STRING)
		put(t, (struct str){ j->value.text.s + 1, j->value.text.n - 2 },
		    false);
	else
		put(t, j->value.text, false);
}

static bool
is_measure(const struct json *j)
{
	return j->value.type == JSON_OBJECT && json_get(j, "value") != NULL;
}

static bool
has_measures(const struct json *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (is_measure(&row->member[i].json))
			return true;
	return false;
}

/* Whether its measures say how they have moved. */
static bool
has_changes(const struct json *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (json_get(&row->member[i].json, "moved") != NULL)
			return true;
	return false;
}

static void
put_arrow(struct table *t, const struct json *measure)
{
	const struct json *moved = json_get(measure, "moved");
	struct str word = moved == NULL ? STR("") : moved->string;

	put(t,
	    str_eq(word, STR("up"))     ? STR("↑")
	    : str_eq(word, STR("down")) ? STR("↓")
					: STR(""),
	    false);
}

static void
put_interval(struct table *t, const struct json *m)
{
	const struct json *low = json_get(m, "low"),
			  *high = json_get(m, "high");
	struct str a, b;

	if (!is_number(low) || !is_number(high)) {
		put(t, STR(""), false);
		return;
	}
	a = number_text(t, low->number);
	b = number_text(t, high->number);
	put(t,
	    str_of(arena_printf(
		t->arena, "[%.*s, %.*s]", (int)a.n, a.s, (int)b.n, b.s)),
	    false);
}

static void
put_verdict(struct table *t, const struct json *m)
{
	const struct json *ok = json_get(m, "ok"), *why = json_get(m, "why");

	if (ok != NULL && ok->value.type == JSON_TRUE)
		put(t, STR("ok"), false);
	else if (ok != NULL && ok->value.type == JSON_FALSE)
		put(t, STR("MISSED"), false);
	else if (why != NULL && why->value.type == JSON_STRING)
		put(t, why->string, false);
	else
		put(t,
		    json_get(m, "target") == NULL ||
			    value_is_null(&json_get(m, "target")->value)
			? STR("")
			: STR("cannot tell"),
		    false);
}

/* What names a row, its strings (window, group), leads each of its lines. */
static void
table_of_measures(const struct results *r, struct table *t)
{
	const struct json *first = r->row[0];
	bool arrows = has_changes(first);
	size_t lead = 0;

	for (size_t i = 0; i < first->n; i++)
		if (first->member[i].json.value.type == JSON_STRING ||
		    str_eq(first->member[i].key, STR("window")) ||
		    str_eq(first->member[i].key, STR("group"))) {
			put(t, first->member[i].key, false);
			lead++;
		}
	t->columns = lead + 6 + (arrows ? 1 : 0);
	put(t, STR("metric"), false);
	put(t, STR("value"), true);
	if (arrows)
		put(t, STR(""), false);
	put(t, STR("interval"), false);
	put(t, STR("n"), true);
	put(t, STR("target"), false);
	put(t, STR(""), false);
	for (size_t k = 0; k < r->n; k++)
		for (size_t i = 0; i < r->row[k]->n; i++) {
			const struct json_member *m = &r->row[k]->member[i];
			if (!is_measure(&m->json))
				continue;
			for (size_t c = 0; c < lead; c++)
				put_json(t, json_find(r->row[k], t->cell[c]));
			put(t, m->key, false);
			put_json(t, json_get(&m->json, "value"));
			if (arrows)
				put_arrow(t, &m->json);
			put_interval(t, &m->json);
			put_json(t, json_get(&m->json, "n"));
			const struct json *target =
			    json_get(&m->json, "target");
			if (target == NULL || value_is_null(&target->value))
				put(t, STR(""), false);
			else
				put(t, target->value.text, false);
			put_verdict(t, &m->json);
		}
}

/* What needs a table of its own: a list of objects, or an object of them. */
static bool
is_nested(const struct json *j)
{
	if (j->n == 0)
		return false;
	if (j->value.type == JSON_ARRAY)
		return j->element[0].value.type == JSON_OBJECT;
	return j->value.type == JSON_OBJECT &&
	       j->member[0].json.value.type == JSON_OBJECT;
}

/* One object, a member a line; objects within it under dotted names. */
static void
table_of_members(const struct json *row, const char *prefix, struct table *t)
{
	for (size_t i = 0; i < row->n; i++) {
		const struct json_member *m = &row->member[i];
		const char *name = arena_printf(
		    t->arena, "%s%.*s", prefix, (int)m->key.n, m->key.s);
		if (is_nested(&m->json))
			continue;
		if (m->json.value.type == JSON_OBJECT && m->json.n > 0) {
			table_of_members(
			    &m->json, arena_printf(t->arena, "%s.", name), t);
			continue;
		}
		put(t, str_of(name), false);
		put_json(t, &m->json);
	}
}

static void
table_of_rows(const struct results *r, struct table *t)
{
	const struct json *first = r->row[0];

	t->columns = 0;
	for (size_t i = 0; i < first->n; i++) {
		if (is_nested(&first->member[i].json))
			continue;
		put(t, first->member[i].key, is_number(&first->member[i].json));
		t->columns++;
	}
	for (size_t k = 0; k < r->n; k++)
		for (size_t c = 0; c < t->columns; c++)
			put_json(t, json_find(r->row[k], t->cell[c]));
}

/* An object or a list of objects, each a line; the names of members lead. */
static void
table_of_nested(const struct json *j, struct table *t)
{
	bool named = j->value.type == JSON_OBJECT;
	const struct json *first = named ? &j->member[0].json : &j->element[0];

	t->columns = first->n + named;
	if (named)
		put(t, STR(""), false);
	for (size_t i = 0; i < first->n; i++)
		put(t, first->member[i].key, is_number(&first->member[i].json));
	for (size_t k = 0; k < j->n; k++) {
		const struct json *row =
		    named ? &j->member[k].json : &j->element[k];
		if (named)
			put(t, j->member[k].key, false);
		for (size_t i = 0; i < first->n; i++)
			put_json(t, json_find(row, first->member[i].key));
	}
}

static void
print_text(struct buf *out, struct str text)
{
	buf_reserve(out, text.n);
	out->n += printable_plain(text, out->s + out->n);
}

static void
pad(struct buf *out, size_t n)
{
	while (n-- > 0)
		buf_char(out, ' ');
}

static void
print_table(struct table *t, struct buf *out)
{
	size_t *widest = arena_new(t->arena, size_t, t->columns + 1);

	for (size_t i = 0; i < t->n; i++)
		if (utf8_count(t->cell[i]) > widest[i % t->columns])
			widest[i % t->columns] = utf8_count(t->cell[i]);
	for (size_t i = 0; i < t->n; i++) {
		size_t c = i % t->columns, w = utf8_count(t->cell[i]);
		if (c > 0)
			buf_cstr(out, "  ");
		if (t->numeric[i])
			pad(out, widest[c] - w);
		print_text(out, t->cell[i]);
		if (!t->numeric[i] && c + 1 < t->columns)
			pad(out, widest[c] - w);
		if (c + 1 == t->columns) {
			while (out->n > 0 && out->s[out->n - 1] == ' ')
				out->n--;
			buf_char(out, '\n');
		}
	}
}

static void
end_table(struct table *t, struct buf *out)
{
	if (t->columns > 0)
		print_table(t, out);
	free(t->cell);
	free(t->numeric);
}

/* What the table of a row has left out, below it. */
static void
print_nested(const struct json *row, struct arena *a, struct buf *out)
{
	for (size_t i = 0; i < row->n; i++) {
		const struct json_member *m = &row->member[i];
		struct table t = { .arena = a };
		if (!is_nested(&m->json))
			continue;
		buf_char(out, '\n');
		print_text(out, m->key);
		buf_cstr(out, ":\n");
		table_of_nested(&m->json, &t);
		end_table(&t, out);
	}
}

void
results_table(const struct results *r, struct buf *out)
{
	struct table t = { .arena = r->arena };

	if (r->n == 0)
		return;
	if (has_measures(r->row[0])) {
		table_of_measures(r, &t);
		end_table(&t, out);
	} else if (r->n == 1) {
		t.columns = 2;
		table_of_members(r->row[0], "", &t);
		end_table(&t, out);
		print_nested(r->row[0], r->arena, out);
	} else {
		table_of_rows(r, &t);
		end_table(&t, out);
		print_nested(r->row[0], r->arena, out);
	}
}
