/*
 * The scanner: one pass over a line checks all of it (RFC 8259, UTF-8,
 * depth) and notes where the wanted fields stand.
 */
#ifndef HITL_RECORD_JSON_SCAN_H
#define HITL_RECORD_JSON_SCAN_H

#include "record/fields.h"

struct json_error {
	const char *what; /* static, in words */
	size_t offset; /* of the byte it was noticed at */
};

/*
 * Checks that `text` is one JSON value with nothing but blanks around it.
 *   text   text.s[text.n] == '\0', and JSON_PADDING readable bytes from
 *          there; the contents behind the NUL do not matter
 *   slot   [fields->n]; each is set, to JSON_ABSENT when there is no such
 *          place.  Of duplicate keys the last wins, as in jq.  Spans point
 *          into the text.
 * Returns 0, or -1 with *e; the slots are then of no use.  Accepted beyond
 * the letter of RFC 8259: lone surrogates and NUL as escapes.
 */
int json_scan(const struct fields *, struct str text, struct value *slot,
    struct json_error *e);

/*
 * The same for a text that takes the place of node `at`: slots at and below
 * it are set, the others left alone.
 */
int json_scan_at(const struct fields *, uint32_t at, struct str text,
    struct value *slot, struct json_error *e);

/*
 * The same check for bytes that lie anywhere: copies them, with NUL and
 * padding, into `a`, and returns the copy through *text.  No fields.
 */
int json_check(
    struct str *text, struct arena *a, enum json_type *, struct json_error *e);

#endif
