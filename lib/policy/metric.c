/* The metrics' names and kinds (metric.h). */
#include <stddef.h>

#include "policy/metric.h"

#define TIMES(NAME, name)                                                      \
	[METRIC_##NAME##_MEAN] = name "_mean",                                 \
	[METRIC_##NAME##_P50] = name "_p50",                                   \
	[METRIC_##NAME##_P95] = name "_p95",                                   \
	[METRIC_##NAME##_P99] = name "_p99"

const char *const metric_words[] = {
	[METRIC_ESCALATION_RATE] = "escalation_rate",
	[METRIC_AUTO_RESOLVE_RATE] = "auto_resolve_rate",
	[METRIC_NEVER_AUTO_RATE] = "never_auto_rate",
	[METRIC_ERROR_ESCAPE_RATE] = "error_escape_rate",
	[METRIC_EXPECTED_ERROR_RATE] = "expected_error_rate",
	[METRIC_CALIBRATION_ERROR] = "calibration_error",
	TIMES(REVIEW_LATENCY, "review_latency"),
	TIMES(QUEUE_WAIT, "queue_wait"),
	TIMES(HANDLING_TIME, "handling_time"),
	[METRIC_SLA_MISS_RATE] = "sla_miss_rate",
	[METRIC_REVIEWER_AGREEMENT] = "reviewer_agreement",
	[METRIC_APPROVAL_RATE] = "approval_rate",
	[METRIC_REJECTION_RATE] = "rejection_rate",
	[METRIC_CORRECTION_RATE] = "correction_rate",
	[METRIC_DRAFT_ACCEPTANCE_RATE] = "draft_acceptance_rate",
	[METRIC_EDIT_DISTANCE_MEAN] = "edit_distance_mean",
	[METRIC_EDIT_DISTANCE_P50] = "edit_distance_p50",
	[METRIC_FEEDBACK_UTILISATION] = "feedback_utilisation",
	[METRIC_SATISFACTION_MEAN] = "satisfaction_mean",
	[METRIC_THUMBS_UP_RATE] = "thumbs_up_rate",
	[METRIC_COST_PER_DECISION] = "cost_per_decision",
	[METRICS] = NULL,
};

#define RATE                                                                   \
	{                                                                      \
		.is_rate = true                                                \
	}
#define GOOD_RATE                                                              \
	{                                                                      \
		.is_rate = true, .more_is_better = true                        \
	}
#define SECONDS                                                                \
	{                                                                      \
		.unit = UNIT_SECONDS                                           \
	}

const struct metric_kind metric_kinds[METRICS] = {
	[METRIC_ESCALATION_RATE] = RATE,
	[METRIC_AUTO_RESOLVE_RATE] = GOOD_RATE,
	[METRIC_NEVER_AUTO_RATE] = RATE,
	[METRIC_ERROR_ESCAPE_RATE] = RATE,
	[METRIC_REVIEW_LATENCY_MEAN] = SECONDS,
	[METRIC_REVIEW_LATENCY_P50] = SECONDS,
	[METRIC_REVIEW_LATENCY_P95] = SECONDS,
	[METRIC_REVIEW_LATENCY_P99] = SECONDS,
	[METRIC_QUEUE_WAIT_MEAN] = SECONDS,
	[METRIC_QUEUE_WAIT_P50] = SECONDS,
	[METRIC_QUEUE_WAIT_P95] = SECONDS,
	[METRIC_QUEUE_WAIT_P99] = SECONDS,
	[METRIC_HANDLING_TIME_MEAN] = SECONDS,
	[METRIC_HANDLING_TIME_P50] = SECONDS,
	[METRIC_HANDLING_TIME_P95] = SECONDS,
	[METRIC_HANDLING_TIME_P99] = SECONDS,
	[METRIC_SLA_MISS_RATE] = RATE,
	[METRIC_REVIEWER_AGREEMENT] = GOOD_RATE,
	[METRIC_APPROVAL_RATE] = GOOD_RATE,
	[METRIC_REJECTION_RATE] = RATE,
	[METRIC_CORRECTION_RATE] = RATE,
	[METRIC_DRAFT_ACCEPTANCE_RATE] = GOOD_RATE,
	[METRIC_FEEDBACK_UTILISATION] = GOOD_RATE,
	[METRIC_SATISFACTION_MEAN] = { .unit = UNIT_RATING,
	    .more_is_better = true },
	[METRIC_THUMBS_UP_RATE] = GOOD_RATE,
	[METRIC_COST_PER_DECISION] = { .unit = UNIT_COST },
};
