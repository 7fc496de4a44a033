/* What a reviewer does with a task: private to the files that do it. */
#ifndef HITL_CMD_REVIEW_ACTIONS_H
#define HITL_CMD_REVIEW_ACTIONS_H

#include "review/review.h"

/* One line of text; false: he has thought better of it. */
bool review_ask(struct reviewing *, const char *prompt, struct buf *answer);
/* The same for what goes with the decision; it may be empty, if not needed. */
bool review_ask_text(
    struct reviewing *, const char *prompt, enum review_text, bool needed);
/* Sets it; false if it is no text that can be kept. */
bool review_set(struct reviewing *, enum review_text, struct str text);
/* A text as JSON, while the task is in hand. */
struct str review_quoted(struct reviewing *, struct str text);
bool review_is_approval(const struct reviewing *);
/* The marks become the correction. */
void review_take_marks(struct reviewing *);
/* Sends it to the queue, and says what has come of it; -1 with *e. */
int review_decide(struct reviewing *, enum outcome, struct err *e);

/* Each with what he has said with it already, or nothing. */
int review_approve(struct reviewing *, struct str note, struct err *e);
int review_reject(struct reviewing *, struct str reason, struct err *e);
int review_rate(struct reviewing *, struct str rating, struct err *e);
int review_note(struct reviewing *, struct str note, struct err *e);
int review_correct(struct reviewing *, struct str text, struct err *e);
int review_choose(struct reviewing *, struct str number, struct err *e);
int review_mark(struct reviewing *, struct str passage, struct err *e);
int review_send(struct reviewing *, struct str reason, struct err *e);
/* Skips, declines or escalates. */
int review_give_back(
    struct reviewing *, enum review_verb, struct str note, struct err *e);
int review_undo(struct reviewing *, struct err *e);

#endif
