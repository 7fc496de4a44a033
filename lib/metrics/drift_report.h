/*
 * A log against an earlier one (hitl-metrics(1), drift): whether confidences
 * come from where they came from, which metrics changed, and which groups
 * moved the total.
 */
#ifndef HITL_METRICS_DRIFT_REPORT_H
#define HITL_METRICS_DRIFT_REPORT_H

#include "metrics/cell.h"

struct drift_options {
	const int64_t *by; /* [nby] expressions */
	size_t nby;
	size_t max_groups; /* that come first; the rest are one more */
	double level; /* of intervals, and of what is called a drift */
	bool percent;
};

struct drift_report;

/* Marks and adds what is read; before expr_set_compile().  NULL with *e. */
struct drift_report *
drift_new(struct policy *, const struct drift_options *, struct err *e);
void drift_free(struct drift_report *);
void drift_start(struct drift_report *, struct evaluator *);

/* The records from now on are those to be compared, no more the baseline's. */
void drift_now(struct drift_report *);

/* A record_fn over a struct drift_report; takes one thread. */
int drift_add(struct record *, void *report, struct err *);

struct drift_oddities {
	uint64_t baseline, now; /* records */
	uint64_t unrouted; /* of both, in no rate of routes */
	uint64_t rest; /* of both, in groups beyond the bound */
};
struct drift_oddities drift_oddities(const struct drift_report *);

/*
 * A row of all, whose group is null, then one a group, those first that moved
 * the escalation rate most: `row` gets each.  How many have drifted.
 */
size_t drift_rows(struct drift_report *,
    void (*row)(void *arg, struct str object), void *arg);

#endif
