/*
 * What a cascade of layers does to a log, and what it costs: how many reach
 * each layer, what it stops, how much of that was wrong.
 */
#ifndef HITL_CALIBRATE_ECONOMICS_H
#define HITL_CALIBRATE_ECONOMICS_H

#include "calibrate/part.h"
#include "record/results.h"

/* Counts of one end of the cascade. */
struct layer_count {
	uint64_t stopped; /* or, behind the last layer, passed */
	uint64_t labelled, wrong; /* of those */
};

struct economics {
	const struct policy *policy;
	struct evaluator *ev; /* put in once all is compiled */
	bool percent;
	double threshold; /* what passes and is below it is for a person */
	struct part part;
	uint64_t partless;
	struct layer_count *layer; /* [layers + 2]: below it, and alone */
};

struct layer_costs { /* of one decision; NAN: not known */
	double error, review;
};

/* Marks what is read; before expr_set_compile(). */
void economics_init(
    struct economics *, struct policy *, bool percent, double threshold);

/* For struct stream_job. */
int economics_add(struct record *, void *economics, struct err *e);
void *economics_fork(void *economics);
void economics_join(void *economics, void *forked);

/* A row a layer, then "threshold", "alone", and "all". */
void economics_report(
    const struct economics *, const struct layer_costs *, struct results *);
void economics_release(struct economics *);

#endif
