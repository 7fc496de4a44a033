/* What the verbs of hitl-calibrate have in common. */
#ifndef HITL_CMD_CALIBRATE_CALIBRATE_H
#define HITL_CMD_CALIBRATE_CALIBRATE_H

#include "calibrate/labelled.h"
#include "run.h"

int run_apply(int argc, char *argv[]);
int run_cascade(int argc, char *argv[]);
int run_curve(int argc, char *argv[]);
int run_fit(int argc, char *argv[]);
int run_label_states(int argc, char *argv[]);
int run_plan(int argc, char *argv[]);
int run_report(int argc, char *argv[]);
int run_threshold(int argc, char *argv[]);

#define CALIBRATE_LEVEL  0.95 /* of proofs and intervals */
#define CALIBRATE_GROUPS 1000 /* at most, unless told otherwise */

/* Which labels, and how they are grouped. */
struct collection {
	const char *by; /* expression, or NULL */
	size_t max_groups;
	struct part part;
	bool folds;
	bool weighted; /* the verb knows weights */
	double max_weight; /* 0: not given */
	bool merge; /* the files are what `labels` wrote */
	const char *other; /* a second confidence of the same records */
};

/* What says where members of records stand goes with no states. */
#define WITHOUT_STATES 'F', OPTION_CSV, OPTION_SCALE

/* The argument of --max-groups; -1 with *e. */
int take_max_groups(const char *argument, struct collection *, struct err *e);

/* run_open(), then all labelled decisions, and what is odd about them; -1. */
int run_labels(struct run *, const struct collection *, struct labelled *);
/* The same with collection.other, whose labels are in `other`. */
int run_two_labels(struct run *, const struct collection *, struct labelled *,
    struct labelled *other);

/* A thresholds file that says what it promises; NULL with *e. */
struct thresholds;
struct thresholds *promise_load(struct run *, const char *file, struct err *e);

/* threshold --update: the file whose place is taken. */
struct replaced {
	const char *file;
	struct thresholds *old; /* NULL: there was none */
	const struct thresholds *before; /* old, if its groups are these */
};

/* Loads `file`, if it is there; the output goes to it then.  -1 with *e. */
int
replaced_load(struct run *, struct replaced *, const char *by, struct err *e);
/* What is in the output takes its place; or not, and why is said. */
void
replaced_settle(struct run *, const struct replaced *, const struct labelled *);

/* threshold --verify, to its end: the exit status. */
int verify_file(struct run *, const char *file, struct collection *);

/* "2 records have no id ..." */
void tell_partless(uint64_t n);

#endif
