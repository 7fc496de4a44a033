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
#include "base/text.h"
#include "record/input.h"

struct csv;

struct csv *csv_new(char delimiter);
void csv_release(struct csv *);

enum csv_result {
	CSV_ROW_END, /* or a read error: input->errnum */
	CSV_ROW_OK,
	CSV_ROW_BAD, /* *e says why; raw is the row */
	CSV_ROW_LONG, /* longer than max; line_rest() follows */
};

/* Reads the header of a new file.  0; 1 if the file is empty; -1 with *e. */
int csv_header(struct csv *, struct input *, size_t max, struct err *e);

/*
 * The next row that is not blank.
 *   raw    its bytes, without the final newline, until the next call
 *   json   the object, NUL and padding behind it as json_scan wants
 *   lines  how many physical lines were consumed, blank ones included;
 *   skipped  how many blank ones stood before the row
 */
enum csv_result
csv_next(struct csv *, struct input *, size_t max, struct str *raw,
    struct str *json, size_t *lines, size_t *skipped, struct err *e);

#endif
