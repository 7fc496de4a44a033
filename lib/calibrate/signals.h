/*
 * Labelled signals collected from records: 8 bytes a signal and 8 a record.
 */
#ifndef HITL_CALIBRATE_SIGNALS_H
#define HITL_CALIBRATE_SIGNALS_H

#include "calibrate/labelled.h"
#include "stats/combination.h"

/* The expressions of the signals, in a policy's set. */
struct signals {
	size_t k;
	uint32_t id[SIGNALS_MOST];
	struct str text[SIGNALS_MOST];
	bool percent;
};

/*
 * Adds them, to be used: `list` is split at commas outside brackets and
 * quotes, or text[k] given.  -1 with *e (STATUS_USAGE).
 */
int signals_parse(
    struct signals *, const char *list, struct policy *, struct err *e);
int signals_add(struct signals *, const struct str *text, size_t k,
    struct policy *, struct err *e);

/*
 * x[k] of a record: a number, or one in a string ("0.87", "87%"), 1 and 0
 * for true and false; NAN for all else.  How many there are.
 */
size_t signals_of(const struct signals *, struct evaluator *,
    const struct record *, double *x);

struct signal_log {
	struct signal_rows rows; /* sorted by signals_finish() */
	size_t cap; /* bytes */
	uint64_t unlabelled;
	uint64_t errors;
	uint64_t without; /* labelled, with no signal at all; left out */
	uint64_t partless;
};

/* How records are read, by one thread; for struct stream_job. */
struct signal_source {
	const struct policy *policy;
	struct evaluator *ev;
	const struct signals *signals;
	struct part part;
	struct signal_log *into;
};
int signal_source_add(struct record *, void *source, struct err *);
void *signal_source_fork(void *source);
void signal_source_join(void *source, void *forked);

/* In an order that no number of threads shows in; once all are joined. */
void signal_log_finish(struct signal_log *);
void signal_log_release(struct signal_log *);

#endif
