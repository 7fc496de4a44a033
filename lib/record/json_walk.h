/*
 * The fast scanner: walks a line along the index of its text.
 *
 * It either knows that the line is an object and right in every byte, or it
 * gives up, without a word: json_scan() is then asked, which is slower, says
 * what is wrong where, and takes the rare things that the walker leaves to
 * it (a wanted key that is spelt with escapes).
 */
#ifndef HITL_RECORD_JSON_WALK_H
#define HITL_RECORD_JSON_WALK_H

#include "record/fields.h"
#include "record/json_index.h"

/* A text, its index, and how far it has been walked; all zero to begin. */
struct json_walk {
	struct json_index index;
	const char *text;
	const uint32_t *token, *escape; /* next ones */
};

/* Indexes text[n], which ends in a newline. */
void json_walk_start(struct json_walk *, const char *text, size_t n);

/*
 * Walks the line that begins at `line`, within the text, and sets slot[] as
 * json_scan() does.  Returns the newline behind it, or NULL: not sure.
 * The same fields for all texts; fields_compile() comes first.
 */
const char *json_walk_line(struct json_walk *, const struct fields *,
    const char *line, struct value *slot);

/* Goes on behind a line that the walker was not sure of. */
void json_walk_skip(struct json_walk *, const char *line);

void json_walk_release(struct json_walk *);

#endif
