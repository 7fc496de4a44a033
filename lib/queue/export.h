/* Out of the queue: reviews, approvals, tasks, and all that happened. */
#ifndef HITL_QUEUE_EXPORT_H
#define HITL_QUEUE_EXPORT_H

#include "queue/view.h"

enum export_kind {
	EXPORT_REVIEWS, /* for hitl-feedback(1) */
	EXPORT_APPROVALS, /* that are decided, for hitl-act(1) */
	EXPORT_TASKS, /* with how they stand */
	EXPORT_EVENTS, /* for an audit, and for hitl-queue import */
};
extern const char *const export_words[]; /* NULL-terminated */

/*
 * Hands each line to `line` in the order things happened, with the number of
 * the event it is of (0 of a task); -1 from it ends the export, which is no
 * error.
 *   *from  from behind this event on, 0: all; how far it went.  Of
 *          EXPORT_TASKS without meaning.
 * -1 with *e.
 */
typedef int export_line_fn(void *arg, int64_t n, struct str line);
int queue_export(struct queue *, enum export_kind, int64_t *from,
    export_line_fn *line, void *arg, struct err *e);

#endif
