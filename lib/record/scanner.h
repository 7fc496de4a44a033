/*
 * The lines of a text, one after another, scanned: by their shape
 * (json_shape.h), else along an index of their quotes (json_walk.h), else,
 * and where the processor has no instructions for an index, byte by byte
 * (json_scan.h), which is also who says what is wrong.
 */
#ifndef HITL_RECORD_SCANNER_H
#define HITL_RECORD_SCANNER_H

#include "record/json_scan.h"
#include "record/json_shape.h"

struct scanner { /* all zero to begin */
	const struct fields *fields; /* compiled */
	struct value *slot; /* [fields->n] */
	struct json_walk walk;
	struct json_shapes shapes;
	char *at, *end; /* not yet scanned */
	char *indexed; /* as far as the index goes */
};

enum scan_result {
	SCAN_END,
	SCAN_OK,
	SCAN_BAD, /* *e says why */
};

void scanner_init(struct scanner *, const struct fields *);
void scanner_release(struct scanner *);

/* text[n]: whole lines, each with its newline; JSON_PADDING behind them. */
void scanner_start(struct scanner *, char *text, size_t n);

/*
 * The next line, without its newline, which becomes a NUL; and where the
 * fields stand in it.
 */
enum scan_result
scanner_next(struct scanner *, struct str *line, struct json_error *e);

#endif
