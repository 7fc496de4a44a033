/* What a ballot holds: private to ballot.c and ballot_write.c. */
#ifndef HITL_METRICS_BALLOT_DATA_H
#define HITL_METRICS_BALLOT_DATA_H

#include "base/map.h"
#include "metrics/ballot.h"
#include "policy/votefields.h"

enum { BALLOT_SECONDS, BALLOT_CLAIMED, BALLOT_REVIEWED, BALLOT_OTHERS };

struct ballot_rater {
	struct sketch seconds; /* that a vote took */
	int64_t first, last; /* votes; TIMESTAMP_NONE: not said */
};

struct ballot {
	struct ballot_options options;
	const struct policy *policy;
	struct evaluator *ev;
	struct votefields fields;
	uint32_t other[BALLOT_OTHERS];
	struct map items, raters, labels;
	struct map cast; /* item and rater -> vote[] */
	struct vote *vote; /* [cast.n] */
	size_t vote_cap;
	struct ballot_rater *rater; /* [raters.n] */
	size_t rater_cap;
	struct ballot_oddities odd;
};

#endif
