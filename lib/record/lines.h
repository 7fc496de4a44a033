/*
 * Lines of any length up to a limit, cut from an input.
 */
#ifndef HITL_RECORD_LINES_H
#define HITL_RECORD_LINES_H

#include "base/text.h"
#include "record/input.h"

enum line_result {
	LINE_END, /* or a read error: input->errnum */
	LINE_OK,
	LINE_LONG, /* longer than the limit: its beginning */
};

/*
 * The next line, without its newline (a CR before it is kept).  It is
 * followed by a NUL and JSON_PADDING readable bytes, may be written to, and
 * stays until the next call.  The last line needs no newline.
 */
enum line_result line_next(struct input *, size_t max, struct str *line);

/*
 * After LINE_LONG: the rest of the line, piece by piece (*piece may be
 * empty).  True while another piece follows.
 */
bool line_rest(struct input *, struct str *piece);

#endif
