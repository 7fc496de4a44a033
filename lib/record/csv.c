/* CSV rows as JSON objects (csv.h). */
#include <csv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/utf8.h"
#include "record/csv.h"
#include "record/number.h"

struct csv {
	struct csv_parser parser;
	char delimiter;
	const struct csv_header *header; /* of the row in progress */
	struct csv_header *making; /* while the header is read */
	struct buf row; /* the object in the making */
	size_t cells, extra; /* of the row; those beyond the header's */
	bool valid; /* the row is UTF-8 as a whole */
	size_t bad_cell; /* 1-based, 0 for none */
	struct span *span; /* [nspan >= header->n], in `row` */
	size_t nspan;
};

/* A cell in the object in the making. */
struct span {
	size_t start, end;
	enum json_type type;
};

/* Where the row in progress stands, between bytes. */
enum place { AT_START, UNQUOTED, QUOTED, QUOTE_IN_QUOTED, CR_AFTER_QUOTE };

struct cutter {
	enum place place;
	size_t length; /* of the row so far */
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
	return c;
}

void
csv_release(struct csv *c)
{
	if (c == NULL)
		return;
	csv_free(&c->parser);
	buf_release(&c->row);
	free(c->span);
	free(c);
}

void
csv_header_release(struct csv_header *h)
{
	arena_release(&h->arena);
	free(h->name);
	free(h->node);
	*h = (struct csv_header){ 0 };
}

/*
 * Goes on with the row in text[n]; true when its newline is found, at
 * c->length.  A quote opens a quoted cell only at the cell's start, as in
 * libcsv.
 */
static bool
cut_more(struct cutter *c, const char *text, size_t n, char delimiter)
{
	enum place place = c->place;
	size_t i = c->length;

	for (; i < n; i++) {
		char b;
		if (place == QUOTED) {
			const char *quote = memchr(text + i, '"', n - i);
			if (quote == NULL) {
				i = n;
				break;
			}
			i = (size_t)(quote - text);
			place = QUOTE_IN_QUOTED;
			continue;
		}
		b = text[i];
		if (b == '\n')
			break;
		/* a CR there belongs to the newline, or is text, too */
		c->text_after_quote |= place == CR_AFTER_QUOTE;
		if (b == delimiter) {
			place = AT_START;
		} else if (place == UNQUOTED) {
			continue;
		} else if (place == QUOTE_IN_QUOTED && b == '\r') {
			place = CR_AFTER_QUOTE;
		} else if (b == '"' && place != CR_AFTER_QUOTE) {
			place = QUOTED;
		} else {
			c->text_after_quote |= place == QUOTE_IN_QUOTED;
			place = UNQUOTED;
		}
	}
	c->place = place;
	c->length = i;
	return i < n;
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

static bool
is_blank_row(struct str raw)
{
	return raw.n == 0 || (raw.n == 1 && raw.s[0] == '\r');
}

/* The row of `n` bytes at in->at + start, or a blank line. */
static void
add_row(struct csv_rows *rows, const struct input *in, size_t start, size_t n,
    const char *bad)
{
	struct str raw = { in->buf + in->at + start, n };

	if (bad == NULL && is_blank_row(raw)) {
		rows->skipped++;
		return;
	}
	VEC_ROOM(rows->row, rows->n, rows->cap);
	rows->row[rows->n++] = (struct csv_row){ .start = start,
		.n = n,
		.skipped = rows->skipped,
		.lines = 1 + count_newlines(raw),
		.bad = bad };
	rows->skipped = 0;
}

/*
 * The row at in->at, however many reads it takes.  True if it ends in a
 * newline; false at the limit, the end, or an error.  No byte beyond the
 * limit is looked at, so that it makes no difference how they arrive.
 */
static bool
cut_first(struct cutter *c, struct input *in, char delimiter, size_t max)
{
	for (;;) {
		size_t n = in->end - in->at;
		if (cut_more(
			c, in->buf + in->at, n > max ? max + 1 : n, delimiter))
			return true;
		if (c->length > max || !input_more(in))
			return false;
	}
}

static const char unclosed_within[] =
    "a quoted cell is opened and not closed within --max-line";
static const char unclosed[] = "a quoted cell is opened and never closed";
static const char after_quote[] = "text follows the closing quote of a cell";

/* `most` rows at most. */
static enum lines_result
cut_rows(struct input *in, char delimiter, size_t max, size_t most,
    struct piece *piece, struct csv_rows *rows)
{
	struct cutter c = { 0 };
	size_t used;
	bool ended = cut_first(&c, in, delimiter, max);
	const char *text = in->buf + in->at, *newline;

	rows->n = rows->skipped = 0;
	if (!ended && in->errnum != 0)
		return LINES_END;
	if (!ended && c.place == QUOTED) {
		const char *bad = c.length > max ? unclosed_within : unclosed;
		newline = memchr(text, '\n', c.length);
		if (newline != NULL)
			c.length = (size_t)(newline - text);
		if (c.length > max)
			return LINES_LONG;
		add_row(rows, in, 0, c.length, bad);
		piece_take(piece, in, c.length + (newline != NULL));
		return LINES_OK;
	}
	if (c.length > max)
		return LINES_LONG;
	if (!ended && c.length == 0)
		return LINES_END;
	add_row(rows, in, 0, c.length, c.text_after_quote ? after_quote : NULL);
	used = c.length + ended;
	while (ended && rows->n < most) {
		size_t left = in->end - in->at - used;
		c = (struct cutter){ 0 };
		if (!cut_more(&c, text + used, left, delimiter) ||
		    c.length > max)
			break; /* it will be first the next time */
		add_row(rows, in, used, c.length,
		    c.text_after_quote ? after_quote : NULL);
		used += c.length + 1;
	}
	piece_take(piece, in, used);
	return LINES_OK;
}

enum lines_result
csv_cut(struct input *in, char delimiter, size_t max, struct piece *piece,
    struct csv_rows *rows)
{
	return cut_rows(in, delimiter, max, SIZE_MAX, piece, rows);
}

/* A cell as JSON; its type. */
static enum json_type
add_cell(struct buf *out, struct str cell)
{
	if (cell.s == NULL || cell.n == 0) {
		buf_cstr(out, "null");
		return JSON_NULL;
	}
	if (number_valid(cell)) {
		buf_str(out, cell);
		return JSON_NUMBER;
	}
	if (cell.n == 4 && strncasecmp(cell.s, "true", 4) == 0) {
		buf_cstr(out, "true");
		return JSON_TRUE;
	}
	if (cell.n == 5 && strncasecmp(cell.s, "false", 5) == 0) {
		buf_cstr(out, "false");
		return JSON_FALSE;
	}
	buf_json_string(out, cell);
	return JSON_STRING;
}

static void
on_cell(void *bytes, size_t n, void *arg)
{
	struct csv *c = arg;
	struct str cell = { bytes, n };
	struct span *span;

	if (c->cells == c->header->n) {
		c->extra++; /* told by the caller */
		return;
	}
	if (!c->valid && c->bad_cell == 0 && n > 0 && !utf8_valid(cell))
		c->bad_cell = c->cells + 1;
	if (c->cells > 0)
		buf_char(&c->row, ',');
	buf_str(&c->row, c->header->name[c->cells]);
	span = &c->span[c->cells++];
	span->start = c->row.n;
	span->type = add_cell(&c->row, cell);
	span->end = c->row.n;
}

static void
on_name(void *bytes, size_t n, void *arg)
{
	struct csv_header *h = ((struct csv *)arg)->making;

	VEC_ROOM(h->name, h->n, h->cap);
	h->name[h->n++] = arena_str(&h->arena, (struct str){ bytes, n });
}

static int
parse_cells(struct csv *c, struct str raw, void (*cell)(void *, size_t, void *),
    struct err *e)
{
	bool has_cr;

	if (raw.n > 0 && raw.s[raw.n - 1] == '\r')
		raw.n--;
	/* a call for every byte, which only a CR in a cell is worth */
	has_cr = raw.n > 0 && memchr(raw.s, '\r', raw.n) != NULL;
	csv_set_term_func(&c->parser, has_cr ? never : NULL);
	if (csv_parse(&c->parser, raw.s, raw.n, cell, NULL, c) != raw.n ||
	    csv_fini(&c->parser, cell, NULL, c) != 0) {
		if (csv_error(&c->parser) == CSV_ENOMEM)
			memory_exhausted();
		return err_set(e, STATUS_REJECTED, "%s",
		    csv_strerror(csv_error(&c->parser)));
	}
	return 0;
}

/* Makes names unique (_2, _3) and turns them into "\"name\":". */
static void
finish_names(struct csv_header *h, const struct fields *f)
{
	struct map seen = { 0 };
	struct buf text = { 0 }, key = { 0 };
	/* by the number of a name: the last one that was tried for it */
	uint32_t *tried = alloc_zeros(h->n, sizeof(*tried));
	bool added;

	for (size_t i = 0; i < h->n; i++) {
		struct str name = h->name[i];
		uint32_t *k = &tried[map_put(&seen, name, &added)];
		while (!added) {
			*k += *k == 0 ? 2 : 1;
			buf_clear(&text);
			buf_str(&text, name);
			buf_printf(&text, "_%u", *k);
			map_put(&seen, buf_view(&text), &added);
			if (added)
				name = buf_view(&text);
		}
		h->node[i] = fields_key(f, 0, name.s, name.n);
		buf_clear(&key);
		buf_json_string(&key, name);
		buf_char(&key, ':');
		h->name[i] = arena_str(&h->arena, buf_view(&key));
	}
	free(tried);
	map_release(&seen);
	buf_release(&text);
	buf_release(&key);
}

int
csv_header(struct csv *c, struct csv_header *h, const struct fields *f,
    struct input *in, struct piece *piece, size_t max, struct err *e)
{
	struct csv_rows rows = { 0 };
	struct str raw;

	csv_header_release(h);
	do { /* blank lines before it name nothing */
		h->lines += rows.skipped;
		switch (cut_rows(in, c->delimiter, max, 1, piece, &rows)) {
		case LINES_END: free(rows.row); return 1;
		case LINES_LONG:
			free(rows.row);
			return err_set(
			    e, STATUS_SYSTEM, "longer than %zu bytes", max);
		case LINES_OK: break;
		}
	} while (rows.n == 0);
	raw = (struct str){ piece->text + rows.row[0].start, rows.row[0].n };
	h->lines += rows.row[0].skipped + rows.row[0].lines;
	c->making = rows.row[0].bad == NULL ? h : NULL;
	if (c->making == NULL)
		err_set(e, STATUS_REJECTED, "%s", rows.row[0].bad);
	free(rows.row);
	if (c->making == NULL || parse_cells(c, raw, on_name, e) == -1)
		return -1;
	c->making = NULL;
	for (size_t i = 0; i < h->n; i++)
		if (!utf8_valid(h->name[i]))
			return err_set(
			    e, STATUS_SYSTEM, "column %zu is not UTF-8", i + 1);
	if ((h->node = malloc((h->n + 1) * sizeof(*h->node))) == NULL)
		memory_exhausted();
	finish_names(h, f);
	return 0;
}

/* Where the fields stand that columns are wanted for. */
static void
fill_slots(const struct csv *c, const struct fields *f, struct value *slot)
{
	const char *text = c->row.s;

	memset(slot, 0, f->n * sizeof(*slot));
	slot[0] = (struct value){ buf_view(&c->row), JSON_OBJECT, false };
	for (size_t i = 0; i < c->header->n; i++) {
		const struct span *span = &c->span[i];
		struct str cell = { text + span->start,
			span->end - span->start };
		if (c->header->node[i] == FIELD_NONE)
			continue;
		slot[c->header->node[i]] = (struct value){ cell, span->type,
			span->type == JSON_STRING &&
			    memchr(cell.s, '\\', cell.n) != NULL };
	}
}

static void
make_spans(struct csv *c, size_t n)
{
	free(c->span);
	if ((c->span = malloc(n * sizeof(*c->span))) == NULL)
		memory_exhausted();
	c->nspan = n;
}

int
csv_object(struct csv *c, const struct csv_header *h, const struct fields *f,
    struct str row, struct str *json, struct value *slot, struct err *e)
{
	buf_clear(&c->row);
	buf_char(&c->row, '{');
	c->header = h;
	c->cells = c->extra = c->bad_cell = 0;
	c->valid = utf8_valid(row);
	if (h->n > c->nspan)
		make_spans(c, h->n);
	if (parse_cells(c, row, on_cell, e) == -1)
		return -1;
	if (c->cells + c->extra != h->n)
		return err_set(e, STATUS_REJECTED,
		    "%zu cells where the header has %zu", c->cells + c->extra,
		    h->n);
	if (c->bad_cell != 0)
		return err_set(e, STATUS_REJECTED, "column %zu: invalid UTF-8",
		    c->bad_cell);
	buf_char(&c->row, '}');
	buf_reserve(&c->row, 1 + JSON_PADDING);
	memset(c->row.s + c->row.n, 0, 1 + JSON_PADDING);
	*json = buf_view(&c->row);
	fill_slots(c, f, slot);
	return 0;
}
