/* hitl-review: what its screen and its lines have in common. */
#ifndef HITL_CMD_REVIEW_H
#define HITL_CMD_REVIEW_H

#include <signal.h>

#include "queue/page.h"
#include "queue/session.h"

/* What a reviewer may do; the words are those of --plain. */
enum review_verb {
	REVIEW_APPROVE,
	REVIEW_REJECT,
	REVIEW_EDIT,
	REVIEW_CHOOSE,
	REVIEW_MARK,
	REVIEW_SEND, /* the marks, as the correction */
	REVIEW_RATE,
	REVIEW_NOTE,
	REVIEW_SKIP,
	REVIEW_DECLINE,
	REVIEW_ESCALATE,
	REVIEW_UNDO,
	REVIEW_HELP,
	REVIEW_QUIT,
};
enum { REVIEW_VERBS = REVIEW_QUIT + 1 };
extern const struct review_verb_row {
	const char *word;
	char key; /* on the screen */
	const char *help;
} review_verbs[REVIEW_VERBS];

enum review_answer {
	REVIEW_NO,
	REVIEW_YES,
	REVIEW_SILENCE, /* neither, or nobody is there any more */
};

/* How a reviewer is asked: by lines, or on a screen. */
struct review_face {
	/* One line of text; false: he has thought better of it. */
	bool (*ask)(void *face, const char *prompt, struct buf *answer);
	enum review_answer (*confirm)(void *face, const char *prompt);
	/* Shows what a correction changes, until it is hidden. */
	void (*show)(void *face, struct str before, struct str after);
	void (*hide)(void *face);
	/* Gives the terminal to an editor, and takes it back. */
	void (*suspend)(void *face);
	void (*resume)(void *face);
};

struct reviewing {
	struct session *session;
	const struct review_face *how;
	void *face;
	struct arena arena; /* of the task in hand */
	struct session_words words; /* said of it so far */
	struct buf marks; /* JSON objects with commas between; n == 0: none */
	char message[512]; /* what has come of the last thing he did */
	bool kept; /* it names a file with a text of his */
	bool over;
};

/*
 * Does it; `argument` is what he has said with it already, or empty.  -1 with
 * *e: it cannot go on.
 */
int review_do(
    struct reviewing *, enum review_verb, struct str argument, struct err *e);

/* What was said of a task is forgotten: another one comes. */
void review_clear(struct reviewing *);
void review_release(struct reviewing *);

void review_say(struct reviewing *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * A text as his editor leaves it ($VISUAL, $EDITOR, vi), in *after: 1; 0 if
 * that failed, and it is said, also where the text is if it was changed.
 */
int review_edit(struct reviewing *, struct str before, struct buf *after);

/* Keeps a text in a file of its own, whose name is to be freed; or NULL. */
char *review_keep(struct str text);
/* Says where it is, before what was said; file NULL: that it is nowhere. */
void review_say_kept(struct reviewing *, const char *file);

/* A signal has come that ends the program: the task is given back first. */
extern volatile sig_atomic_t review_stopped;

/* The terminal as it was, as far as a handler of signals can do that. */
void review_leave_screen(void);

/* A page of what a correction changes. */
void
review_diff(struct page *, int columns, struct str before, struct str after);

/* The two faces, until he quits.  The exit status. */
enum status review_lines(struct session *, struct err *e);
enum status
review_screen(struct session *, const char *reviewer, struct err *e);

#endif
