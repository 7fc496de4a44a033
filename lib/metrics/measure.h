/*
 * The metrics that come of what was counted; hitl-metrics(1) says what each
 * of them means.
 */
#ifndef HITL_METRICS_MEASURE_H
#define HITL_METRICS_MEASURE_H

#include "metrics/cell.h"

struct metric_value {
	double value, low, high; /* NAN: unknown */
	uint64_t n; /* records it rests on */
	const char *why; /* NULL, or why there is no value */
	struct escape escape; /* of METRIC_ERROR_ESCAPE_RATE */
};

/* k of n, of a rate that is plainly counted (all but error escape). */
void cell_rate(const struct cell *, enum metric, uint64_t *k, uint64_t *n);

struct metric_value cell_metric(const struct cell *, enum metric, double level);

/*
 * From one value to another of the same metric, with an interval by those of
 * the two (Zou & Donner 2008; of rates Newcombe's method 10).
 */
struct metric_change {
	double change, low, high; /* NAN: unknown */
	int moved; /* 1 up, -1 down, 0 that is not sure */
};
struct metric_change
metric_change(const struct metric_value *from, const struct metric_value *to);

/*
 * Whether the errors that confidences foretell are other ones than audits
 * find: 1 the intervals do not meet, it is time to recalibrate; 0 they do;
 * -1 one of them is not known.
 */
int cell_recalibrate(const struct cell *, double level);

/*
 * Against a target: 1 the value is within; 0 the interval excludes the
 * target; -1 it cannot be told, or there is no value or target.
 */
int metric_verdict(const struct metric_value *, const struct policy_target *);

/* Whether the value itself is on the wrong side, whatever the interval. */
bool
metric_value_misses(const struct metric_value *, const struct policy_target *);

#endif
