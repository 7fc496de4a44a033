/* Charts of a page, as SVG within it; private to page.c. */
#ifndef HITL_METRICS_CHART_H
#define HITL_METRICS_CHART_H

#include "metrics/page.h"

/* What the lines stand for. */
void chart_key(const struct page *, struct buf *);

/*
 * A metric over time: a line a group, its intervals as bands, targets dashed;
 * and the same as a table, for those who do not see it.
 */
void chart_write(const struct page *, enum metric, struct buf *);

#endif
