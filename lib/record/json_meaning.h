/*
 * What a JSON value means, as text: two that say the same have the same one.
 */
#ifndef HITL_RECORD_JSON_MEANING_H
#define HITL_RECORD_JSON_MEANING_H

#include "record/json_tree.h"

/*
 * Appends it: keys sorted, of duplicates the last, no blanks, escapes undone;
 * numbers as they are spelled, since a double would change a long one.
 */
void buf_json_meaning(struct buf *, const struct json *, struct arena *scratch);

/*
 * The same of a text that is JSON, and numbers by their value, however many
 * digits they have: 1, 1.0 and 10e-1 are one, and so are 0 and -0; but with an
 * exponent of more than 18 digits, without zeros before them, as they are
 * spelled.  No key to be kept.
 *
 * The text itself where it is so already, or empty, or no JSON; where it has
 * half of a surrogate pair in it, for each says U+FFFD when read; and of an
 * object or a list of more than JSON_MEANING_MOST bytes, whose tree would take
 * forty times as many.  Linear in the length, in time and in memory.
 */
enum { JSON_MEANING_MOST = 64 << 10 };
struct str json_meaning(struct str text, struct arena *);

#endif
