/* Lines cut from an input (lines.h). */
#include <string.h>

#include "record/lines.h"

enum line_result
line_next(struct input *in, size_t max, struct str *line)
{
	size_t seen = 0; /* without a newline, from in->at */
	char *newline = NULL, *start;

	for (;;) {
		if (in->end - in->at > seen)
			newline = memchr(in->buf + in->at + seen, '\n',
			    in->end - in->at - seen);
		if (newline != NULL)
			break;
		seen = in->end - in->at;
		if (seen > max || !input_more(in))
			break;
	}
	start = in->buf + in->at;
	if (newline != NULL)
		seen = (size_t)(newline - start);
	if (seen > max) {
		*line = (struct str){ start, max };
		in->at += max;
		return LINE_LONG;
	}
	if (newline == NULL && (seen == 0 || in->errnum != 0))
		return LINE_END;
	start[seen] = '\0';
	*line = (struct str){ start, seen };
	in->at += seen + (newline != NULL);
	return LINE_OK;
}

bool
line_rest(struct input *in, struct str *piece)
{
	char *start, *newline;
	size_t n;

	*piece = (struct str){ 0 };
	if (in->at == in->end && !input_more(in))
		return false;
	start = in->buf + in->at;
	newline = memchr(start, '\n', in->end - in->at);
	n = newline == NULL ? in->end - in->at : (size_t)(newline - start);
	*piece = (struct str){ start, n };
	in->at += n + (newline != NULL);
	return newline == NULL;
}
