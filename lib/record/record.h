/*
 * One input record, as the programs' callbacks see it.
 *
 * Valid only during the callback: the line and the scratch arena are used
 * again for the next record.
 */
#ifndef HITL_RECORD_RECORD_H
#define HITL_RECORD_RECORD_H

#include "record/fields.h"

struct record {
	const char *file; /* for messages; "<stdin>" for - */
	size_t lineno; /* 1-based physical line it starts at */
	uint64_t serial; /* changes whenever the contents do */
	struct str line; /* the object's bytes, no newline */
	struct str raw; /* as it came: a CSV row, or the line */
	const struct fields *fields;
	struct value *slot; /* [fields->n], filled by the scanner */
	struct str overlay_key; /* see record_overlay; n == 0: none */
	struct str overlay;
	struct arena *scratch; /* emptied before every record */
	struct buf *out; /* where a filter's line goes */
};

/*
 * Lets the record appear to have member `key` (a child of the root, node
 * `at`) with the JSON text `value`, for all that is evaluated on it from
 * now on; its line stays as it is.  `value` must live as long as the
 * record.  One overlay a record.
 */
void
record_overlay(struct record *, struct str key, uint32_t at, struct str value);

/* The record's text with its overlay spliced in; NUL behind it. */
struct str record_text(const struct record *);

#endif
