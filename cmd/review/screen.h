/* The screen of hitl-review: what is drawn, and what is typed. */
#ifndef HITL_CMD_REVIEW_SCREEN_H
#define HITL_CMD_REVIEW_SCREEN_H

#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "review/review.h"

enum { COLOUR_ALERT = 1, COLOUR_REMOVED, COLOUR_ADDED };

struct screen {
	struct reviewing *r;
	const char *reviewer;
	struct session_list list;
	struct page page; /* of the task, or of help */
	const struct page *shown; /* instead of it; or NULL */
	int top; /* its first line on the screen */
	bool help;
	struct buf prompt; /* and what is typed so far; n == 0: none */
};

void screen_draw(struct screen *);
int screen_columns(void *screen); /* of a page */
int screen_rows(void);

/*
 * A key, after a second ERR if there was none; moves the page itself.  *wide
 * when it is a character and no key.
 */
int screen_key(struct screen *, bool *wide);

/* The face (review.h). */
extern const struct review_face screen_face;

#endif
