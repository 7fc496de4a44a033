/* hitl-review on a terminal: the queue on the left, the task on the right. */
#include "review/screen.h"

#include "base/printable.h"

enum {
	LEFT = 27, /* columns of the queue */
	NARROW = 64, /* below, there is no queue */
	KEYS = 100, /* columns that all keys take */
};

/* Rows that the keys take. */
static int
key_rows(void)
{
	return COLS < KEYS ? 2 : 1;
}

static attr_t
attribute(enum page_style style)
{
	switch (style) {
	case PAGE_HEADING: return A_BOLD;
	case PAGE_ALERT: return A_BOLD | (attr_t)COLOR_PAIR(COLOUR_ALERT);
	case PAGE_REMOVED: return (attr_t)COLOR_PAIR(COLOUR_REMOVED);
	case PAGE_ADDED: return (attr_t)COLOR_PAIR(COLOUR_ADDED);
	default: return A_NORMAL;
	}
}

static int
left_width(void)
{
	return COLS < NARROW ? 0 : LEFT;
}

/* Of a page. */
static int
page_columns(void)
{
	int left = left_width();

	return COLS - left - (left > 0 ? 2 : 0) - 1;
}

int
screen_rows(void)
{
	int rows = LINES - 2 - key_rows();

	return rows > 1 ? rows : 1;
}

static int
message_row(void)
{
	return LINES - 1 - key_rows();
}

/* A text of ours and of records, cut to the columns there are. */
static void
put(int y, int x, int columns, struct str text)
{
	struct buf out = { 0 };

	if (columns > 0) {
		printable_cut(text, columns, &out);
		mvaddnstr(y, x, out.s, (int)out.n);
	}
	buf_release(&out);
}

static void
draw_title(struct screen *s)
{
	const struct session *session = s->r->session;
	int64_t ends = session_lease_ends(session);
	struct buf text = { 0 }, lease = { 0 };

	buf_printf(&text, " hitl-review  %s   %llu%s waiting, %llu done",
	    s->reviewer, (unsigned long long)s->list.waiting,
	    s->list.waiting + 1 >= SESSION_LIST * 8 ? " or more" : "",
	    (unsigned long long)session_done(session));
	if (ends != TIMESTAMP_NONE) {
		buf_cstr(&lease, "yours for ");
		page_duration(&lease, ends - session_now(session));
		buf_char(&lease, ' ');
	}
	attron(A_REVERSE);
	mvhline(0, 0, ' ', COLS);
	put(0, 0, COLS - (int)lease.n, buf_view(&text));
	if ((int)lease.n < COLS)
		put(0, COLS - (int)lease.n, (int)lease.n, buf_view(&lease));
	attroff(A_REVERSE);
	buf_release(&text);
	buf_release(&lease);
}

/* ">d-17      high     2h 05m" */
static void
draw_row(const struct screen *s, int y, const struct session_row *row)
{
	struct buf due = { 0 };

	if (row->deadline != TIMESTAMP_NONE)
		page_duration(&due, row->deadline - session_now(s->r->session));
	if (row->mine)
		attron(A_BOLD);
	put(y, 0, 1, row->mine ? STR(">") : STR(" "));
	put(y, 1, 11, str_of(row->id));
	put(y, 13, 6, str_of(priority_words[row->priority]));
	put(y, LEFT - 1 - (int)due.n, (int)due.n, buf_view(&due));
	attroff(A_BOLD);
	buf_release(&due);
}

static void
draw_queue(const struct screen *s)
{
	int rows = screen_rows();

	for (int i = 0; i < rows; i++) {
		if ((size_t)i < s->list.n)
			draw_row(s, 1 + i, &s->list.row[i]);
		mvaddch(1 + i, LEFT, ACS_VLINE);
	}
}

static void
draw_page(const struct screen *s, const struct page *page, int x)
{
	int rows = screen_rows();

	for (int i = 0; i < rows; i++) {
		size_t line = (size_t)s->top + (size_t)i;
		size_t end = line + 1 < page->nline ? page->line[line + 1]
						    : page->npiece;
		if (line >= page->nline)
			break;
		move(1 + i, x);
		for (size_t k = page->line[line]; k < end; k++) {
			enum page_style style;
			struct str part = page_part(page, k, &style);
			attrset(attribute(style));
			addnstr(part.s, (int)part.n);
			attrset(A_NORMAL);
		}
	}
}

/* Where in a page that is longer than the screen. */
static void
draw_place(const struct screen *s, const struct page *page)
{
	int rows = screen_rows(), all = (int)page->nline;
	struct buf text = { 0 };

	if (all > rows) {
		buf_printf(&text, "%d-%d of %d, arrows and Page keys",
		    s->top + 1, s->top + rows < all ? s->top + rows : all, all);
		put(message_row(), COLS - (int)text.n - 1, (int)text.n,
		    buf_view(&text));
	}
	buf_release(&text);
}

static void
draw_keys(void)
{
	int y = LINES - key_rows(), x = 0;

	attron(A_REVERSE);
	for (int i = y; i < LINES; i++)
		mvhline(i, 0, ' ', COLS);
	for (int i = 0; i < REVIEW_VERBS; i++) {
		struct buf text = { 0 };
		if (i == REVIEW_RATE)
			buf_cstr(&text, " 1-5 rate");
		else
			buf_printf(&text, " %c %s", review_verbs[i].key,
			    review_verbs[i].word);
		if (x + (int)text.n >= COLS && y + 1 < LINES) {
			y++;
			x = 0;
		}
		put(y, x, COLS - 1 - x, buf_view(&text));
		x += (int)text.n;
		buf_release(&text);
	}
	attroff(A_REVERSE);
}

/* What is on the right: what is shown for a moment, the keys, or the task. */
static const struct page *
make_page(struct screen *s)
{
	struct page *p = &s->page;

	page_begin(p, page_columns());
	if (s->changes) {
		review_diff(p, page_columns(), s->before, s->after);
		return p;
	}
	if (s->help) {
		for (int i = 0; i < REVIEW_VERBS; i++) {
			struct buf line = { 0 };
			buf_printf(&line, "%s  %-9s %s",
			    i == REVIEW_RATE ? "1-5" : "   ",
			    review_verbs[i].word, review_verbs[i].help);
			if (i != REVIEW_RATE)
				line.s[0] = review_verbs[i].key;
			page_add(p, PAGE_TEXT, buf_view(&line));
			page_line(p);
			buf_release(&line);
		}
	} else if (session_task(s->r->session) != NULL) {
		page_task(
		    p, session_task(s->r->session), session_now(s->r->session));
	} else {
		page_add(p, PAGE_TEXT,
		    STR("There is no task for you.  New ones are shown as "
			"they come."));
		page_line(p);
	}
	return p;
}

void
screen_draw(struct screen *s)
{
	const struct page *page = make_page(s);
	int left = left_width(), most = (int)page->nline - screen_rows();

	if (s->top > most)
		s->top = most;
	if (s->top < 0)
		s->top = 0;
	erase();
	draw_title(s);
	if (left > 0)
		draw_queue(s);
	draw_page(s, page, left > 0 ? left + 2 : 0);
	draw_keys();
	if (s->prompt.n > 0) {
		put(message_row(), 0, COLS - 1, buf_view(&s->prompt));
	} else {
		if (s->r->message[0] == '\0')
			draw_place(s, page);
		put(message_row(), 0, COLS - 1, str_of(s->r->message));
	}
	refresh();
}
