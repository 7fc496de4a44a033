/*
 * A filter: every record goes out as it came in, with one member added.
 */
#ifndef HITL_RECORD_FILTER_H
#define HITL_RECORD_FILTER_H

#include "base/output.h"
#include "record/stream.h"

/*
 * Appends the JSON text of the member's value, which must not be looked at
 * otherwise.  Returns as record_fn does; 1 lets the record go out without
 * the member.
 */
typedef int
member_fn(struct record *, void *state, struct buf *value, struct err *e);

struct filter_job {
	struct str key; /* of the member */
	member_fn *member;
	/* as in struct stream_job */
	void *state;
	void *(*fork)(void *state);
	void (*join)(void *state, void *forked);
	struct output *side;
	struct fields *(*renew)(void *state);
};

/*
 * Runs the records of file[] through a job and writes them to `out`; a key
 * that is there already has its value replaced.  `fields` gets the key as a
 * further wish.  Returns the worst status.
 */
enum status
filter_run(const struct stream_options *, char *const file[], struct fields *,
    const struct filter_job *, struct output *out, struct stream_totals *);

#endif
