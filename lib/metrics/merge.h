/*
 * States of parts of a log (state.h) added up: the first line says how the
 * log was cut, and all others must have been cut so.
 */
#ifndef HITL_METRICS_MERGE_H
#define HITL_METRICS_MERGE_H

#include "metrics/state.h"

struct merge {
	struct metrics *metrics;
	struct window window; /* of the first line, as the next */
	struct state_frame frame;
	struct arena *arena; /* where the frame lives */
	bool begun;
};

/*
 * Empty metrics to add to, cut as the first line will say; before
 * expr_set_compile().  -1 with *e.  metrics_free() them.
 */
int merge_init(struct merge *, struct policy *, struct arena *, struct err *e);

/* A record_fn over a struct merge; takes one thread. */
int merge_add(struct record *, void *merge, struct err *e);

#endif
