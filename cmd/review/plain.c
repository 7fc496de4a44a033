/* hitl-review --plain: by lines, for screen readers and scripts. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"

#include "review/review.h"

/* Lines in, lines out. */
struct lines {
	char *line;
	size_t cap;
	bool ended; /* the input */
	int failed, deaf; /* the output; the input: errno of the first error */
};

static void
note_error(int *errnum)
{
	if (*errnum == 0)
		*errnum = errno == 0 ? EIO : errno;
}

static void
flush(struct lines *x)
{
	if (fflush(stdout) == EOF)
		note_error(&x->failed);
}

static void
say(struct lines *x, struct str text)
{
	if (text.n > 0 && fwrite(text.s, text.n, 1, stdout) != 1)
		note_error(&x->failed);
}

static void
say_line(struct lines *x, const char *text)
{
	say(x, str_of(text));
	say(x, STR("\n"));
}

/* The next line; false at the end. */
static bool
hear(struct lines *x, const char *prompt, struct str *line)
{
	ssize_t n;

	say(x, str_of(prompt));
	flush(x);
	/* what cannot be shown is not decided on */
	n = x->failed != 0 || review_stopped != 0
		? -1
		: getline(&x->line, &x->cap, stdin);
	x->ended = n == -1;
	if (n == -1 && ferror(stdin) && review_stopped == 0)
		note_error(&x->deaf);
	if (n == -1)
		return false;
	*line = str_trim((struct str){ x->line, (size_t)n });
	return true;
}

static bool
ask(void *face, const char *prompt, struct buf *answer)
{
	struct str line;

	if (!hear(face, prompt, &line))
		return false;
	buf_str(answer, line);
	return true;
}

static enum review_answer
confirm(void *face, const char *prompt)
{
	struct lines *x = face;
	struct str line;

	say(x, str_of(prompt));
	if (!hear(x, " (yes or no) ", &line))
		return REVIEW_SILENCE;
	if (str_eq(line, STR("y")) || str_eq(line, STR("yes")))
		return REVIEW_YES;
	return str_eq(line, STR("n")) || str_eq(line, STR("no"))
		   ? REVIEW_NO
		   : REVIEW_SILENCE;
}

static void
print(struct lines *x, const struct page *page)
{
	for (size_t i = 0; i < page->nline; i++) {
		size_t end =
		    i + 1 < page->nline ? page->line[i + 1] : page->npiece;
		for (size_t k = page->line[i]; k < end; k++) {
			enum page_style style;
			say(x, page_part(page, k, &style));
		}
		say(x, STR("\n"));
	}
}

/* Who reads by line breaks them where he likes. */
static void
show(void *face, struct str before, struct str after)
{
	struct page page = { 0 };

	review_diff(&page, 0, before, after);
	print(face, &page);
	page_release(&page);
}

static void
flush_for_editor(void *face)
{
	flush(face);
}

static void
nothing(void *face)
{
	(void)face;
}

static const struct review_face face = {
	.ask = ask,
	.confirm = confirm,
	.show = show,
	.hide = nothing,
	.suspend = flush_for_editor,
	.resume = nothing,
};

static void
show_task(struct lines *x, struct session *s)
{
	struct page page = { 0 };

	page_begin(&page, 0);
	page_task(&page, session_task(s), session_now(s));
	print(x, &page);
	page_release(&page);
}

static void
show_help(struct lines *x)
{
	struct buf text = { 0 };

	for (int i = 0; i < REVIEW_VERBS; i++)
		buf_printf(&text, "%-9s %s\n", review_verbs[i].word,
		    review_verbs[i].help);
	buf_cstr(&text,
	    "What is said behind a word is not asked for: approve NOTES, "
	    "reject CATEGORY: REASON, edit NEW TEXT, choose 2, mark LABEL: "
	    "PASSAGE, rate 4, decline WHY.  The first letters will do.\n");
	say(x, buf_view(&text));
	buf_release(&text);
}

/* The verb that a word is, or begins; -1 if that is none, or several. */
static int
find_verb(struct str word)
{
	int found = -1;

	for (int i = 0; i < REVIEW_VERBS; i++) {
		struct str whole = str_of(review_verbs[i].word);
		if (str_eq(whole, word))
			return i;
		if (!str_has_prefix(whole, word))
			continue;
		if (found != -1)
			return -1;
		found = i;
	}
	return found;
}

/* One line of his; -1 with *e. */
static int
obey(struct reviewing *r, struct lines *x, struct str line, struct err *e)
{
	struct str word = line, argument;
	int verb;

	for (word.n = 0; word.n < line.n && line.s[word.n] != ' ';)
		word.n++;
	argument = str_trim((struct str){ line.s + word.n, line.n - word.n });
	if ((verb = find_verb(word)) == -1) {
		review_say(r, "help tells what can be said");
		return 0;
	}
	if (verb == REVIEW_HELP) {
		show_help(x);
		return 0;
	}
	/* the line is gone when something is asked */
	argument = arena_str(&r->arena, argument);
	return review_do(r, (enum review_verb)verb, argument, e);
}

static int
work(struct reviewing *r, struct lines *x, struct err *e)
{
	struct buf shown = { 0 };
	struct str line;
	int bad = 0;

	while (bad == 0 && !r->over && !x->ended && x->failed == 0 &&
	       review_stopped == 0) {
		if (session_next(r->session, e) == -1) {
			bad = -1;
			break;
		}
		if (session_task(r->session) == NULL) {
			say_line(x, "There is no task left.");
			break;
		}
		if (!str_eq(buf_view(&shown), session_id(r->session))) {
			show_task(x, r->session);
			buf_clear(&shown);
			buf_str(&shown, session_id(r->session));
		}
		if (!hear(x, "> ", &line))
			break;
		r->message[0] = '\0';
		bad = session_keep(r->session, e);
		if (bad == 0 && line.n > 0)
			bad = obey(r, x, line, e);
		if (r->message[0] != '\0')
			say_line(x, r->message);
		if (session_task(r->session) == NULL)
			buf_clear(&shown);
	}
	buf_release(&shown);
	return bad;
}

enum status
review_lines(struct session *s, struct err *e)
{
	struct lines x = { 0 };
	struct reviewing r = { .session = s, .how = &face, .face = &x };
	int bad = work(&r, &x, e);
	enum status status = STATUS_OK;

	if (bad == 0 && session_done(s) == 0 && session_task(s) == NULL &&
	    !r.over && !x.ended)
		status = STATUS_NO; /* nothing to review */
	flush(&x);
	if ((x.failed != 0 || x.deaf != 0) && r.kept)
		diag("%s", r.message);
	if (bad == 0 && x.failed != 0)
		bad = err_errno(e, x.failed, "standard output");
	else if (bad == 0 && x.deaf != 0)
		bad = err_errno(e, x.deaf, "<stdin>");
	review_release(&r);
	free(x.line);
	return bad == -1 ? e->code : status;
}
