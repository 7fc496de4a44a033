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

#endif
