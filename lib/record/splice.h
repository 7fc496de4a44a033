/*
 * Adds one member to a record without touching another byte of it.
 */
#ifndef HITL_RECORD_SPLICE_H
#define HITL_RECORD_SPLICE_H

#include "record/json.h"

/*
 * Appends to `out` the object `line` with member `key` set to `value`.
 *   line   a checked JSON object; blanks around it stay
 *   key    printable ASCII without quotes and backslashes
 *   old    the value there now, a span of `line`, is replaced where it
 *          stands; JSON_ABSENT: the member goes in before the final }
 *   value  JSON text
 * Doing it twice gives the same bytes as once.
 */
void splice(struct buf *out, struct str line, struct str key,
    const struct value *old, struct str value);

#endif
