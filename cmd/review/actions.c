/* hitl-review: what a reviewer does with a task (review.h). */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"
#include "record/json_scan.h"

#include "review/review.h"

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

static bool
ask(struct reviewing *r, const char *prompt, struct buf *answer)
{
	buf_clear(answer);
	return r->how->ask(r->face, prompt, answer);
}

/* A text as JSON, for the review. */
static struct str
quoted(struct reviewing *r, struct str text)
{
	struct buf json = { 0 };
	struct str kept;

	buf_json_string(&json, text);
	kept = arena_str(&r->arena, buf_view(&json));
	buf_release(&json);
	return kept;
}

/* Sets what he says; false if it is no text that can be kept. */
static bool
set(struct reviewing *r, enum review_text i, struct str text)
{
	if (!utf8_valid(text)) {
		review_say(r, "that is not UTF-8");
		return false;
	}
	if (text.n > 0)
		r->words.text[i] = quoted(r, text);
	return true;
}

/* Asks for a text that may be empty, unless it is needed. */
static bool
ask_text(
    struct reviewing *r, const char *prompt, enum review_text i, bool needed)
{
	struct buf answer = { 0 };
	bool given = ask(r, prompt, &answer);

	if (given && needed && str_trim(buf_view(&answer)).n == 0) {
		review_say(r, "nothing is sent: a reason is needed");
		given = false;
	}
	given = given && set(r, i, str_trim(buf_view(&answer)));
	buf_release(&answer);
	return given;
}

static bool
is_approval(const struct reviewing *r)
{
	const struct json *kind = json_get(session_task(r->session), "kind");

	return kind != NULL && str_eq(kind->string, STR("approval"));
}

/* Sends it to the queue, and says what has come of it. */
static int
decide(struct reviewing *r, enum outcome outcome, struct err *e)
{
	const bool final = is_approval(r);
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
		review_clear(r);
	} else if (done == 0) {
		review_say(r, "%.*s: refused: %s", (int)id.n, id.s, why);
	}
	buf_release(&id);
	return done == -1 ? -1 : 0;
}

static int
approve(struct reviewing *r, struct str note, struct err *e)
{
	if (r->marks.n > 0) {
		review_say(r, "there are marks: send them as the correction");
		return 0;
	}
	if (!set(r, REVIEW_COMMENT, note))
		return 0;
	if (is_approval(r) &&
	    !r->how->confirm(r->face, "Approve this action, so that it is "
				      "carried out?")) {
		review_say(r, "nothing is sent");
		return 0;
	}
	return decide(r, OUTCOME_APPROVE, e);
}

static void
take_marks(struct reviewing *r)
{
	if (r->marks.n > 0)
		r->words.text[REVIEW_CORRECTION] = str_of(arena_printf(
		    &r->arena, "[%.*s]", (int)r->marks.n, r->marks.s));
}

/* "category: reason", or asked for. */
static int
reject(struct reviewing *r, struct str argument, struct err *e)
{
	const char *colon =
	    argument.n == 0 ? NULL : memchr(argument.s, ':', argument.n);

	review_say(r, "nothing is sent");
	if (colon != NULL) {
		size_t n = (size_t)(colon - argument.s);
		if (!set(r, REVIEW_CATEGORY,
			str_trim((struct str){ argument.s, n })))
			return 0;
		argument =
		    str_trim((struct str){ colon + 1, argument.n - n - 1 });
	} else if (argument.n == 0 && !ask_text(r, "Category (Enter: none): ",
					  REVIEW_CATEGORY, false)) {
		return 0;
	}
	if (argument.n > 0 ? !set(r, REVIEW_REASON, argument)
			   : !ask_text(r, "Reason: ", REVIEW_REASON, true))
		return 0;
	take_marks(r);
	return decide(r, OUTCOME_REJECT, e);
}

/* A correction that is shown before it counts. */
static int
send_correction(struct reviewing *r, struct str before, struct str after,
    bool json, struct err *e)
{
	struct page page = { 0 };
	bool yes;

	page_begin(&page, r->how->columns(r->face));
	page_add(&page, PAGE_HEADING, STR("What the correction changes:"));
	page_line(&page);
	page_diff(&page, before, after);
	r->how->show(r->face, &page);
	yes = r->how->confirm(r->face, "Send this correction?");
	r->how->show(r->face, NULL);
	page_release(&page);
	review_say(r, "nothing is sent");
	if (!yes ||
	    !ask_text(r, "Category (Enter: none): ", REVIEW_CATEGORY, false) ||
	    !ask_text(r, "Reason (Enter: none): ", REVIEW_REASON, false))
		return 0;
	r->words.text[REVIEW_CORRECTION] =
	    json ? arena_str(&r->arena, after) : quoted(r, after);
	return decide(r, OUTCOME_CORRECT, e);
}

/* An edited text must be one; an edited value JSON. */
static bool
is_good(struct reviewing *r, struct str *text, bool json)
{
	struct json_error bad;
	enum json_type type;

	if (!json) {
		if (utf8_valid(*text))
			return true;
		review_say(r, "nothing is sent: that is not UTF-8");
		return false;
	}
	*text = str_trim(*text);
	if (json_check(text, &r->arena, &type, &bad) == 0)
		return true;
	review_say(r, "nothing is sent: that is no JSON: %s", bad.what);
	return false;
}

/* A line of its own in an editor's file is no newline in the text. */
static struct str
without_last_newline(struct str before, struct str after)
{
	if ((before.n == 0 || before.s[before.n - 1] != '\n') && after.n > 0 &&
	    after.s[after.n - 1] == '\n')
		after.n--;
	return after;
}

/* What is corrected: the action of an approval, else the draft. */
static const struct json *
subject(const struct reviewing *r)
{
	return json_get(session_task(r->session),
	    is_approval(r) ? "proposed_action" : "model_draft");
}

static int
edit(struct reviewing *r, struct str argument, struct err *e)
{
	const struct json *draft = subject(r);
	const bool json = draft != NULL && draft->value.type != JSON_STRING &&
			  draft->value.type != JSON_NULL;
	struct str before = page_value(draft), after;
	struct buf edited = { 0 };
	int got = 1;

	if (argument.n > 0)
		buf_str(&edited, argument); /* said in one line */
	else
		got = review_edit(r, before, &edited, e);
	after = without_last_newline(before, buf_view(&edited));
	if (got == 1 && str_eq(before, after))
		got = 0;
	if (got == 0)
		review_say(r, "nothing has changed, nothing is sent");
	else if (got == 1 && is_good(r, &after, json))
		got = send_correction(r, before, after, json, e);
	buf_release(&edited);
	return got == -1 ? -1 : 0;
}

static int
choose(struct reviewing *r, struct str argument, struct err *e)
{
	const struct json *list = json_get(session_task(r->session), "options");
	const struct json *draft = subject(r);
	struct buf answer = { 0 };
	double x = 0;
	size_t i;

	if (list == NULL || list->value.type != JSON_ARRAY || list->n == 0) {
		review_say(r, "there are no options to choose among");
		return 0;
	}
	if (argument.n > 0)
		buf_str(&answer, argument);
	else if (!ask(r, "Which option? ", &answer))
		buf_clear(&answer);
	if (!decimal_parse(str_trim(buf_view(&answer)), &x) || !(x >= 1) ||
	    !(x <= (double)list->n) || x != (double)(size_t)x) {
		review_say(
		    r, "nothing is sent: it is one of 1 to %zu", list->n);
		buf_release(&answer);
		return 0;
	}
	buf_release(&answer);
	i = (size_t)x - 1;
	if (draft != NULL &&
	    str_eq(page_value(draft), page_value(&list->element[i])))
		return approve(r, STR(""), e);
	r->words.text[REVIEW_CORRECTION] = list->element[i].value.text;
	return decide(r, OUTCOME_CORRECT, e);
}

/* Code points in front of a place in a text. */
static size_t
position(struct str text, size_t at)
{
	size_t n = 0;

	for (size_t i = 0; i < at; i++)
		n += (text.s[i] & 0xc0) != 0x80;
	return n;
}

static void
add_mark(struct reviewing *r, struct str draft, size_t at, struct str passage,
    struct str label)
{
	size_t start = position(draft, at);
	size_t end = position(draft, at + passage.n);

	if (r->marks.n > 0)
		buf_char(&r->marks, ',');
	buf_printf(
	    &r->marks, "{\"start\":%zu,\"end\":%zu,\"label\":", start, end);
	buf_json_string(&r->marks, label);
	buf_char(&r->marks, '}');
	review_say(
	    r, "marked %zu to %zu; send makes it the correction", start, end);
}

/* "label: passage", or asked for. */
static int
mark(struct reviewing *r, struct str argument, struct err *e)
{
	struct str draft = page_value(subject(r)), passage, label;
	struct buf text = { 0 }, name = { 0 };
	const char *found, *colon;

	(void)e;
	colon = argument.n == 0 ? NULL : memchr(argument.s, ':', argument.n);
	if (colon != NULL) {
		buf_add(&name, argument.s, (size_t)(colon - argument.s));
		buf_add(&text, colon + 1,
		    argument.n - (size_t)(colon + 1 - argument.s));
	} else if (!ask(r, "The passage, as it stands in the draft: ", &text) ||
		   !ask(r, "What is it? (a label) ", &name)) {
		buf_clear(&text);
	}
	passage = str_trim(buf_view(&text));
	label = str_trim(buf_view(&name));
	found = passage.n == 0 || draft.n == 0
		    ? NULL
		    : memmem(draft.s, draft.n, passage.s, passage.n);
	if (found == NULL || label.n == 0 || !utf8_valid(label) ||
	    !utf8_valid(passage))
		review_say(r, "nothing is marked: the passage is not in the "
			      "draft, or has no label");
	else
		add_mark(r, draft, (size_t)(found - draft.s), passage, label);
	buf_release(&text);
	buf_release(&name);
	return 0;
}

static int
send(struct reviewing *r, struct str argument, struct err *e)
{
	if (r->marks.n == 0) {
		review_say(r, "there are no marks to send");
		return 0;
	}
	if (!set(r, REVIEW_REASON, argument))
		return 0;
	take_marks(r);
	return decide(r, OUTCOME_CORRECT, e);
}

static int
rate(struct reviewing *r, struct str argument, struct err *e)
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

static int
note(struct reviewing *r, struct str argument, struct err *e)
{
	(void)e;
	review_say(r, "no notes");
	if (argument.n > 0 ? set(r, REVIEW_COMMENT, argument)
			   : ask_text(r, "Notes: ", REVIEW_COMMENT, false))
		review_say(r, "noted; it goes with the decision");
	return 0;
}

/* Gives it back one way or another, with a word to whoever comes next. */
static int
give_back(struct reviewing *r, enum review_verb verb, struct str argument,
    struct err *e)
{
	const char *why = "";
	struct buf words = { 0 };
	int done = 0;

	buf_str(&words, argument);
	if (verb == REVIEW_SKIP) {
		done = session_skip(r->session, &why, e);
	} else if (argument.n > 0 ||
		   ask(r,
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
		review_clear(r);
	} else if (done == 0) {
		review_say(r, "not done: %s", why);
	}
	return done == -1 ? -1 : 0;
}

static int
undo(struct reviewing *r, struct err *e)
{
	const char *why = "";
	int done = session_undo(r->session, &why, e);

	if (done == 1) {
		review_clear(r);
		review_say(r, "the last decision is taken back");
	} else if (done == 0) {
		review_say(r, "%s", why);
	}
	return done == -1 ? -1 : 0;
}

int
review_do(struct reviewing *r, enum review_verb verb, struct str argument,
    struct err *e)
{
	if (verb == REVIEW_QUIT) {
		r->over = true;
		return 0;
	}
	if (verb == REVIEW_UNDO)
		return undo(r, e);
	if (session_task(r->session) == NULL) {
		review_say(r, "there is no task in hand");
		return 0;
	}
	switch (verb) {
	case REVIEW_APPROVE: return approve(r, argument, e);
	case REVIEW_REJECT: return reject(r, argument, e);
	case REVIEW_EDIT: return edit(r, argument, e);
	case REVIEW_CHOOSE: return choose(r, argument, e);
	case REVIEW_MARK: return mark(r, argument, e);
	case REVIEW_SEND: return send(r, argument, e);
	case REVIEW_RATE: return rate(r, argument, e);
	case REVIEW_NOTE: return note(r, argument, e);
	default: return give_back(r, verb, argument, e);
	}
}
