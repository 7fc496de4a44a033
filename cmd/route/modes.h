/* What hitl-route does instead of routing, when asked to. */
#ifndef HITL_CMD_ROUTE_MODES_H
#define HITL_CMD_ROUTE_MODES_H

#include "options.h"
#include "route/compare.h"
#include "route/explain.h"

/* --explain ID: after explainer_init(). */
enum status explain_all(
    struct options *, const char *id, struct explainer *, struct output *);

/* --dry-run-policy OLD: the policy before, and its thresholds. */
struct dry_run {
	const char *policy; /* file; NULL: none is asked for */
	const char *thresholds; /* file; NULL: the new side's */
	struct policy *p;
	struct thresholds *t;
	struct router router;
};

/* Loads the side before; -1 with *e.  `now_file` is the new side's -t. */
int dry_run_init(struct dry_run *, struct options *, const char *now_file,
    struct arena *, struct err *e);
enum status dry_run_all(struct dry_run *, struct options *,
    struct router *after, struct arena *, struct output *);
void dry_run_release(struct dry_run *);

#endif
