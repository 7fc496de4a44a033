/* Lines cut from an input (lines.h). */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "record/lines.h"

void
piece_release(struct piece *p)
{
	free(p->buf);
	*p = (struct piece){ 0 };
}

void
piece_take(struct piece *p, struct input *in, size_t n)
{
	size_t rest = in->end - in->at - n;
	struct piece old = *p;

	/* what is left goes on in the piece's old buffer */
	if (old.cap < in->cap) {
		free(old.buf);
		if ((old.buf = malloc(in->cap + INPUT_EXTRA)) == NULL)
			memory_exhausted();
		old.cap = in->cap;
	}
	memcpy(old.buf, in->buf + in->at + n, rest);
	memset(old.buf + rest, 0, INPUT_EXTRA);
	*p = (struct piece){ in->buf, in->cap, in->buf + in->at, n };
	in->buf = old.buf;
	in->cap = old.cap;
	in->at = 0;
	in->end = rest;
}

/* The length of the lines in text[n] before the first one beyond `max`. */
static size_t
lines_within(const char *text, size_t n, size_t max)
{
	const char *line = text, *end = text + n, *newline;

	if (n <= max)
		return n;
	for (; line < end; line = newline + 1) {
		newline = memchr(line, '\n', (size_t)(end - line));
		if ((size_t)(newline - line) > max)
			break;
	}
	return (size_t)(line - text);
}

enum lines_result
lines_next(struct input *in, size_t max, struct piece *p)
{
	size_t seen = 0; /* bytes from in->at without a newline */
	const char *newline = NULL, *start;

	for (;;) {
		start = in->buf + in->at;
		if (in->end - in->at > seen)
			newline = memrchr(
			    start + seen, '\n', in->end - in->at - seen);
		if (newline != NULL)
			break;
		seen = in->end - in->at;
		if (seen > max)
			return LINES_LONG;
		if (!input_more(in))
			break;
	}
	start = in->buf + in->at;
	if (newline == NULL) {
		if (seen == 0 || in->errnum != 0)
			return LINES_END;
		in->buf[in->end++] = '\n'; /* there is room for one */
		newline = start + seen;
	}
	seen = lines_within(start, (size_t)(newline + 1 - start), max);
	if (seen == 0)
		return LINES_LONG;
	piece_take(p, in, seen);
	return LINES_OK;
}

bool
line_rest(struct input *in, struct str *text)
{
	char *start, *newline;
	size_t n;

	*text = (struct str){ 0 };
	if (in->at == in->end && !input_more(in))
		return false;
	start = in->buf + in->at;
	newline = memchr(start, '\n', in->end - in->at);
	n = newline == NULL ? in->end - in->at : (size_t)(newline - start);
	*text = (struct str){ start, n };
	in->at += n + (newline != NULL);
	return newline == NULL;
}
