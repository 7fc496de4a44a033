/*
 * The name of the group a record is in, and what groups are by.
 */
#ifndef HITL_METRICS_GROUPING_H
#define HITL_METRICS_GROUPING_H

#include "expr/expr.h"
#include "record/json_tree.h"

enum { GROUPING_MOST = 8 }; /* expressions */

/*
 * Of one expression the name of its value, of several a JSON array of these,
 * of none "".  An expression that fails is "null".  Lives in `scratch`, or
 * as long as the record does.
 */
struct str grouping_name(struct evaluator *, const int64_t *by, size_t nby,
    const struct record *, struct buf *scratch);

/* What groups are by, as it was given; n == 0: all are one group. */
struct grouping {
	struct str by[GROUPING_MOST]; /* [n] expressions */
	size_t n;
};

/*
 * Appends a group's name as JSON, of several expressions the array that it is.
 *   rest  it is that of the rows beyond the most, which is no value of any
 */
void
grouping_write_name(struct str name, size_t nby, bool rest, struct buf *out);

/* Whether groups of the one are groups of the other. */
bool grouping_eq(const struct grouping *, const struct grouping *);

/* Appends an array of the expressions; and reads one, false if it is none. */
void grouping_write(const struct grouping *, struct buf *out);
bool grouping_read(struct grouping *, const struct json *);

#endif
