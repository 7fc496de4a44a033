/*
 * A thresholds file, as hitl-calibrate(1) writes and hitl-route(1) reads it.
 */
#ifndef HITL_POLICY_THRESHOLDS_H
#define HITL_POLICY_THRESHOLDS_H

#include "policy/policy.h"

struct thresholds {
	const char *file;
	/* what it promises, and from how many labels; NAN, 0: not said */
	double max_error, confidence_level;
	double n;
	bool proven; /* by a method that proves */
	struct str by_text; /* empty: none */
	struct policy_threshold fallback; /* "default" */
	int64_t by; /* expression or POLICY_NONE */
	struct map group; /* name -> threshold[] */
	struct policy_threshold *threshold;
};

/*
 * Loads a file; its "by" goes into the policy's expressions.  NULL with *e
 * (STATUS_USAGE) when it is no thresholds file.
 */
struct thresholds *thresholds_load(
    const char *file, struct policy *, struct arena *, struct err *e);
void thresholds_free(struct thresholds *);

#endif
