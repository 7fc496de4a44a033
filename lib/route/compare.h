/*
 * What a change of policy would do to a log, before it is made: each record
 * is routed by both, and the moves between actions are counted.
 */
#ifndef HITL_ROUTE_COMPARE_H
#define HITL_ROUTE_COMPARE_H

#include "record/results.h"
#include "route/route.h"

enum { COMPARE_EXAMPLES = 3 }; /* ids of each move */

struct comparison {
	struct router *before, *after;
	struct value *slot; /* of the policy before */
	uint64_t n;
	struct {
		uint64_t n;
		struct str example[COMPARE_EXAMPLES]; /* in `ids` */
		size_t examples;
	} move[ACTIONS][ACTIONS];
	struct arena ids;
};

/* Both routers are ready, their expressions compiled. */
void comparison_init(
    struct comparison *, struct router *before, struct router *after);
void comparison_release(struct comparison *);

/*
 * A record_fn over a struct comparison, for records scanned for the fields
 * of the policy after; those of the one before are looked for here.
 */
int comparison_add(struct record *, void *comparison, struct err *e);

/*
 * A row a move that occurs: from, to, n, share, examples (ids, the first
 * ones); what stays comes first, then the most frequent.
 */
void comparison_report(const struct comparison *, struct results *);

#endif
