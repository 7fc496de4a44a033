/*
 * Lines of any length up to a limit, cut from an input in pieces of many.
 */
#ifndef HITL_RECORD_LINES_H
#define HITL_RECORD_LINES_H

#include "base/text.h"
#include "record/input.h"

/* Whole lines, in a buffer of their own: whoever works on them has it. */
struct piece { /* all zero to begin */
	char *buf; /* cap + INPUT_EXTRA bytes */
	size_t cap;
	char *text; /* [n] in buf, JSON_PADDING readable bytes behind */
	size_t n;
};

void piece_release(struct piece *);

enum lines_result {
	LINES_END, /* or a read error: input->errnum */
	LINES_OK,
	LINES_LONG, /* the next line is longer than the limit: see line_rest */
};

/*
 * The whole lines that have come, each with its newline; waits only if
 * there is none.  The last line of an input needs no newline, it gets one.
 * The piece must not be in use any more.
 */
enum lines_result lines_next(struct input *, size_t max, struct piece *);

/* The next `n` unread bytes, at least as they are, as a piece. */
void piece_take(struct piece *, struct input *, size_t n);

/*
 * After LINES_LONG: the line, piece by piece (*text may be empty).  True
 * while another one follows.
 */
bool line_rest(struct input *, struct str *text);

#endif
