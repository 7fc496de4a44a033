/* hitl-review: what a reviewer may say, and who does it (review.h). */
#include "review/actions.h"

const struct review_verb_row review_verbs[REVIEW_VERBS] = {
	[REVIEW_APPROVE] = { "approve", 'a', "the draft is right" },
	[REVIEW_REJECT] = { "reject", 'r', "it is wrong: category, reason" },
	[REVIEW_EDIT] = { "edit", 'e', "correct it in $EDITOR" },
	[REVIEW_CHOOSE] = { "choose", 'o', "one of the options" },
	[REVIEW_MARK] = { "mark", 'm', "mark a passage of the draft" },
	[REVIEW_SEND] = { "send", 'c', "the marks, as the correction" },
	[REVIEW_RATE] = { "rate", '1', "1 to 5, with the decision" },
	[REVIEW_NOTE] = { "note", 'n', "notes, with the decision" },
	[REVIEW_SKIP] = { "skip", 's', "another may take it" },
	[REVIEW_DECLINE] = { "decline", 'd', "another must take it" },
	[REVIEW_ESCALATE] = { "escalate", 'x', "to the next tier" },
	[REVIEW_UNDO] = { "undo", 'u', "take the last decision back" },
	[REVIEW_HELP] = { "help", '?', "the keys" },
	[REVIEW_QUIT] = { "quit", 'q', "give the task back, and stop" },
};

static int
do_verb(struct reviewing *r, enum review_verb verb, struct str argument,
    struct err *e)
{
	switch (verb) {
	case REVIEW_UNDO: return review_undo(r, e);
	case REVIEW_APPROVE: return review_approve(r, argument, e);
	case REVIEW_REJECT: return review_reject(r, argument, e);
	case REVIEW_EDIT: return review_correct(r, argument, e);
	case REVIEW_CHOOSE: return review_choose(r, argument, e);
	case REVIEW_MARK: return review_mark(r, argument, e);
	case REVIEW_SEND: return review_send(r, argument, e);
	case REVIEW_RATE: return review_rate(r, argument, e);
	case REVIEW_NOTE: return review_note(r, argument, e);
	default: return review_give_back(r, verb, argument, e);
	}
}

int
review_do(struct reviewing *r, enum review_verb verb, struct str argument,
    struct err *e)
{
	const struct json *task = session_task(r->session);
	const struct session_words before = r->words;
	int bad;

	r->kept = false;
	if (verb == REVIEW_QUIT) {
		r->over = true;
		return 0;
	}
	if (verb != REVIEW_UNDO && task == NULL) {
		review_say(r, "there is no task in hand");
		return 0;
	}
	bad = do_verb(r, verb, argument, e);
	if (session_task(r->session) == NULL || verb == REVIEW_UNDO)
		review_clear(r); /* what was said was of another */
	else if (verb != REVIEW_RATE && verb != REVIEW_NOTE)
		r->words = before; /* of what was not sent nothing is left */
	return bad;
}
