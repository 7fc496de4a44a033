/*
 * What a log shows of the decisions in it, as far as a policy depends on it:
 * how many, of which kinds, how sure, how often wrong, what cannot be undone.
 *
 * Memory: 16 bytes for each labelled decision.
 */
#ifndef HITL_ROUTE_SURVEY_H
#define HITL_ROUTE_SURVEY_H

#include "policy/policy.h"
#include "stats/decision.h"

enum {
	SURVEY_TASKS = 100, /* those that come first are told */
	SURVEY_BINS = 10000, /* of confidence */
};

struct survey {
	const struct policy *policy;
	struct evaluator *ev; /* put in by the caller */
	bool percent; /* --scale percent */
	uint32_t irreversible, asked; /* exprs */
	uint64_t n, sure, labelled, wrong; /* sure: with a confidence */
	uint64_t irreversibles, askings, drafts, ids, timed;
	int64_t first, last; /* times */
	struct map tasks; /* the first SURVEY_TASKS */
	uint64_t task[SURVEY_TASKS], other_tasks;
	uint64_t bin[SURVEY_BINS + 1]; /* by survey_bin() */
	struct decision *decision; /* [ndecision]: labelled, with confidence */
	size_t ndecision, cap;
};

/* Adds what is looked at; before expr_set_compile().  -1 with *e. */
int survey_init(struct survey *, struct policy *, bool percent, struct err *e);
void survey_release(struct survey *);

/* A record_fn over a struct survey. */
int survey_add(struct record *, void *survey, struct err *e);

/* Decisions a day, by their times; NAN if they say nothing. */
double survey_volume(const struct survey *);

/*
 * The bin of a confidence in [0, 1], from 0: the last i for which it is not
 * below i / SURVEY_BINS, the nearest double to that decimal.
 */
size_t survey_bin(double confidence);

/* How many have a confidence of at least t, to a ten-thousandth. */
uint64_t survey_above(const struct survey *, double t);

#endif
