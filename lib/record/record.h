/*
 * One input record, as the programs' callbacks see it.
 *
 * Valid only during the callback: the line and the scratch arena are used
 * again for the next record.
 */
#ifndef HITL_RECORD_RECORD_H
#define HITL_RECORD_RECORD_H

#include "record/fields.h"

struct overlay;

struct record {
	uint64_t serial; /* of the line: no other one of the process has it */
	struct str line; /* the object's bytes, no newline */
	struct str raw; /* as it came: a CSV row, or the line */
	const char *file; /* for messages, and the line in it: NULL and 0 */
	uint64_t lineno; /* where several threads read (stream.h) */
	const struct fields *fields;
	struct value *slot; /* [fields->n], filled by the scanner */
	const struct overlay *overlay; /* see record_overlay; NULL: none */
	struct arena *scratch; /* emptied before every record */
	struct buf *out; /* where a filter's line goes */
	struct buf *side; /* where further lines go; NULL: nowhere */
};

/*
 * Says that a line was read into it, which has no overlay.  What is kept of a
 * record goes by its serial (and its overlay), so a copy may be scanned for
 * other fields, or get an overlay, and an evaluator may run over several
 * files; a serial is never counted on by hand.
 */
void record_renew(struct record *);

/*
 * A member that a record can be made to appear to have: scanned once, for as
 * many records as get it.
 */
struct overlay_place {
	uint32_t node;
	struct value value; /* a span of the text */
};

struct overlay {
	struct str key, text; /* of the value, JSON; JSON_PADDING behind it */
	size_t n;
	struct overlay_place *place; /* [n]: all at and below the key's node */
};

/*
 * Member `key` (a child of the root, node `at`) with the JSON text `value`,
 * which is copied.  Memory from `a`.
 */
void overlay_prepare(struct overlay *, const struct fields *, struct str key,
    uint32_t at, struct str value, struct arena *a);

/*
 * Lets the record, which has no such member, appear to have it, for all that
 * is evaluated from now on; its line stays as it is.  One overlay a record,
 * that lives as long as it.
 */
void record_overlay(struct record *, const struct overlay *);

/* The record's text with its overlay spliced in; NUL behind it. */
struct str record_text(const struct record *);

#endif
