/*
 * Metrics as a page for people: HTML that needs no network and no script.
 */
#ifndef HITL_METRICS_PAGE_H
#define HITL_METRICS_PAGE_H

#include "metrics/rows.h"

struct page {
	const struct rows_options *rows;
	const struct metrics *metrics;
	const struct metrics_row *row; /* [n], in order of windows */
	const struct cell *const *before; /* [n], rows_before() */
	size_t n;
	const char *const *miss; /* [nmiss] lines, check.h */
	size_t nmiss;
	int64_t now; /* when it is made */
};

/* Appends the page. */
void page_write(const struct page *, struct buf *);

#endif
