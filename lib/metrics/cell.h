/*
 * What is counted of the records of one window and group, and the metrics
 * that come of it (hitl-metrics(1)).
 *
 * escalation_rate       QUEUE and ESCALATE among the routed
 * auto_resolve_rate     AUTO and AUTO_AUDIT among the routed
 * error_escape_rate     wrong ones among those that acted alone, from the
 *                       audited part (stats/escape.h)
 * review_latency_*      from decision to verdict: wait_seconds + seconds
 * reviewer_agreement    reviews that approve of the model's answer
 * feedback_utilisation  of the reviews that do not, those marked as used
 */
#ifndef HITL_METRICS_CELL_H
#define HITL_METRICS_CELL_H

#include "policy/policy.h"
#include "stats/escape.h"
#include "stats/sketch.h"

struct cell {
	uint64_t n; /* records */
	uint64_t action[ACTIONS]; /* routed ones */
	struct escape_counts counts;
	struct escape_stratum *stratum; /* [nstratum], by rate */
	size_t nstratum, stratum_cap;
	struct sketch latency; /* seconds */
	uint64_t reviewed, agreed;
	uint64_t used_known, used;
};

/* What a record says, as far as it counts. */
struct observation {
	int action; /* enum action, -1: not routed */
	bool selected; /* for audit */
	double rate; /* of the audit */
	int correct; /* 1, 0, -1 unknown */
	int outcome; /* enum outcome, -1: not reviewed */
	double latency; /* seconds; negative: unknown */
	int used; /* 1, 0, -1 not said */
};

void cell_add(struct cell *, const struct observation *);
/* As if all that `from` saw had been added to `to`. */
void cell_join(struct cell *to, const struct cell *from);
void cell_release(struct cell *);

struct metric_value {
	double value, low, high; /* NAN: unknown */
	uint64_t n;
	const char *why; /* NULL, or words to go with it */
	struct escape escape; /* of METRIC_ERROR_ESCAPE_RATE */
};

struct metric_value cell_metric(const struct cell *, enum metric, double level);

/*
 * Against a target: 1 the value is within; 0 the interval excludes the
 * target; -1 it cannot be told, or there is no value or target.
 */
int metric_verdict(const struct metric_value *, const struct policy_target *);

#endif
