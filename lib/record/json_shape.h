/*
 * Lines read by their shape.
 *
 * The records of a log are mostly made by one program: between two values
 * stand the same bytes as in the record before.  So a line that was read is
 * taken apart into segments, the bytes between its values, and the next one
 * is compared with them: where all agree, its structure is known to be
 * right, and only the values are left to check.  Shapes that have begun
 * alike share their segments; where they part each is tried in turn.  (The
 * idea of speculating on structure: Li, Katsipoulakis, Chandramouli,
 * Goldstein, Kossmann, "Mison", VLDB 2017, section 5.)
 *
 * A line of another shape costs one attempt more.
 */
#ifndef HITL_RECORD_JSON_SHAPE_H
#define HITL_RECORD_JSON_SHAPE_H

#include "record/json_walk.h"

struct segment;

struct json_shapes { /* all zero to begin */
	struct segment *segment; /* [n]; the first is before all lines */
	size_t n;
	bool *seen; /* [fields->n], while a line is taken apart */
	unsigned misses; /* lines in a row that had another shape */
	unsigned pause; /* lines to go before the next attempt */
	unsigned shapeless; /* lines that could not be taken apart */
};

/*
 * As json_walk_line(), for a line of a shape that was seen; NULL for others,
 * and the walk is where it was.  Always with the same fields.
 */
const char *json_shape_line(struct json_shapes *, struct json_walk *,
    const struct fields *, const char *line, struct value *slot);

/* Takes apart a line that json_walk_line() has walked. */
void
json_shape_learn(struct json_shapes *, const struct fields *, const char *line);

void json_shapes_release(struct json_shapes *);

#endif
