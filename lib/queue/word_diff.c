/* What has changed between two texts (word_diff.h). */
#include <ctype.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/ascii.h"
#include "queue/word_diff.h"

struct words {
	struct str *word; /* [n] */
	size_t n, cap;
};

static bool
is_letter(char c)
{
	return (c & 0x80) != 0 || ascii_is_letter(c) || ascii_is_digit(c);
}

/* Words, stretches of blanks, and single signs. */
static void
split(struct words *w, struct str text)
{
	while (text.n > 0) {
		size_t n = 1;
		if (is_letter(text.s[0]))
			while (n < text.n && is_letter(text.s[n]))
				n++;
		else if (ascii_is_blank(text.s[0]) && text.s[0] != '\n')
			while (n < text.n && ascii_is_blank(text.s[n]) &&
			       text.s[n] != '\n')
				n++;
		VEC_ROOM(w->word, w->n, w->cap);
		w->word[w->n++] = (struct str){ text.s, n };
		text.s += n;
		text.n -= n;
	}
}

/* Pieces of one kind that touch are one. */
struct joining {
	diff_fn *fn;
	void *arg;
	enum diff_kind kind;
	struct str piece;
};

static void
flush(struct joining *j)
{
	if (j->piece.n > 0)
		j->fn(j->arg, j->kind, j->piece);
	j->piece.n = 0;
}

static void
put(struct joining *j, enum diff_kind kind, struct str piece)
{
	if (piece.n == 0)
		return;
	if (j->piece.n > 0 && j->kind == kind &&
	    j->piece.s + j->piece.n == piece.s) {
		j->piece.n += piece.n;
		return;
	}
	flush(j);
	j->kind = kind;
	j->piece = piece;
}

static void
put_all(
    struct joining *j, enum diff_kind kind, const struct str *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(j, kind, word[i]);
}

/*
 * The longest common subsequence of a[n] and b[m]: lengths row by row, and a
 * byte for each pair which way it came: 0 both, 1 from a, 2 from b.
 */
static void
common(struct joining *j, const struct str *a, size_t n, const struct str *b,
    size_t m)
{
	unsigned char *way = alloc_zeros(n * m + 1, 1);
	uint32_t *row = alloc_zeros(m + 1, sizeof(*row));
	size_t i = 0, k = 0;

	/* from the end, so that it is read from the start */
	for (i = n; i-- > 0;) {
		uint32_t diagonal = 0;
		for (k = m; k-- > 0;) {
			uint32_t below = row[k];
			if (str_eq(a[i], b[k])) {
				row[k] = diagonal + 1;
			} else {
				way[i * m + k] = below >= row[k + 1] ? 1 : 2;
				if (row[k + 1] > below)
					row[k] = row[k + 1];
			}
			diagonal = below;
		}
	}
	for (i = k = 0; i < n && k < m;) {
		switch (way[i * m + k]) {
		case 0:
			put(j, DIFF_SAME, b[k++]);
			i++;
			break;
		case 1: put(j, DIFF_REMOVED, a[i++]); break;
		default: put(j, DIFF_ADDED, b[k++]); break;
		}
	}
	put_all(j, DIFF_REMOVED, a + i, n - i);
	put_all(j, DIFF_ADDED, b + k, m - k);
	free(way);
	free(row);
}

void
word_diff(struct str a, struct str b, diff_fn *fn, void *arg)
{
	struct joining j = { .fn = fn, .arg = arg };
	struct words x = { 0 }, y = { 0 };
	size_t start = 0, end = 0, n, m;

	split(&x, a);
	split(&y, b);
	while (
	    start < x.n && start < y.n && str_eq(x.word[start], y.word[start]))
		start++;
	while (start + end < x.n && start + end < y.n &&
	       str_eq(x.word[x.n - 1 - end], y.word[y.n - 1 - end]))
		end++;
	n = x.n - start - end;
	m = y.n - start - end;
	put_all(&j, DIFF_SAME, y.word, start);
	if (n == 0 || m == 0 || m <= DIFF_MOST / n) {
		common(&j, x.word + start, n, y.word + start, m);
	} else {
		put_all(&j, DIFF_REMOVED, x.word + start, n);
		put_all(&j, DIFF_ADDED, y.word + start, m);
	}
	put_all(&j, DIFF_SAME, y.word + start + m, end);
	flush(&j);
	free(x.word);
	free(y.word);
}
