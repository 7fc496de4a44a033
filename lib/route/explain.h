/*
 * Why a record went where it did, in words: what was asked, with values, in
 * order, and what would have to be otherwise for the model to act alone.
 */
#ifndef HITL_ROUTE_EXPLAIN_H
#define HITL_ROUTE_EXPLAIN_H

#include "route/route.h"

struct explainer {
	struct router *router;
	/* the record's paths in conditions, and their place in the set */
	struct {
		struct str text;
		uint32_t id;
	} * path;
	size_t n, cap;
};

/*
 * Finds and adds those paths; after router_init(), before
 * expr_set_compile().  Memory is malloc'ed.
 */
int explainer_init(struct explainer *, struct router *, struct err *e);
void explainer_release(struct explainer *);

/* Appends the lines for one record; values as JSON, cut where long. */
void explain_record(struct explainer *, struct record *, struct buf *out);

#endif
