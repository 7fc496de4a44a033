/*
 * Bytes from a file descriptor, in large reads, with the piece in progress
 * always contiguous: what lines.c and csv.c cut their records from.
 */
#ifndef HITL_RECORD_INPUT_H
#define HITL_RECORD_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "record/json.h"

/* Behind a buffer: a newline for a last line without one, and padding. */
enum { INPUT_EXTRA = 1 + JSON_PADDING };

struct input {
	int fd;
	char *buf; /* cap + INPUT_EXTRA bytes */
	size_t cap, at, end; /* unread: buf[at, end) */
	bool eof;
	int errnum; /* of a failed read, else 0 */
};

/* "<stdin>" for NULL and "-". */
const char *input_name(const char *file);

/* Opens a file, "-" standard input; a directory is none.  -1 with *e. */
int input_open(const char *file, struct err *e);

/* Takes over fd.  The buffer of an earlier file is used again. */
void input_start(struct input *, int fd);
/*
 * Reads more behind the bytes not yet consumed, moving them to the front or
 * growing the buffer when it is full.  False at the end or on an error.
 */
bool input_more(struct input *);
void input_stop(struct input *); /* closes fd */
void input_release(struct input *);

#endif
