/* CSV rows as JSON objects (csv.h). */
#include <csv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/map.h"
#include "record/csv.h"
#include "record/json_scan.h"
#include "record/number.h"

struct csv {
	struct csv_parser parser;
	char delimiter;
	struct str *name; /* [n]: "\"key\":" */
	size_t n, cap;
	struct arena arena; /* of the names */
	struct buf row; /* the object in the making */
	size_t cells;
	size_t bad_cell; /* 1-based, 0 for none */
};

/* Where the row in progress stands, between bytes. */
enum place { AT_START, UNQUOTED, QUOTED, QUOTE_IN_QUOTED };

struct row_end {
	size_t length; /* to the newline, or of what there is */
	bool found; /* false: the input or max came first */
	bool open; /* a quoted cell was not closed */
	bool text_after_quote; /* "a"b */
};

/* Blanks in a cell are data, and rows are cut here: libcsv sees no others. */
static int
never(unsigned char c)
{
	(void)c;
	return 0;
}

struct csv *
csv_new(char delimiter)
{
	struct csv *c = calloc(1, sizeof(*c));

	if (c == NULL ||
	    csv_init(&c->parser, CSV_APPEND_NULL | CSV_EMPTY_IS_NULL) != 0)
		memory_exhausted();
	c->delimiter = delimiter;
	csv_set_delim(&c->parser, (unsigned char)delimiter);
	csv_set_space_func(&c->parser, never);
	csv_set_term_func(&c->parser, never);
	return c;
}

void
csv_release(struct csv *c)
{
	if (c == NULL)
		return;
	csv_free(&c->parser);
	buf_release(&c->row);
	arena_release(&c->arena);
	free(c->name);
	free(c);
}

/*
 * The end of the row that starts at in->at.  A quote opens a quoted cell
 * only at the cell's start, as in libcsv.
 */
static struct row_end
find_row_end(struct csv *c, struct input *in, size_t max)
{
	struct row_end end = { 0 };
	enum place place = AT_START;

	for (;; end.length++) {
		while (in->at + end.length == in->end)
			if (end.length > max || !input_more(in)) {
				end.open = place == QUOTED;
				return end;
			}
		char b = in->buf[in->at + end.length];
		if (place == QUOTED) {
			if (b == '"')
				place = QUOTE_IN_QUOTED;
			continue;
		}
		if (b == '"' &&
		    (place == AT_START || place == QUOTE_IN_QUOTED)) {
			place = QUOTED;
		} else if (b == '\n') {
			end.found = true;
			return end;
		} else {
			if (place == QUOTE_IN_QUOTED && b != c->delimiter &&
			    b != '\r')
				end.text_after_quote = true;
			place = b == c->delimiter ? AT_START : UNQUOTED;
		}
	}
}

static size_t
count_newlines(struct str t)
{
	size_t n = 0;
	const char *p = t.s, *end = t.s + t.n;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n;
}

/* Cuts the next row; an unclosed quote gives up its first line only. */
static enum csv_result
cut_row(
    struct csv *c, struct input *in, size_t max, struct str *raw, struct err *e)
{
	struct row_end end = find_row_end(c, in, max);
	char *newline;

	*raw = (struct str){ in->buf + in->at, end.length };
	if (!end.found && in->errnum != 0)
		return CSV_ROW_END;
	if (end.open) {
		newline = memchr(raw->s, '\n', raw->n);
		if (newline != NULL)
			raw->n = (size_t)(newline - raw->s);
		in->at += raw->n + (newline != NULL);
		err_set(e, STATUS_REJECTED,
		    "a quoted cell is opened and never closed");
		return CSV_ROW_BAD;
	}
	if (raw->n > max) {
		raw->n = max;
		in->at += max;
		return CSV_ROW_LONG;
	}
	if (!end.found && raw->n == 0)
		return CSV_ROW_END;
	in->at += raw->n + end.found;
	if (!end.text_after_quote)
		return CSV_ROW_OK;
	err_set(e, STATUS_REJECTED, "text follows the closing quote of a cell");
	return CSV_ROW_BAD;
}

static void
add_cell(struct csv *c, struct str cell)
{
	double x;

	if (cell.s == NULL || cell.n == 0)
		buf_cstr(&c->row, "null");
	else if (number_parse(cell, &x))
		buf_str(&c->row, cell);
	else if (cell.n == 4 && strncasecmp(cell.s, "true", 4) == 0)
		buf_cstr(&c->row, "true");
	else if (cell.n == 5 && strncasecmp(cell.s, "false", 5) == 0)
		buf_cstr(&c->row, "false");
	else
		buf_json_string(&c->row, cell);
}

static void
on_cell(void *bytes, size_t n, void *arg)
{
	struct csv *c = arg;
	struct str cell = { bytes, n };

	c->cells++;
	if (c->cells > c->n)
		return; /* counted, told by the caller */
	if (c->bad_cell == 0 && n > 0 && !utf8_valid(cell))
		c->bad_cell = c->cells;
	if (c->cells > 1)
		buf_char(&c->row, ',');
	buf_str(&c->row, c->name[c->cells - 1]);
	add_cell(c, cell);
}

static void
on_name(void *bytes, size_t n, void *arg)
{
	struct csv *c = arg;

	VEC_ROOM(c->name, c->n, c->cap);
	c->name[c->n++] = arena_str(&c->arena, (struct str){ bytes, n });
}

static int
parse_cells(struct csv *c, struct str raw, void (*cell)(void *, size_t, void *),
    struct err *e)
{
	if (raw.n > 0 && raw.s[raw.n - 1] == '\r')
		raw.n--;
	if (csv_parse(&c->parser, raw.s, raw.n, cell, NULL, c) != raw.n ||
	    csv_fini(&c->parser, cell, NULL, c) != 0)
		return err_set(e, STATUS_REJECTED, "%s",
		    csv_strerror(csv_error(&c->parser)));
	return 0;
}

/* Makes names unique (_2, _3) and turns them into "\"name\":". */
static void
finish_names(struct csv *c)
{
	struct map seen = { 0 };
	struct buf text = { 0 }, key = { 0 };
	bool added;

	for (size_t i = 0; i < c->n; i++) {
		struct str name = c->name[i];
		map_put(&seen, name, &added);
		for (int k = 2; !added; k++) {
			buf_clear(&text);
			buf_str(&text, name);
			buf_printf(&text, "_%d", k);
			map_put(&seen, buf_view(&text), &added);
			if (added)
				name = buf_view(&text);
		}
		buf_clear(&key);
		buf_json_string(&key, name);
		buf_char(&key, ':');
		c->name[i] = arena_str(&c->arena, buf_view(&key));
	}
	map_release(&seen);
	buf_release(&text);
	buf_release(&key);
}

int
csv_header(struct csv *c, struct input *in, size_t max, struct err *e)
{
	struct str raw;

	c->n = 0;
	arena_reset(&c->arena);
	switch (cut_row(c, in, max, &raw, e)) {
	case CSV_ROW_END: return 1;
	case CSV_ROW_BAD: return -1;
	case CSV_ROW_LONG:
		return err_set(e, STATUS_SYSTEM, "longer than %zu bytes", max);
	case CSV_ROW_OK: break;
	}
	if (parse_cells(c, raw, on_name, e) == -1)
		return -1;
	for (size_t i = 0; i < c->n; i++)
		if (!utf8_valid(c->name[i]))
			return err_set(
			    e, STATUS_SYSTEM, "column %zu is not UTF-8", i + 1);
	finish_names(c);
	return 0;
}

static bool
is_blank_row(struct str raw)
{
	return raw.n == 0 || (raw.n == 1 && raw.s[0] == '\r');
}

/* Turns the row into c->row. */
static int
convert(struct csv *c, struct str raw, struct err *e)
{
	buf_clear(&c->row);
	buf_char(&c->row, '{');
	c->cells = c->bad_cell = 0;
	if (parse_cells(c, raw, on_cell, e) == -1)
		return -1;
	if (c->cells != c->n)
		return err_set(e, STATUS_REJECTED,
		    "%zu cells where the header has %zu", c->cells, c->n);
	if (c->bad_cell != 0)
		return err_set(e, STATUS_REJECTED, "column %zu: invalid UTF-8",
		    c->bad_cell);
	buf_char(&c->row, '}');
	buf_reserve(&c->row, 1 + JSON_PADDING);
	memset(c->row.s + c->row.n, 0, 1 + JSON_PADDING);
	return 0;
}

enum csv_result
csv_next(struct csv *c, struct input *in, size_t max, struct str *raw,
    struct str *json, size_t *lines, size_t *skipped, struct err *e)
{
	enum csv_result r;

	*lines = *skipped = 0;
	for (;;) {
		r = cut_row(c, in, max, raw, e);
		if (r != CSV_ROW_OK || !is_blank_row(*raw))
			break;
		++*lines;
		++*skipped;
	}
	if (r == CSV_ROW_END)
		return r;
	*lines += 1 + count_newlines(*raw);
	if (r == CSV_ROW_OK && convert(c, *raw, e) == -1)
		return CSV_ROW_BAD;
	*json = buf_view(&c->row);
	return r;
}
