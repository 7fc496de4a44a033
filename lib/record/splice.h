/*
 * Adds one member to a record without touching another byte of it.
 */
#ifndef HITL_RECORD_SPLICE_H
#define HITL_RECORD_SPLICE_H

#include "record/json.h"

/*
 * Appends to `out` the object `line` with member `key` set to a value, which
 * the caller appends between splice_begin() and splice_end(): JSON text.
 *   line   a checked JSON object; blanks around it stay
 *   key    printable ASCII without quotes and backslashes
 *   old    the value there now, a span of `line`, is replaced where it
 *          stands; JSON_ABSENT: the member goes in before the final }
 * Doing it twice gives the same bytes as once.  splice_begin() returns what
 * splice_end() wants: where the line goes on.
 */
size_t splice_begin(
    struct buf *out, struct str line, struct str key, const struct value *old);
void splice_end(struct buf *out, struct str line, size_t resume);

/* Both, around a value that is there already. */
void splice(struct buf *out, struct str line, struct str key,
    const struct value *old, struct str value);

#endif
