/*
 * The one input driver: files, one after another, as records to a callback.
 *
 * Every line is accounted for: it reaches the callback, or it is rejected
 * (told on stderr with file and line, kept in the rejects file, counted).
 */
#ifndef HITL_RECORD_STREAM_H
#define HITL_RECORD_STREAM_H

#include "base/error.h"
#include "base/output.h"
#include "record/record.h"

enum {
	STREAM_REJECTS_TOLD = 10, /* then only their number */
	STREAM_JOBS_MAX = 256,
};

struct stream_options {
	bool csv;
	char delimiter;
	size_t max_line; /* bytes */
	bool strict; /* stop at the first rejected line */
	bool progress; /* asked for */
	bool line_buffered; /* write each line at once */
	unsigned jobs; /* threads; 0 or 1: the caller's alone */
	const char *rejects; /* file, or NULL */
	struct output *rejects_into; /* of several runs, instead; or NULL */
};

/*
 * Called for every record.  0; or -1 with *e: STATUS_REJECTED refuses this
 * record and goes on, any other code ends the run; STATUS_USAGE is told with
 * file and line.  A filter appends its line, with the newline, to
 * record->out.
 */
typedef int record_fn(struct record *, void *state, struct err *e);

/*
 * What is done with the records.  With several threads each has a state of
 * its own and sees some of the records; what they write comes out in the
 * order of the input all the same.  Rejected lines are told, and kept, in
 * that order too.  --strict and --line-buffered take one thread.
 */
struct stream_job {
	record_fn *record;
	void *state; /* of the first thread */
	/* after each piece of the input, in their order; or NULL */
	void (*piece)(void *state);
	/*
	 * Before each piece, once it is there: NULL, or the fields to look for
	 * from now on, the earlier ones being gone.  Takes one thread, and no
	 * CSV, whose header is read with the first ones.  Or NULL.
	 */
	struct fields *(*renew)(void *state);
	/* in each thread, when there is no more input for it; or NULL */
	void (*done)(void *state);
	/* the state of a further one, made before any of them starts */
	void *(*fork)(void *state);
	/* takes what it saw into the first one's and frees it; at the end */
	void (*join)(void *state, void *forked);
	struct output *out; /* of a filter; else NULL */
	/*
	 * Of what goes to record->side, before what goes to `out`: a record
	 * that is out has its further lines out.  Or NULL.
	 */
	struct output *side;
};

struct stream_totals {
	uint64_t read; /* records and rejected lines */
	uint64_t rejected;
};

/*
 * All files can be opened and are no directories; so that a misspelt name
 * is told before any output.  -1 with *e (STATUS_SYSTEM).
 */
int stream_check(char *const file[], struct err *e);

/*
 * Runs the records of file[] (NULL-terminated; none, or "-": standard
 * input) through a job, having looked for `fields` in each.  What has been
 * read is written before more is waited for, so that the end of a pipe that
 * pauses holds nothing back.  Returns the worst status; messages have been
 * printed.
 */
enum status stream_run(const struct stream_options *, char *const file[],
    struct fields *, const struct stream_job *, struct stream_totals *);

#endif
