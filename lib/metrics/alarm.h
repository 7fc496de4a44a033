/*
 * Rates that are watched from run to run (hitl-metrics(1), alarm): what was
 * counted so far is kept in a state, and the evidence against each target
 * holds however often it is looked at (stats/sequence.h).
 */
#ifndef HITL_METRICS_ALARM_H
#define HITL_METRICS_ALARM_H

#include "metrics/grouping.h"
#include "metrics/metrics.h"

struct alarm;

/* Whether a rate has a target, without which there is never an alarm. */
bool alarm_can_be(const struct policy *);

/*
 * The state in `file`, or a new one if it is not there or empty.  The file is
 * locked until alarm_free(), so that runs that overlap come one after
 * another.  NULL with *e: STATUS_USAGE if it is no state, or one whose groups
 * are by something else; STATUS_SYSTEM.
 *   by     what groups are by; its texts outlive the state
 *   level  of all targets of a group together, such as 0.95
 */
struct alarm *alarm_load(const char *file, const struct policy *,
    const struct grouping *by, double level, struct err *e);
void alarm_free(struct alarm *);

/*
 * For struct metrics_options, each: what a run's records are known by, their
 * ids, or their lines where they have none.  alarm_use() before
 * expr_set_compile().
 */
void alarm_use(struct policy *);
void alarm_see(const struct record *, struct evaluator *, void *alarm);

/*
 * Adds what a run has counted, all of it seen.  -1 with *e (STATUS_USAGE) if
 * records of it were counted before: twice they would be evidence for
 * nothing.  The same run is known for sure, parts of it by seen.h.
 */
int alarm_add(struct alarm *, struct metrics *, struct err *e);

/* Finds out which rates are in alarm now; those that were stay so. */
void alarm_decide(struct alarm *);

/* Begins anew the rates that are in alarm; how many. */
size_t alarm_restart(struct alarm *);

/* Writes the state beside the file and renames it.  -1 with *e. */
int alarm_save(struct alarm *, struct err *e);

/*
 * A row a group, as hitl-metrics prints them, the intervals holding at all
 * times: `row` gets each.  `miss` gets a line for each rate in alarm;
 * returns how many there are.
 */
size_t alarm_rows(struct alarm *, void (*row)(void *arg, struct str object),
    void (*miss)(void *arg, const char *line), void *arg);

#endif
