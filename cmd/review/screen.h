/* The screen of hitl-review: what is drawn, and what is typed. */
#ifndef HITL_CMD_REVIEW_SCREEN_H
#define HITL_CMD_REVIEW_SCREEN_H

#include <curses.h>

#include "review/review.h"

enum { COLOUR_ALERT = 1, COLOUR_REMOVED, COLOUR_ADDED };

struct screen {
	struct reviewing *r;
	const char *reviewer;
	struct session_list list;
	struct page page; /* of the task, or of help */
	bool changes; /* instead of it, those of a correction: */
	struct str before, after;
	int top; /* its first line on the screen */
	bool help;
	struct buf prompt; /* and what is typed so far; n == 0: none */
};

/* Takes the terminal; -1 with *e if it can have no screen. */
int screen_begin(struct err *e);
void screen_end(void);
/* For an editor, and back. */
void screen_suspend(void *face);
void screen_resume(void *face);

void screen_draw(struct screen *);
int screen_rows(void);

#endif
