/* Lines for a person (page.h): how they are made; of a task in page_task.c. */
#include <stdlib.h>

#include "base/printable.h"
#include "base/timestamp.h"
#include "queue/page.h"
#include "queue/word_diff.h"

void
page_begin(struct page *p, int columns)
{
	buf_clear(&p->text);
	p->npiece = p->nline = 0;
	p->columns = columns;
	p->margin = 0;
	p->at = -1; /* no line is begun */
}

void
page_release(struct page *p)
{
	buf_release(&p->text);
	free(p->piece);
	free(p->line);
}

struct str
page_part(const struct page *p, size_t piece, enum page_style *style)
{
	size_t start = p->piece[piece].start;
	size_t end =
	    piece + 1 < p->npiece ? p->piece[piece + 1].start : p->text.n;

	*style = p->piece[piece].style;
	return (struct str){ p->text.s + start, end - start };
}

static void
begin_piece(struct page *p)
{
	VEC_ROOM(p->piece, p->npiece, p->piece_cap);
	p->piece[p->npiece++] =
	    (struct page_piece){ .start = p->text.n, .style = p->style };
}

static void
begin_line(struct page *p)
{
	VEC_ROOM(p->line, p->nline, p->line_cap);
	p->line[p->nline++] = p->npiece;
	begin_piece(p);
	/* a margin leaves something of the line */
	p->at = p->columns == 0 || p->margin < p->columns / 2 ? p->margin : 0;
	for (int i = 0; i < p->at; i++)
		buf_char(&p->text, ' ');
}

void
page_line(struct page *p)
{
	if (p->at == -1) {
		const int margin = p->margin;
		p->style = PAGE_TEXT;
		p->margin = 0;
		begin_line(p);
		p->margin = margin;
	}
	p->at = -1;
}

/* A word that fits no line is broken where the line ends. */
static void
put_long(struct page *p, struct str word)
{
	struct buf one = { 0 };

	while (word.n > 0) {
		int width;
		buf_clear(&one);
		width = printable_next(&word, &one);
		if (p->columns > 0 && p->at > 0 && p->at + width > p->columns) {
			page_line(p);
			begin_line(p);
		}
		buf_str(&p->text, buf_view(&one));
		p->at += width;
	}
	buf_release(&one);
}

static void
put_word(struct page *p, struct str word, bool blank)
{
	struct buf text = { 0 };
	int width = printable(word, &text);

	if (p->columns > 0 && p->at + width > p->columns && p->at > p->margin &&
	    width <= p->columns - p->margin) {
		page_line(p);
		begin_line(p);
		if (blank)
			width = 0; /* the break stands for it */
	}
	if (p->columns > 0 && p->at + width > p->columns) {
		put_long(p, word);
	} else if (width > 0 || !blank) {
		buf_str(&p->text, buf_view(&text));
		p->at += width;
	}
	buf_release(&text);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The next word, or stretch of blanks, of a text that is not empty. */
static struct str
next_word(struct str text)
{
	bool blank = is_blank(text.s[0]);
	size_t n = 1;

	while (n < text.n && text.s[n] != '\n' && text.s[n] != '\r' &&
	       is_blank(text.s[n]) == blank)
		n++;
	return (struct str){ text.s, n };
}

void
page_add(struct page *p, enum page_style style, struct str text)
{
	bool same = p->style == style;

	p->style = style;
	if (p->at == -1)
		begin_line(p);
	else if (!same)
		begin_piece(p);
	while (text.n > 0) {
		struct str word = { text.s, 1 };
		if (text.s[0] == '\r' && text.n > 1 && text.s[1] == '\n') {
			word.n = 1;
		} else if (text.s[0] == '\n') {
			if (p->at == -1)
				begin_line(p);
			page_line(p);
		} else {
			word = next_word(text);
			if (p->at == -1)
				begin_line(p);
			put_word(p, word, is_blank(word.s[0]));
		}
		text.s += word.n;
		text.n -= word.n;
	}
	if (p->at == -1)
		begin_line(p);
}

void
page_word(struct page *p, enum page_style style, struct str text)
{
	while (text.n > 0) {
		const char *line = memchr(text.s, '\n', text.n);
		size_t n = line == NULL ? text.n : (size_t)(line - text.s);
		page_add(p, style, (struct str){ text.s, n });
		if (line != NULL)
			page_add(p, style, STR("<U+000A>"));
		n += line != NULL;
		text.s += n;
		text.n -= n;
	}
}

struct str
page_value(const struct json *j)
{
	if (j == NULL || j->value.type == JSON_NULL)
		return STR("");
	return j->value.type == JSON_STRING ? j->string : j->value.text;
}

void
page_duration(struct buf *out, int64_t usec)
{
	int64_t s = (usec < 0 ? -usec : usec) / USEC_PER_SECOND;
	const char *sign = usec < 0 && s > 0 ? "-" : "";

	if (s >= 48 * 3600)
		buf_printf(out, "%s%lldd", sign, (long long)(s / 86400));
	else if (s >= 3600)
		buf_printf(out, "%s%lldh %02lldm", sign, (long long)(s / 3600),
		    (long long)(s / 60 % 60));
	else if (s >= 60)
		buf_printf(out, "%s%lldm", sign, (long long)(s / 60));
	else
		buf_printf(out, "%s%llds", sign, (long long)s);
}

static void
put_change(void *arg, enum diff_kind kind, struct str piece)
{
	struct page *p = arg;

	switch (kind) {
	case DIFF_REMOVED:
		page_add(p, PAGE_REMOVED, STR("[-"));
		page_add(p, PAGE_REMOVED, piece);
		page_add(p, PAGE_REMOVED, STR("-]"));
		break;
	case DIFF_ADDED:
		page_add(p, PAGE_ADDED, STR("{+"));
		page_add(p, PAGE_ADDED, piece);
		page_add(p, PAGE_ADDED, STR("+}"));
		break;
	default: page_add(p, PAGE_TEXT, piece); break;
	}
}

void
page_diff(struct page *p, struct str before, struct str after)
{
	word_diff(before, after, put_change, p);
	page_line(p);
}
