/* hitl-review: what a reviewer does with a task (review.h). */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"
#include "base/utf8.h"

#include "review/actions.h"

void
review_say(struct reviewing *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->message, sizeof(r->message), fmt, ap);
	va_end(ap);
}

void
review_clear(struct reviewing *r)
{
	arena_reset(&r->arena);
	r->words = (struct session_words){ 0 };
	buf_clear(&r->marks);
}

void
review_release(struct reviewing *r)
{
	arena_release(&r->arena);
	buf_release(&r->marks);
}

bool
review_ask(struct reviewing *r, const char *prompt, struct buf *answer)
{
	buf_clear(answer);
	return r->how->ask(r->face, prompt, answer);
}

/* A text as JSON, for the review. */
struct str
review_quoted(struct reviewing *r, struct str text)
{
	struct buf json = { 0 };
	struct str kept;

	buf_json_string(&json, text);
	kept = arena_str(&r->arena, buf_view(&json));
	buf_release(&json);
	return kept;
}

/* Sets what he says; false if it is no text that can be kept. */
bool
review_set(struct reviewing *r, enum review_text i, struct str text)
{
	if (!utf8_valid(text)) {
		review_say(r, "that is not UTF-8");
		return false;
	}
	if (text.n > 0)
		r->words.text[i] = review_quoted(r, text);
	return true;
}

/* Asks for a text that may be empty, unless it is needed. */
bool
review_ask_text(
    struct reviewing *r, const char *prompt, enum review_text i, bool needed)
{
	struct buf answer = { 0 };
	bool given = review_ask(r, prompt, &answer);

	if (given && needed && str_trim(buf_view(&answer)).n == 0) {
		review_say(r, "nothing is sent: a reason is needed");
		given = false;
	}
	given = given && review_set(r, i, str_trim(buf_view(&answer)));
	buf_release(&answer);
	return given;
}

bool
review_is_approval(const struct reviewing *r)
{
	const struct json *kind = json_get(session_task(r->session), "kind");

	return kind != NULL && str_eq(kind->string, STR("approval"));
}

/* Sends it to the queue, and says what has come of it. */
int
review_decide(struct reviewing *r, enum outcome outcome, struct err *e)
{
	const bool final = review_is_approval(r);
	struct buf id = { 0 };
	const char *why = "";
	int done;

	printable_cut(session_id(r->session), 60, &id);
	done = session_decide(r->session, outcome, &r->words, &why, e);
	if (done == 1) {
		review_say(r, "%.*s: %s%s", (int)id.n, id.s,
		    outcome == OUTCOME_APPROVE  ? "approved"
		    : outcome == OUTCOME_REJECT ? "rejected"
						: "corrected",
		    final ? "" : "; undo takes it back");
	} else if (done == 0) {
		review_say(r, "%.*s: refused: %s", (int)id.n, id.s, why);
	}
	buf_release(&id);
	return done == -1 ? -1 : 0;
}

int
review_approve(struct reviewing *r, struct str note, struct err *e)
{
	if (r->marks.n > 0) {
		review_say(r, "there are marks: send them as the correction");
		return 0;
	}
	if (!review_set(r, REVIEW_COMMENT, note))
		return 0;
	if (review_is_approval(r) &&
	    r->how->confirm(r->face, "Approve this action, so that it is "
				     "carried out?") != REVIEW_YES) {
		review_say(r, "nothing is sent");
		return 0;
	}
	return review_decide(r, OUTCOME_APPROVE, e);
}

void
review_take_marks(struct reviewing *r)
{
	if (r->marks.n > 0)
		r->words.text[REVIEW_CORRECTION] = str_of(arena_printf(
		    &r->arena, "[%.*s]", (int)r->marks.n, r->marks.s));
}

/* "category: reason", or asked for. */
int
review_reject(struct reviewing *r, struct str argument, struct err *e)
{
	const char *colon =
	    argument.n == 0 ? NULL : memchr(argument.s, ':', argument.n);

	review_say(r, "nothing is sent");
	if (colon != NULL) {
		size_t n = (size_t)(colon - argument.s);
		if (!review_set(r, REVIEW_CATEGORY,
			str_trim((struct str){ argument.s, n })))
			return 0;
		argument =
		    str_trim((struct str){ colon + 1, argument.n - n - 1 });
	} else if (argument.n == 0 &&
		   !review_ask_text(
		       r, "Category (Enter: none): ", REVIEW_CATEGORY, false)) {
		return 0;
	}
	if (argument.n > 0
		? !review_set(r, REVIEW_REASON, argument)
		: !review_ask_text(r, "Reason: ", REVIEW_REASON, true))
		return 0;
	review_take_marks(r);
	return review_decide(r, OUTCOME_REJECT, e);
}

int
review_rate(struct reviewing *r, struct str argument, struct err *e)
{
	(void)e;
	if (argument.n != 1 || argument.s[0] < '1' || argument.s[0] > '5') {
		review_say(r, "a rating is 1, 2, 3, 4 or 5");
		return 0;
	}
	r->words.text[REVIEW_RATING] = arena_str(&r->arena, argument);
	review_say(r, "rated %c; it goes with the decision", argument.s[0]);
	return 0;
}

int
review_note(struct reviewing *r, struct str argument, struct err *e)
{
	(void)e;
	review_say(r, "no notes");
	if (argument.n > 0
		? review_set(r, REVIEW_COMMENT, argument)
		: review_ask_text(r, "Notes: ", REVIEW_COMMENT, false))
		review_say(r, "noted; it goes with the decision");
	return 0;
}

/* Gives it back one way or another, with a word to whoever comes next. */
int
review_give_back(struct reviewing *r, enum review_verb verb,
    struct str argument, struct err *e)
{
	const char *why = "";
	struct buf words = { 0 };
	int done = 0;

	buf_str(&words, argument);
	if (verb == REVIEW_SKIP) {
		done = session_skip(r->session, &why, e);
	} else if (argument.n > 0 ||
		   review_ask(r,
		       verb == REVIEW_DECLINE ? "Why not you? "
					      : "What should they know? ",
		       &words)) {
		if (!utf8_valid(buf_view(&words)))
			why = "that is not UTF-8";
		else
			done = session_give_back(r->session,
			    verb == REVIEW_DECLINE ? LEASE_DECLINE
						   : LEASE_ESCALATE,
			    str_trim(buf_view(&words)), &why, e);
	} else {
		why = "you have thought better of it";
	}
	buf_release(&words);
	if (done == 1) {
		review_say(r, "%s",
		    verb == REVIEW_SKIP      ? "skipped"
		    : verb == REVIEW_DECLINE ? "declined"
					     : "escalated");
	} else if (done == 0) {
		review_say(r, "not done: %s", why);
	}
	return done == -1 ? -1 : 0;
}

int
review_undo(struct reviewing *r, struct err *e)
{
	const char *why = "";
	int done = session_undo(r->session, &why, e);

	if (done == 1) {
		review_say(r, "the last decision is taken back");
	} else if (done == 0) {
		review_say(r, "%s", why);
	}
	return done == -1 ? -1 : 0;
}
