/*
 * The one input driver: files, one after another, as records to a callback.
 *
 * Every line is accounted for: it reaches the callback, or it is rejected
 * (told on stderr with file and line, kept in the rejects file, counted).
 */
#ifndef HITL_RECORD_STREAM_H
#define HITL_RECORD_STREAM_H

#include "base/error.h"
#include "record/record.h"

enum { STREAM_REJECTS_TOLD = 10 }; /* then only their number */

struct stream_options {
	bool csv;
	char delimiter;
	size_t max_line; /* bytes */
	bool strict; /* stop at the first rejected line */
	bool progress; /* asked for */
	const char *rejects; /* file, or NULL */
};

/*
 * Called for every record.  0; or -1 with *e: STATUS_REJECTED refuses this
 * record and goes on, any other code ends the run.
 */
typedef int record_fn(struct record *, void *state, struct err *e);

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
 * input) through `record`, having looked for `fields` in each.
 *   idle   called with `state` before a read that would wait, so that live
 *          output can be flushed; may be NULL
 * Returns the worst status; messages have been printed.
 */
enum status stream_run(const struct stream_options *, char *const file[],
    const struct fields *, record_fn *record, void (*idle)(void *state),
    void *state, struct stream_totals *);

/* "<stdin>" for NULL and "-". */
const char *stream_name(const char *file);

#endif
