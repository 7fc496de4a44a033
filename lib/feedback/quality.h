/* How good reviewers are known to be: {"reviewer", "quality"}, a line each. */
#ifndef HITL_FEEDBACK_QUALITY_H
#define HITL_FEEDBACK_QUALITY_H

#include "feedback/poll.h"
#include "record/stream.h"

/*
 * Reads a file into the poll; bad lines are told and left out, *status is
 * the worst that happened.  -1 with *e.
 */
int quality_load(struct poll *, const char *file, const struct stream_options *,
    enum status *status, struct err *e);

#endif
