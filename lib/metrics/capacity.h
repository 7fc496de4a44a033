/*
 * Staff, waits and thresholds that go together (hitl-metrics(1), capacity):
 * arrivals and handling times of a log's queues, and Erlang's C.
 */
#ifndef HITL_METRICS_CAPACITY_H
#define HITL_METRICS_CAPACITY_H

#include "base/map.h"
#include "policy/policy.h"
#include "stats/sketch.h"

enum {
	CAPACITY_QUEUES = 64, /* with reviewers of their own */
	CAPACITY_QUEUES_MOST = 10000, /* of a log; 6 KB each */
};

struct capacity_options {
	double reviewers; /* of all queues together; 0: asked for */
	struct capacity_staff { /* and of one */
		struct str queue;
		double reviewers;
	} staff[CAPACITY_QUEUES];
	size_t nstaff;
	double wait; /* seconds that the quantile may be; 0: not given */
	double quantile; /* such as 0.95 */
	double arrivals; /* an hour, in place of the log's; 0: the log's */
	double handling; /* seconds, likewise */
	double open; /* hours a week that people work; 0: all */
	bool peak; /* plan for the busiest hour */
	bool percent;
};

struct capacity;

/* Marks and adds what is read; before expr_set_compile().  NULL with *e. */
struct capacity *
capacity_new(struct policy *, const struct capacity_options *, struct err *e);
void capacity_free(struct capacity *);
void capacity_start(struct capacity *, struct evaluator *);

/* A record_fn over a struct capacity; takes one thread. */
int capacity_add(struct record *, void *capacity, struct err *);

struct capacity_oddities {
	uint64_t routed; /* records with a route; others are no decisions */
	uint64_t person; /* of these, that one looks at, audits among them */
	uint64_t untimed; /* of these, without a usable time */
	uint64_t timed; /* of these, with a handling time */
};
struct capacity_oddities capacity_oddities(const struct capacity *);

/*
 * A row a queue, and one of all of them, whose queue is null: `row` gets
 * each.  proven: the least threshold that a proof allows, NAN: not given.
 */
void capacity_rows(struct capacity *, double proven,
    void (*row)(void *arg, struct str object), void *arg);

#endif
