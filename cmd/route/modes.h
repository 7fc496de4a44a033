/* What hitl-route is set up with, and the jobs it does. */
#ifndef HITL_CMD_ROUTE_MODES_H
#define HITL_CMD_ROUTE_MODES_H

#include "options.h"
#include "route/advise.h"
#include "route/compare.h"
#include "route/explain.h"

/* Its own options. */
struct route_options {
	const char *thresholds; /* files; NULL: none */
	const char *metrics;
	const char *tasks;
	const char *overdue;
	const char *explain; /* id */
	const char *dry_run_policy; /* file; NULL: none is asked for */
	const char *dry_run_thresholds; /* file; NULL: the new side's */
	bool allow_commands;
	bool watch;
	bool has_backlog;
	struct backlog backlog;
	int64_t now; /* TIMESTAMP_NONE: not given */
	bool by_clock; /* --now now */
	bool advise;
	struct advice advice;
};

/*
 * A policy with all that routing by it takes, so that there can be two, or
 * another one later.  Its parts point at each other: it is never moved.
 */
struct setup {
	struct arena perm;
	struct policy *policy;
	struct thresholds *thresholds;
	struct maturities maturities;
	struct router router;
};

/*
 * Loads the policy and the files that go with it.  `x` NULL, or what is to
 * explain by it; `tasks`: they are wanted.  The expressions are compiled, the
 * router and its judges are ready.  NULL with *e.
 */
struct setup *setup_new(const struct options *, struct route_options *,
    struct explainer *x, struct err *e);
void setup_free(struct setup *); /* NULL is none */

/*
 * Behind the last setup_new(): the output is opened, and what is not needed
 * any more given up.  -1 with *e.
 */
int setup_open(const struct options *, const struct route_options *,
    struct output *, struct err *e);

/* Both: NULL, and what is wrong is told. */
struct setup *setup_begin(const struct options *, struct route_options *,
    struct explainer *, struct output *, enum status *);

/* The jobs; each gives the exit status. */
int route_all(struct options *, struct route_options *);
int explain_all(struct options *, struct route_options *); /* --explain */
int
dry_run_all(struct options *, struct route_options *); /* --dry-run-policy */
int overdue_all(struct options *, struct route_options *); /* --overdue */
int advise_all(struct options *, struct route_options *); /* --advise */

#endif
