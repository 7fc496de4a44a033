/*
 * Labelled decisions collected from records: 16 bytes each, by group.
 *
 * A record without a usable confidence cannot act alone; it stays in every
 * denominator.  A record without a label says nothing and is left out.
 */
#ifndef HITL_CALIBRATE_LABELLED_H
#define HITL_CALIBRATE_LABELLED_H

#include "base/groups.h"
#include "calibrate/part.h"
#include "stats/decision.h"

struct group_counts {
	uint64_t n; /* labelled, with a confidence or not */
	uint64_t errors;
};

struct labelled {
	struct decision *decision; /* [n], with label and confidence */
	size_t n, cap;
	uint64_t unlabelled;
	uint64_t without; /* labelled, no usable confidence */
	uint64_t without_errors;
	uint64_t zero; /* confidence exactly 0 */
	uint64_t ungrouped; /* beyond max_groups, or no group */
	uint64_t partless; /* no id, so in no part; left out */
	bool weighted; /* a decision's group is its weight (weight_pack) */
	double max_weight; /* that a label can have */
	uint64_t without_weight; /* of those without a confidence, 1e-6 */
	struct groups groups; /* their names, and how many at most */
	struct group_counts *group; /* [groups.names.n] */
};

/* How records are read, by one thread; `by` an expression in use or
 * POLICY_NONE. */
struct labelled_source {
	const struct policy *policy;
	struct expr_set *exprs;
	struct evaluator *ev;
	bool percent;
	int64_t by;
	int64_t confidence; /* expression, or POLICY_NONE: the field */
	struct part part;
	bool folds; /* a decision's group is its fold */
	bool weighted; /* the field weight is read */
	double max_weight;
	struct labelled *into;
	struct group_view view;
	struct group_counts *count; /* by place in the view */
	size_t count_cap;
	size_t settled; /* decisions whose group has its number */
};

/*
 * Marks and adds what is read of a record; before expr_set_compile(), after
 * which the caller puts the evaluator in.  -1 with *e for a bad expression.
 *   by          text of an expression, or NULL
 *   weighted    what is made of the labels knows weights; else a field
 *               `weight` is an error, for it must not be ignored in silence
 *   max_weight  of a record; with a field `weight` it must be given, else 0
 */
int labelled_source_init(struct labelled_source *, struct policy *,
    const char *by, bool percent, bool weighted, double max_weight,
    struct labelled *into, struct err *e);

/*
 * Adds n decisions of a group (NULL: none) at once; confidence NAN: not
 * usable.
 */
void labelled_put(struct labelled_source *, const struct str *group,
    double confidence, bool error, uint64_t n);

/* A record_fn over a struct labelled_source. */
int labelled_add(struct record *, void *source, struct err *);

/* For struct stream_job; a forked source has labels of its own. */
void labelled_piece(void *source);
void labelled_done(void *source); /* sorts what it has */
void *labelled_fork(void *source);
void labelled_join(void *source, void *forked);

/* Counts the groups; call once when all records are in, and joined. */
void labelled_finish(struct labelled_source *);
void labelled_release(struct labelled *);

/*
 * Two confidences of the same records, before and after something: for
 * struct stream_job as the functions above.
 */
struct labelled_pair {
	struct labelled_source *before, *after;
};
int labelled_pair_add(struct record *, void *pair, struct err *);
void labelled_pair_piece(void *pair);
void labelled_pair_done(void *pair);
void *labelled_pair_fork(void *pair);
void labelled_pair_join(void *pair, void *forked);

/* The records of each group, still in order, one group after another. */
struct partition {
	struct decision *d; /* malloc'ed, as the next */
	size_t *start; /* [groups + 1] */
};
struct partition labelled_partition(const struct labelled *);

/* Labelled records in all: the n of rates. */
uint64_t labelled_total(const struct labelled *);

#endif
