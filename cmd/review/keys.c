/* hitl-review on a terminal: what is typed. */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"

#include "review/screen.h"

enum { ESCAPE = 27, CONTROL_C = 3, CONTROL_U = 21, DELETE = 127 };

/* A key that moves the page. */
static bool
moves(struct screen *s, int key)
{
	switch (key) {
	case KEY_UP: s->top--; return true;
	case KEY_DOWN: s->top++; return true;
	case KEY_PPAGE: s->top -= screen_rows() - 1; return true;
	case KEY_NPAGE: s->top += screen_rows() - 1; return true;
	case KEY_HOME: s->top = 0; return true;
	case KEY_END: s->top = 1 << 20; return true;
	case KEY_RESIZE: return true;
	default: return false;
	}
}

/* Whether there is nobody any more who could type something. */
static bool
is_gone(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	return review_stopped != 0 ||
	       (poll(&p, 1, 0) == 1 &&
		   (p.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0);
}

/*
 * A key, or a byte of what is typed (below 256); after a second ERR if there
 * was none.  Moves the page itself, and keeps the task.
 */
static int
next_key(struct screen *s)
{
	struct err ignored; /* who decides is told */

	for (;;) {
		int c;
		screen_draw(s);
		c = getch();
		if (c == ERR && is_gone())
			s->r->over = true;
		if (c == ERR)
			(void)session_keep(s->r->session, &ignored);
		if (!moves(s, c))
			return c;
	}
}

static void
drop_character(struct buf *text)
{
	while (text->n > 0 && (text->s[--text->n] & 0xc0) == 0x80)
		;
}

/* What is typed goes on at the end; of a long one the end is seen. */
static void
show_prompt(struct screen *s, const char *prompt, const struct buf *answer)
{
	size_t most = COLS > 8 ? (size_t)COLS - 4 : 4, from = 0;
	size_t n = strlen(prompt) + answer->n;

	buf_clear(&s->prompt);
	if (n > most && answer->n > n - most)
		from = n - most;
	while (from < answer->n && (answer->s[from] & 0xc0) == 0x80)
		from++;
	buf_cstr(&s->prompt, prompt);
	if (answer->n > 0)
		buf_add(&s->prompt, answer->s + from, answer->n - from);
	buf_char(&s->prompt, '_');
}

static bool
ask(void *face, const char *prompt, struct buf *answer)
{
	struct screen *s = face;
	bool given = false;

	for (bool done = false; !done && !s->r->over;) {
		int c;
		show_prompt(s, prompt, answer);
		c = next_key(s);
		if (c == KEY_ENTER || c == '\n' || c == '\r')
			done = given = true;
		else if (c == ESCAPE || c == CONTROL_C)
			done = true;
		else if (c == KEY_BACKSPACE || c == DELETE || c == '\b')
			drop_character(answer);
		else if (c == CONTROL_U)
			buf_clear(answer);
		else if (c >= ' ' && c < 256)
			buf_char(answer, (char)c);
	}
	buf_clear(&s->prompt);
	flushinp(); /* what was typed ahead was for something else */
	return given;
}

static enum review_answer
confirm(void *face, const char *prompt)
{
	struct screen *s = face;
	int c = ERR;

	buf_clear(&s->prompt);
	buf_printf(&s->prompt, "%s  y yes   n no", prompt);
	flushinp();
	while (!s->r->over && c != 'y' && c != 'Y' && c != 'n' && c != 'N' &&
	       c != ESCAPE && c != CONTROL_C)
		c = next_key(s);
	buf_clear(&s->prompt);
	if (c == ERR)
		return REVIEW_SILENCE;
	return c == 'y' || c == 'Y' ? REVIEW_YES : REVIEW_NO;
}

static void
show(void *face, struct str before, struct str after)
{
	struct screen *s = face;

	s->changes = true;
	s->before = before;
	s->after = after;
	s->top = 0;
}

static void
hide(void *face)
{
	struct screen *s = face;

	s->changes = false;
	s->top = 0;
}

/* The face (review.h). */
static const struct review_face screen_face = {
	.ask = ask,
	.confirm = confirm,
	.show = show,
	.hide = hide,
	.suspend = screen_suspend,
	.resume = screen_resume,
};

/* The verb of a key; -1 if it is none. */
static int
find_verb(int c)
{
	for (int i = 0; i < REVIEW_VERBS; i++)
		if (review_verbs[i].key == c && i != REVIEW_RATE)
			return i;
	return -1;
}

/* Where there are no such keys, as on a vt100. */
static bool
scrolls(struct screen *s, int c)
{
	switch (c) {
	case 'j': s->top++; return true;
	case 'k': s->top--; return true;
	case ' ': s->top += screen_rows() - 1; return true;
	case 'b': s->top -= screen_rows() - 1; return true;
	default: return false;
	}
}

static int
obey(struct screen *s, int c, struct err *e)
{
	struct reviewing *r = s->r;
	char digit = (char)c;
	int verb = find_verb(c);

	r->message[0] = '\0';
	if (scrolls(s, c))
		return 0;
	if (c == CONTROL_C)
		return review_do(r, REVIEW_QUIT, STR(""), e);
	if (c >= '1' && c <= '5')
		return review_do(r, REVIEW_RATE, (struct str){ &digit, 1 }, e);
	if (s->help || verb == REVIEW_HELP) {
		s->help = !s->help;
		s->top = 0;
		return 0;
	}
	if (verb == -1) {
		review_say(r, "? tells the keys");
		return 0;
	}
	return review_do(r, (enum review_verb)verb, STR(""), e);
}

enum { LOOK_SECONDS = 5 }; /* between two looks at a queue that stands still */

/* The next task if he has none; what comes first, when it is time to look. */
static int
prepare(struct screen *s, bool *look, struct err *e)
{
	struct session *session = s->r->session;

	if (session_task(session) == NULL) {
		int got = session_next(session, e);
		if (got == -1)
			return -1;
		*look |= got == 1;
		s->top = 0;
		flushinp(); /* it was for what was there before */
	}
	if (*look && session_look(session, &s->list, e) == -1)
		return -1;
	*look = false;
	return 0;
}

static int
work(struct screen *s, struct err *e)
{
	int idle = 0;
	bool look = true;

	while (!s->r->over && review_stopped == 0) {
		int c;
		if (prepare(s, &look, e) == -1)
			return -1;
		c = next_key(s);
		if (c == ERR || c >= 256) {
			look = c == ERR && ++idle % LOOK_SECONDS == 0;
			continue;
		}
		if (obey(s, c, e) == -1)
			return -1;
		look = true;
	}
	return 0;
}

enum status
review_screen(struct session *session, const char *reviewer, struct err *e)
{
	struct reviewing r = { .session = session, .how = &screen_face };
	struct screen s = { .r = &r, .reviewer = reviewer };
	int bad;

	r.face = &s;
	if (screen_begin(e) == -1)
		return e->code;
	bad = work(&s, e);
	screen_end();
	if (r.kept) /* the screen is gone, and with it where that is */
		diag("%s", r.message);
	review_release(&r);
	page_release(&s.page);
	buf_release(&s.prompt);
	return bad == -1 ? e->code : STATUS_OK;
}
