/*
 * JSON values as spans of the text they stand in (RFC 8259).
 *
 * Nothing is copied or converted until somebody asks: a value is where it
 * begins, where it ends, and what kind it is, so that it can be written out
 * again byte for byte.
 */
#ifndef HITL_RECORD_JSON_H
#define HITL_RECORD_JSON_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"

enum {
	JSON_DEPTH_MAX = 512, /* nested arrays and objects */
	JSON_DEPTH_WRAPPED = 500, /* of what is written into other objects */
	JSON_PADDING = 64, /* readable bytes behind a text */
};

/* Several readers take eight bytes at once, the first the lowest. */
_Static_assert(
    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "a little-endian processor");

/* In jq's sorting order; ABSENT counts as null wherever a value is used. */
enum json_type {
	JSON_ABSENT,
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

struct value {
	struct str text; /* of a string: with its quotes */
	enum json_type type;
	bool escaped; /* a string with a backslash in it */
};

/* "null", "boolean", "number", "string", "array", "object" */
const char *json_type_name(enum json_type);

/* Neither absent nor null nor false, as jq's `if` sees it. */
bool value_truthy(const struct value *);
bool value_is_null(const struct value *); /* absent or null */
/* 1 for true, 0 for false, -1 for anything else. */
int value_bool(const struct value *);

/* How deep a checked text is nested: 0 for what is no array or object. */
size_t json_depth(struct str);

/*
 * Whether half of a surrogate pair is escaped in a checked text, at any depth:
 * it stands for no character, and read would be the same as every other one.
 */
bool json_has_half_pair(struct str);

/* Appends a checked text as one line: blanks for line breaks and tabs. */
void buf_json_line(struct buf *, struct str);

/* Appends it as it stands in its text; null where there is none. */
void buf_value(struct buf *, const struct value *);

/*
 * What a string says, unescaped; from `a` when it had escapes, else in
 * place.  A lone surrogate becomes U+FFFD, as in jq.  Needs JSON_STRING.
 */
struct str value_string(const struct value *, struct arena *a);

/*
 * The name a value goes by as an id or a group: what a string says, or the
 * bytes of a number, true, false, or null; of a container, its text.  So 12
 * and "12" are the same id.
 */
struct str value_name(const struct value *, struct arena *);

#endif
