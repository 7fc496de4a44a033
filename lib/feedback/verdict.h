/*
 * What several reviews of one decision come to (hitl-policy(5), review).
 *
 * A later review of the same reviewer takes the place of his earlier one;
 * later is by `reviewed_at`, a review without a time being before all that
 * have one, and of equals by the order they came in.  What remains, one a
 * reviewer, are the opinions; whoever gave no name is somebody else each
 * time.
 */
#ifndef HITL_FEEDBACK_VERDICT_H
#define HITL_FEEDBACK_VERDICT_H

#include "policy/review.h"

struct verdict {
	const struct review *final; /* NULL: there is none */
	const struct review *latest; /* of all */
	size_t reviews, opinions;
	bool agree; /* all opinions on whether the model was right */
	bool tied; /* that is why there is none */
};

/*
 * final_rule  FINAL_LAST       the latest opinion
 *             FINAL_SENIOR     the latest one of the most senior reviewer
 *             FINAL_MAJORITY   the outcome that most have, of a tie none; of
 *                              corrections the one that most gave, and of
 *                              these the latest
 *             FINAL_CONSENSUS  the latest, if all have the same outcome
 * review[n]   n > 0, after review_digest()
 * correct[n]  1 or 0: was the model right, by each
 */
struct verdict verdict_of(const struct policy_review *,
    const struct review *review, const int *correct, size_t n);

#endif
