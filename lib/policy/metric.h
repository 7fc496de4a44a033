/*
 * The metrics a policy may have targets for; what they mean is said in
 * hitl-metrics(1).
 */
#ifndef HITL_POLICY_METRIC_H
#define HITL_POLICY_METRIC_H

#include <stdbool.h>

enum metric {
	METRIC_ESCALATION_RATE,
	METRIC_AUTO_RESOLVE_RATE,
	METRIC_NEVER_AUTO_RATE,
	METRIC_ERROR_ESCAPE_RATE,
	METRIC_EXPECTED_ERROR_RATE,
	METRIC_CALIBRATION_ERROR,
	METRIC_REVIEW_LATENCY_MEAN,
	METRIC_REVIEW_LATENCY_P50,
	METRIC_REVIEW_LATENCY_P95,
	METRIC_REVIEW_LATENCY_P99,
	METRIC_QUEUE_WAIT_MEAN,
	METRIC_QUEUE_WAIT_P50,
	METRIC_QUEUE_WAIT_P95,
	METRIC_QUEUE_WAIT_P99,
	METRIC_HANDLING_TIME_MEAN,
	METRIC_HANDLING_TIME_P50,
	METRIC_HANDLING_TIME_P95,
	METRIC_HANDLING_TIME_P99,
	METRIC_SLA_MISS_RATE,
	METRIC_REVIEWER_AGREEMENT,
	METRIC_APPROVAL_RATE,
	METRIC_REJECTION_RATE,
	METRIC_CORRECTION_RATE,
	METRIC_DRAFT_ACCEPTANCE_RATE,
	METRIC_EDIT_DISTANCE_MEAN,
	METRIC_EDIT_DISTANCE_P50,
	METRIC_FEEDBACK_UTILISATION,
	METRIC_SATISFACTION_MEAN,
	METRIC_THUMBS_UP_RATE,
	METRIC_COST_PER_DECISION,
	METRICS,
};
extern const char *const metric_words[]; /* NULL-terminated */

enum metric_unit {
	UNIT_SHARE, /* 0 to 1 */
	UNIT_SECONDS,
	UNIT_RATING, /* 1 to 5 */
	UNIT_COST, /* 0 and more, in the policy's currency */
};

struct metric_kind {
	enum metric_unit unit;
	/* a single number as a target is the least, not the most */
	bool more_is_better;
	bool is_rate; /* k of n; else a mean, a quantile or a distance */
};
extern const struct metric_kind metric_kinds[METRICS];

#endif
