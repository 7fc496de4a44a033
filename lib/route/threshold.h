/*
 * Which threshold counts for a record.
 *
 * The highest of those that speak: the risk's, the task's, the thresholds
 * file's; else the policy's default.
 *
 * Relief: while more tasks wait than the policy allows, thresholds of low
 * risk are lowered, never raised, for that would fill the queue further;
 * down to the policy's floor, and never below what a thresholds file has
 * proven.
 */
#ifndef HITL_ROUTE_THRESHOLD_H
#define HITL_ROUTE_THRESHOLD_H

#include "policy/policy.h"

struct router;

/* "Never alone". */
extern const struct policy_threshold threshold_never;

/* threshold_never when one of them is null or nothing speaks at all. */
const struct policy_threshold *route_threshold(struct router *,
    const struct record *, enum risk_level, const struct policy_task *);

/* What the thresholds file says of a record; there is one. */
const struct policy_threshold *
route_threshold_of_file(struct router *, const struct record *);

/*
 * How many tasks wait: a number, or the first one in a file, which is read
 * again when it has changed, at most once a second, by each thread for itself.
 * What cannot be read counts as 0, which relieves nothing.
 */
struct backlog {
	double waiting;
	const char *file; /* NULL: the number stays */
	int64_t looked; /* seconds, monotonic */
	int64_t changed; /* of the file, nanoseconds */
};

/* Reads the file for the first time; -1 with *e (STATUS_SYSTEM). */
int backlog_open(struct backlog *, const char *file, struct err *e);

/*
 * Lowers *threshold if relief is due: what it was before, or NAN.  The new
 * one lives as long as the record.
 */
double relieve(struct router *, const struct record *, enum risk_level,
    const struct policy_threshold **threshold);

#endif
