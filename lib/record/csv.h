/*
 * CSV rows as JSON objects (RFC 4180; hitl-record(5)).
 *
 * The first row names the keys; a repeated name gets _2, _3.  A cell that is
 * a JSON number becomes one, true or false in any case a boolean, an empty
 * cell null, all else a string.  Quoted newlines, CRLF and a byte-order mark
 * are understood.  The rows are cut here, because rejected ones are kept as
 * they came; libcsv reads the cells.
 */
#ifndef HITL_RECORD_CSV_H
#define HITL_RECORD_CSV_H

#include "base/error.h"
#include "record/fields.h"
#include "record/lines.h"

/* What is the same for all rows of a file. */
struct csv_header { /* all zero to begin */
	struct str *name; /* [n]: "\"key\":" */
	uint32_t *node; /* [n]: what a column is wanted for */
	size_t n, cap;
	size_t lines; /* physical ones, blank ones before it included */
	struct arena arena;
};

/* A row as it was cut. */
struct csv_row {
	size_t start, n; /* bytes of the piece, without the final newline */
	size_t skipped; /* blank lines before it */
	size_t lines; /* physical lines it has */
	const char *bad; /* what is wrong with it; NULL: nothing so far */
};

struct csv_rows { /* all zero to begin */
	struct csv_row *row;
	size_t n, cap;
	size_t skipped; /* blank lines behind the last one */
};

/* What reading cells needs: one per thread. */
struct csv;

struct csv *csv_new(char delimiter);
void csv_release(struct csv *);

/*
 * The whole rows that have come; waits only if there is none.  One that is
 * opened by a quote which nothing closes is given up with its first line.
 */
enum lines_result csv_cut(struct input *, char delimiter, size_t max,
    struct piece *, struct csv_rows *);

/*
 * Takes the first row of the input as the header, of whose columns these
 * fields are wanted.  0; 1 if there is none; -1 with *e.
 */
int csv_header(struct csv *, struct csv_header *, const struct fields *,
    struct input *, struct piece *, size_t max, struct err *e);
void csv_header_release(struct csv_header *);

/*
 * A row as a JSON object, until the next call, with NUL and padding behind
 * it; and where the wanted fields stand in it, as json_scan() would find
 * them.  -1 with *e (STATUS_REJECTED).
 *   slot  [fields->n], of the header's fields
 */
int csv_object(struct csv *, const struct csv_header *, const struct fields *,
    struct str row, struct str *json, struct value *slot, struct err *e);

#endif
