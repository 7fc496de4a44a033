/* What a poll holds: private to poll.c, poll_settle.c and poll_write.c. */
#ifndef HITL_FEEDBACK_POLL_DATA_H
#define HITL_FEEDBACK_POLL_DATA_H

#include "feedback/poll.h"
#include "policy/votefields.h"
#include "stats/dawid_skene.h"

enum {
	POLL_COMPARED = 100, /* votes of an item that are compared in pairs */
};

struct poll {
	struct poll_options options;
	struct votefields fields;
	struct evaluator *ev;
	struct arena arena;
	struct map items, raters;
	struct str *id; /* [items.n], JSON as it came first */
	size_t id_cap;
	double *quality; /* [raters.n], NAN: not given */
	size_t quality_cap;
	bool rated; /* some are */
	struct label_set labels;
	struct map cast; /* item and rater -> vote[]; not of every vote */
	struct votes votes;
	size_t vote_cap;
	struct poll_totals totals;
	/* by poll_settle(): votes by item, in the order they were cast */
	uint32_t *label_of; /* [votes.labels]: those in use -> labels.label[] */
	size_t *first; /* [items.n + 1]: where an item's votes begin */
	bool compared; /* a label is the one most like the others */
	struct consensus consensus; /* unless compared */
	uint32_t *chosen; /* [items.n], compared; MAP_NONE: tied */
	double *agreement; /* [items.n], compared; NAN of a single vote */
	double *skill; /* [raters.n], compared */
	const double *weight; /* [raters.n], or NULL */
};

/* The votes of one item, POLL_COMPARED at most when they are compared. */
struct poll_votes {
	const struct vote *vote; /* [n] */
	size_t n;
};
struct poll_votes poll_votes_of(const struct poll *, size_t item);

#endif
