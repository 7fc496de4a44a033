/*
 * Results for people and for other programs: rows of JSON, printed as
 * NDJSON, JSON, CSV, TSV, or an aligned table.
 */
#ifndef HITL_RECORD_RESULTS_H
#define HITL_RECORD_RESULTS_H

#include "base/error.h"
#include "record/json_tree.h"

enum results_format {
	FORMAT_NDJSON,
	FORMAT_JSON,
	FORMAT_CSV,
	FORMAT_TSV,
	FORMAT_TABLE,
};
enum { FORMATS = FORMAT_TABLE + 1 };
extern const char *const format_words[]; /* NULL-terminated */

struct results { /* all zero but for the arena */
	struct arena *arena;
	const struct json **row;
	size_t n, cap;
	/*
	 * In CSV and TSV a string that a spreadsheet would run as a formula
	 * gets an apostrophe in front (OWASP, CSV injection).
	 */
	bool no_formulas;
};

/* Adds a row, the text of a JSON object of ours; it is copied. */
void results_add(struct results *, struct str object);
/* The same, for those who call back. */
void results_take(void *results, struct str object);

/*
 * Appends all rows to `out`.  CSV and TSV name nested members with dots; a
 * table shows a measure {"value","low","high",…} as one line with its
 * interval and target, and anything else as columns; lists of objects in the
 * first row, and objects of objects, stand below as tables of their own.
 */
void
results_print(const struct results *, enum results_format, struct buf *out);
void results_release(struct results *);

#endif
