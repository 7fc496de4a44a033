/*
 * Several reviewers' labels of the same items, and the one label that comes
 * of them (hitl-feedback(1), consensus).
 */
#ifndef HITL_FEEDBACK_POLL_H
#define HITL_FEEDBACK_POLL_H

#include "feedback/label.h"
#include "policy/policy.h"

/* stats/consensus.h, stats/dawid_skene.h */
enum poll_method {
	POLL_MAJORITY,
	POLL_WEIGHTED, /* by given qualities, or Wawa */
	POLL_DAWID_SKENE,
	POLL_ONE_COIN,
};
extern const char *const poll_method_words[]; /* NULL-terminated */

struct poll_options {
	enum poll_method method;
	enum label_type type;
	const char *reviewer, *label; /* expressions; NULL: the usual places */
	bool every_vote; /* of one reviewer on one item; else his last */
	bool ranged; /* ratings are in [least, most] */
	double least, most;
};

struct poll;

struct poll_totals {
	uint64_t votes, items, reviewers;
	uint64_t incomplete; /* records without id, reviewer or label */
	uint64_t replaced; /* votes by a later one of the same reviewer */
	uint64_t tied; /* items */
	uint64_t beyond; /* votes that an item has too many of */
	uint64_t unrated; /* reviewers without a quality */
};

/*
 * Marks and adds what is read; before expr_set_compile().  NULL with *e:
 * a method that the type does not go with.
 */
struct poll *
poll_new(struct policy *, const struct poll_options *, struct err *e);
void poll_free(struct poll *);
void poll_start(struct poll *, struct evaluator *);

/* Weights will be given: whoever has none counts as the others do. */
void poll_rate(struct poll *);

/* How good a reviewer is known to be, in [0, 1]; before the votes. */
void poll_quality(struct poll *, struct str reviewer, double quality);

/* A record_fn over a struct poll; takes one thread. */
int poll_add(struct record *, void *poll, struct err *);

/* When all votes are in; -1 with *e if it would take too much memory. */
int poll_settle(struct poll *, struct err *e);

struct poll_totals poll_totals(const struct poll *);

/* One item's row, of poll_totals().items; and all about the run. */
void poll_write_item(struct poll *, size_t item, struct buf *);
void poll_write_report(struct poll *, struct buf *);

#endif
