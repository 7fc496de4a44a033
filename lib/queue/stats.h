/*
 * How a queue stands: what waits, who is at it, how old it is, and how long
 * what comes now will wait.
 */
#ifndef HITL_QUEUE_STATS_H
#define HITL_QUEUE_STATS_H

#include "queue/queue.h"

enum stats_by { BY_NOTHING, BY_QUEUE, BY_RISK, BY_TIER, BY_KIND };
extern const char *const stats_by_words[]; /* NULL-terminated */

/*
 * Hands each row to `row`: one, or one for each queue, risk, tier or kind.
 * Each has
 *   pending, in_review, completed, approved, rejected, needs_revision,
 *   expired   tasks
 *   overdue   of the first two, those whose deadline is missed
 *   oldest_age_seconds          of the first two, since they were created
 *   reviews, reviewers          within the window, microseconds up to now
 *   handling_seconds_mean       from claim to review; null without reviews
 *   estimated_wait_seconds      the reviews still wanted, by how many came
 *                               in the window or since the first event: by
 *                               Little's law (Little 1961) what a task that
 *                               comes now waits; null without reviews
 * -1 with *e.
 */
typedef void stats_row_fn(void *arg, struct str object);
int queue_stats(struct queue *, enum stats_by, int64_t window, stats_row_fn *,
    void *arg, struct err *e);

#endif
