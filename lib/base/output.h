/*
 * Where results go: a large buffer in front of a file descriptor, written
 * in whole lines only.
 *
 * `output_open` with a path writes a file beside it, or beside what it is a
 * link to, and `output_close` renames it, so the old contents stay until the
 * new ones are complete and on disk; a signal that ends the program lets the
 * line at hand be completed (ending.h) and removes that file.  Outputs are
 * opened, written and closed by the main thread.  After the first failed write
 * the rest is dropped, and output_close says so: nothing is ever half written
 * and called done.
 *
 * What tells of something that was done cannot be had again by another run:
 * who sets `lasting` has the whole lines up to then, if there are any, put in
 * their place at any end, a signal's too.
 */
#ifndef HITL_BASE_OUTPUT_H
#define HITL_BASE_OUTPUT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

enum { OUTPUT_SIZE = 256 * 1024 }; /* a buffer is full, bytes */

struct output {
	struct buf buf;
	int fd;
	const char *path; /* NULL: standard output */
	char *target; /* what path leads to, if that is replaced */
	char *temporary; /* beside it, until renamed */
	bool lasting; /* what is written takes its place, whatever comes */
	int errnum; /* of the first failed write */
	bool told; /* by output_error */
	struct output *next; /* of those that are open */
};

/* path NULL or "-": standard output. */
int output_open(struct output *, const char *path, struct err *);
/*
 * The same, but a file is added to where it is, and made if it is not there;
 * what has been written stays, whatever becomes of the program.
 */
int output_open_end(struct output *, const char *path, struct err *);

/*
 * The record in progress is appended to `out->buf`; output_line ends it and
 * writes the buffer when it is full.  -1 once writing has failed: go on
 * reading is pointless then.
 */
int output_line(struct output *);
/* After a failure: fills *e with it, once; returns -1. */
int output_error(struct output *, struct err *e);
/* Writes what is in the buffer: whole lines. */
int output_flush(struct output *);
/* The same, and a file is on disk then. */
int output_sync(struct output *);
/* Writes further whole lines, past the buffer once that is empty. */
int output_lines(struct output *, struct str lines);

/*
 * Flushes, syncs and renames, closes.  `keep` false: a file is removed and
 * what was there before stays, unless it is lasting.  Returns 0, or -1 with the
 * write error, and tells a closed standard output as any other failure.
 */
int output_close(struct output *, bool keep, struct err *);

/*
 * At an end that comes at once, in any thread: the lines that are complete
 * go out, files that were to be replaced stay as they were, unless they are
 * lasting, and nothing is written any more.  The program must end then.
 */
void outputs_abandon(void);

#endif
