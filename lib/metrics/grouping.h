/*
 * The name of the group a record is in.
 */
#ifndef HITL_METRICS_GROUPING_H
#define HITL_METRICS_GROUPING_H

#include "expr/expr.h"

enum { GROUPING_MOST = 8 }; /* expressions */

/*
 * Of one expression the name of its value, of several a JSON array of these,
 * of none "".  An expression that fails is "null".  Lives in `scratch`, or
 * as long as the record does.
 */
struct str grouping_name(struct evaluator *, const int64_t *by, size_t nby,
    const struct record *, struct buf *scratch);

#endif
