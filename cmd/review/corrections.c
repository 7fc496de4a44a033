/* hitl-review: corrections, in an editor, by options, by marks (actions.h). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "record/json_scan.h"

#include "review/actions.h"

void
review_diff(struct page *page, int columns, struct str before, struct str after)
{
	page_begin(page, columns);
	page_add(page, PAGE_HEADING, STR("What the correction changes:"));
	page_line(page);
	page_diff(page, before, after);
}

/* What was typed is not lost, whatever the queue says. */
static void
keep_text(struct reviewing *r, struct str text)
{
	char *file = review_keep(text);

	review_say_kept(r, file);
	free(file);
}

/* Sends it; it is kept before, as a call that hangs may end the program. */
static int
decide_or_keep(struct reviewing *r, struct str text, struct err *e)
{
	const struct json *task = session_task(r->session);
	char *file = review_keep(text);
	int bad;

	r->message[0] = '\0';
	bad = review_decide(r, OUTCOME_CORRECT, e);
	if (bad == -1 || session_task(r->session) == task)
		review_say_kept(r, file);
	else if (file != NULL)
		unlink(file);
	free(file);
	return bad;
}

/* A correction that is shown before it counts. */
static int
send_correction(struct reviewing *r, struct str before, struct str after,
    bool json, struct err *e)
{
	enum review_answer answer;

	r->how->show(r->face, before, after);
	answer = r->how->confirm(r->face, "Send this correction?");
	r->how->hide(r->face);
	review_say(r, "nothing is sent");
	if (answer == REVIEW_NO)
		return 0;
	if (answer == REVIEW_SILENCE ||
	    !review_ask_text(
		r, "Category (Enter: none): ", REVIEW_CATEGORY, false) ||
	    !review_ask_text(
		r, "Reason (Enter: none): ", REVIEW_REASON, false)) {
		keep_text(r, after);
		return 0;
	}
	r->words.text[REVIEW_CORRECTION] =
	    json ? arena_str(&r->arena, after) : review_quoted(r, after);
	return decide_or_keep(r, after, e);
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

/* What is corrected: the action of an approval, else the draft. */
static const struct json *
subject(const struct reviewing *r)
{
	return json_get(session_task(r->session),
	    review_is_approval(r) ? "proposed_action" : "model_draft");
}

int
review_correct(struct reviewing *r, struct str argument, struct err *e)
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
		got = review_edit(r, before, &edited);
	after = buf_view(&edited);
	if (got == 1 && str_eq(before, after)) {
		review_say(r, "nothing has changed, nothing is sent");
		got = 0;
	}
	if (got == 1 && is_good(r, &after, json))
		got = send_correction(r, before, after, json, e);
	else if (got == 1)
		keep_text(r, after);
	buf_release(&edited);
	return got == -1 ? -1 : 0;
}

int
review_choose(struct reviewing *r, struct str argument, struct err *e)
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
	else if (!review_ask(r, "Which option? ", &answer))
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
		return review_approve(r, STR(""), e);
	r->words.text[REVIEW_CORRECTION] = list->element[i].value.text;
	return review_decide(r, OUTCOME_CORRECT, e);
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
int
review_mark(struct reviewing *r, struct str argument, struct err *e)
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
	} else if (!review_ask(
		       r, "The passage, as it stands in the draft: ", &text) ||
		   !review_ask(r, "What is it? (a label) ", &name)) {
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

int
review_send(struct reviewing *r, struct str argument, struct err *e)
{
	if (r->marks.n == 0) {
		review_say(r, "there are no marks to send");
		return 0;
	}
	if (!review_set(r, REVIEW_REASON, argument))
		return 0;
	review_take_marks(r);
	return review_decide(r, OUTCOME_CORRECT, e);
}
