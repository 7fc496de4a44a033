/*
 * The lines of a text, one after another, scanned: along an index where the
 * processor has the instructions for one (json_walk.h), else, and for all
 * that the walker is not sure of, byte by byte (json_scan.h).
 */
#ifndef HITL_RECORD_SCANNER_H
#define HITL_RECORD_SCANNER_H

#include "record/json_scan.h"
#include "record/json_walk.h"

struct scanner { /* all zero to begin */
	const struct fields *fields; /* compiled */
	struct value *slot; /* [fields->n] */
	struct json_walk walk;
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
