/* Results for people and for other programs (results.h). */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "record/results.h"
#include "record/results_table.h"

const char *const format_words[] = {
	[FORMAT_NDJSON] = "ndjson",
	[FORMAT_JSON] = "json",
	[FORMAT_CSV] = "csv",
	[FORMAT_TSV] = "tsv",
	[FORMAT_TABLE] = "table",
	NULL,
};

void
results_add(struct results *r, struct str object)
{
	struct err e;

	VEC_ROOM(r->row, r->n, r->cap);
	r->row[r->n] = json_parse(object, r->arena, &e);
	assert(r->row[r->n] != NULL); /* of our own making */
	r->n++;
}

void
results_take(void *results, struct str object)
{
	results_add(results, object);
}

void
results_release(struct results *r)
{
	free(r->row);
	*r = (struct results){ 0 };
}

/* The members of an object, nested ones under dotted names. */
typedef void member_visit(void *, struct str name, const struct json *);

static void
flatten(const struct json *j, struct str prefix, struct arena *a,
    member_visit *visit, void *arg)
{
	for (size_t i = 0; i < j->n; i++) {
		const struct json_member *m = &j->member[i];
		struct str name = m->key;
		if (prefix.n > 0)
			name = str_of(arena_printf(a, "%.*s.%.*s",
			    (int)prefix.n, prefix.s, (int)name.n, name.s));
		if (m->json.value.type == JSON_OBJECT)
			flatten(&m->json, name, a, visit, arg);
		else
			visit(arg, name, &m->json);
	}
}

static void
collect_name(void *map, struct str name, const struct json *j)
{
	(void)j;
	map_put(map, name, NULL);
}

struct cells {
	const struct map *columns;
	const struct json **cell;
};

static void
collect_cell(void *arg, struct str name, const struct json *j)
{
	struct cells *c = arg;

	c->cell[map_find(c->columns, name)] = j;
}

/* What a cell shows: a string's text, or JSON; nothing for null. */
static struct str
cell_text(const struct json *j)
{
	if (j == NULL || j->value.type == JSON_NULL)
		return STR("");
	return j->value.type == JSON_STRING ? j->string : j->value.text;
}

static void
csv_cell(struct buf *out, struct str text)
{
	bool quote = false;

	for (size_t i = 0; i < text.n; i++)
		quote |= strchr(",\"\r\n", text.s[i]) != NULL;
	if (!quote) {
		buf_str(out, text);
		return;
	}
	buf_char(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.s[i] == '"')
			buf_char(out, '"');
		buf_char(out, text.s[i]);
	}
	buf_char(out, '"');
}

/* As IANA's text/tab-separated-values has no quoting: escapes, as in mysql. */
static void
tsv_cell(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		switch (text.s[i]) {
		case '\t': buf_cstr(out, "\\t"); break;
		case '\n': buf_cstr(out, "\\n"); break;
		case '\r': buf_cstr(out, "\\r"); break;
		case '\\': buf_cstr(out, "\\\\"); break;
		default: buf_char(out, text.s[i]);
		}
}

/* Whether a spreadsheet would take it for something to be run. */
static bool
is_formula(struct str text)
{
	return text.n > 0 && text.s[0] != '\0' &&
	       strchr("=+-@\t\r\n", text.s[0]) != NULL;
}

static void
print_text(struct buf *out, bool csv, struct str text)
{
	if (csv)
		csv_cell(out, text);
	else
		tsv_cell(out, text);
}

static void
print_cell(struct buf *out, bool csv, bool no_formulas, struct str text)
{
	struct buf safe = { 0 };

	if (!no_formulas || !is_formula(text)) {
		print_text(out, csv, text);
		return;
	}
	buf_char(&safe, '\'');
	buf_str(&safe, text);
	print_text(out, csv, buf_view(&safe));
	buf_release(&safe);
}

static void
print_separated(const struct results *r, bool csv, struct buf *out)
{
	struct map columns = { 0 };
	struct cells cells;

	for (size_t i = 0; i < r->n; i++)
		flatten(r->row[i], STR(""), r->arena, collect_name, &columns);
	cells.columns = &columns;
	cells.cell = arena_new(r->arena, const struct json *, columns.n + 1);
	for (size_t c = 0; c < columns.n; c++) {
		if (c > 0)
			buf_char(out, csv ? ',' : '\t');
		print_cell(out, csv, r->no_formulas, columns.key[c]);
	}
	buf_char(out, '\n');
	for (size_t i = 0; i < r->n; i++) {
		memset(cells.cell, 0, columns.n * sizeof(*cells.cell));
		flatten(r->row[i], STR(""), r->arena, collect_cell, &cells);
		for (size_t c = 0; c < columns.n; c++) {
			const struct json *j = cells.cell[c];
			if (c > 0)
				buf_char(out, csv ? ',' : '\t');
			print_cell(out, csv,
			    r->no_formulas && j != NULL &&
				j->value.type == JSON_STRING,
			    cell_text(j));
		}
		buf_char(out, '\n');
	}
	map_release(&columns);
}

void
results_print(
    const struct results *r, enum results_format format, struct buf *out)
{
	switch (format) {
	case FORMAT_NDJSON:
		for (size_t i = 0; i < r->n; i++) {
			buf_str(out, r->row[i]->value.text);
			buf_char(out, '\n');
		}
		break;
	case FORMAT_JSON:
		for (size_t i = 0; i < r->n; i++) {
			buf_cstr(out, i == 0 ? "[" : ",\n ");
			buf_str(out, r->row[i]->value.text);
		}
		buf_cstr(out, r->n == 0 ? "[]\n" : "]\n");
		break;
	case FORMAT_CSV:
	case FORMAT_TSV: print_separated(r, format == FORMAT_CSV, out); break;
	case FORMAT_TABLE: results_table(r, out); break;
	}
}
