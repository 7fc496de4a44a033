/*
 * A task as a page of lines for a person: why it is here, what was asked,
 * what the model would answer, what that rests on, and what has been said of
 * it before.  All of it is printable (base/printable.h).
 */
#ifndef HITL_QUEUE_PAGE_H
#define HITL_QUEUE_PAGE_H

#include "record/json_tree.h"

enum page_style {
	PAGE_TEXT,
	PAGE_HEADING,
	PAGE_ALERT, /* what is to be seen first */
	PAGE_REMOVED,
	PAGE_ADDED,
};

/* A line is pieces of one style each: text[start, next start). */
struct page_piece {
	size_t start;
	enum page_style style;
};

struct page { /* all zero to begin */
	struct buf text; /* all lines, each without its newline */
	struct page_piece *piece; /* [npiece] */
	size_t npiece, piece_cap;
	size_t *line; /* [nline]: the first piece of each */
	size_t nline, line_cap;
	int columns; /* of a line at most; 0: no bound */
	int margin; /* blanks before each line that is begun */
	/* in progress */
	int at;
	enum page_style style;
};

/* A piece of a line: the text of it, and its style. */
struct str page_part(const struct page *, size_t piece, enum page_style *);

void page_begin(struct page *, int columns); /* forgets what there was */
void page_release(struct page *);

/* A text in a style, broken between words; newlines in it end lines. */
void page_add(struct page *, enum page_style, struct str text);
/* The same of what is to stay in its line: a line break in it is told. */
void page_word(struct page *, enum page_style, struct str text);
void page_line(struct page *); /* ends the line, also an empty one */

/* All of a task, with what its member "status" says; `now` as in the queue. */
void page_task(struct page *, const struct json *task, int64_t now);

/* What a correction changes: [-removed-]{+added+}, in colour as well. */
void page_diff(struct page *, struct str before, struct str after);

/* What a value says: a string as it is, anything else as JSON. */
struct str page_value(const struct json *);

/* "3d", "2h 05m", "12m", "45s", "-3h 10m" when it is over. */
void page_duration(struct buf *, int64_t usec);

#endif
