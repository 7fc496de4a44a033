/* The lines of a text, scanned (scanner.h). */
#include <stdlib.h>
#include <string.h>

#include "record/scanner.h"

enum {
	/* text and index of so much stay in the fast caches */
	WINDOW = 16 * 1024,
	/* a line beyond this is not worth the memory of its index */
	WINDOW_MAX = 1 << 20,
};

void
scanner_init(struct scanner *s, const struct fields *fields)
{
	*s = (struct scanner){ .fields = fields };
	s->slot = alloc_apart(fields->n * sizeof(*s->slot));
}

void
scanner_release(struct scanner *s)
{
	json_walk_release(&s->walk);
	json_shapes_release(&s->shapes);
	free(s->slot);
}

void
scanner_start(struct scanner *s, char *text, size_t n)
{
	s->at = s->indexed = text;
	s->end = text + n;
}

/* Indexes the next lines; false if there is no index for them. */
static bool
index_window(struct scanner *s)
{
	size_t n = (size_t)(s->end - s->at);
	const char *newline = s->end - 1;

	if (!json_index_available())
		return false;
	if (n > WINDOW) {
		newline = memrchr(s->at, '\n', WINDOW);
		if (newline == NULL)
			newline = memchr(s->at, '\n', n);
		n = (size_t)(newline + 1 - s->at);
		if (n > WINDOW_MAX)
			return false;
	}
	json_walk_start(&s->walk, s->at, n);
	s->indexed = s->at + n;
	return true;
}

/* The newline behind the line, NULL if only json_scan() can tell. */
static char *
walk_line(struct scanner *s)
{
	const char *newline =
	    json_shape_line(&s->shapes, &s->walk, s->fields, s->at, s->slot);

	if (newline == NULL) {
		newline = json_walk_line(&s->walk, s->fields, s->at, s->slot);
		if (newline != NULL)
			json_shape_learn(&s->shapes, s->fields, s->at);
	}
	return (char *)(uintptr_t)newline;
}

enum scan_result
scanner_next(struct scanner *s, struct str *line, struct json_error *e)
{
	bool walked = true;
	char *newline = NULL;

	if (s->at == s->end)
		return SCAN_END;
	if (s->at == s->indexed)
		walked = index_window(s);
	if (walked)
		newline = walk_line(s);
	if (newline != NULL) {
		*line = (struct str){ s->at, (size_t)(newline - s->at) };
		*newline = '\0';
		s->at = newline + 1;
		return SCAN_OK;
	}
	newline = memchr(s->at, '\n', (size_t)(s->end - s->at));
	*line = (struct str){ s->at, (size_t)(newline - s->at) };
	*newline = '\0';
	s->at = newline + 1;
	if (walked)
		json_walk_skip(&s->walk, s->at);
	else
		s->indexed = s->at;
	return json_scan(s->fields, *line, s->slot, e) == -1 ? SCAN_BAD
							     : SCAN_OK;
}
