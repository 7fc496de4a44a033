/* Levenshtein's distance, bit-parallel (edit_distance.h). */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "stats/edit_distance.h"

enum { WORD = 64, TABLE = 256 };

/*
 * Where each code point of the pattern stands, a bit each: those below 256
 * in a table, the others by looking through the block.
 */
struct block {
	uint64_t plus, minus; /* vertical differences of +1, -1 */
	const uint32_t *pattern;
	size_t n; /* code points here, up to 64 */
	uint64_t table[TABLE];
};

static uint64_t
matches(const struct block *b, uint32_t c)
{
	uint64_t bits = 0;

	if (c < TABLE)
		return b->table[c];
	for (size_t i = 0; i < b->n; i++)
		bits |= (uint64_t)(b->pattern[i] == c) << i;
	return bits;
}

/*
 * One column of one block; `in` and the result are the horizontal
 * difference (-1, 0, 1) above it and below its last row.
 */
static int
advance(struct block *b, uint32_t c, int in)
{
	uint64_t eq = matches(b, c), xv, xh, ph, mh, last;
	int out;

	assert(b->n > 0);
	last = (uint64_t)1 << (b->n - 1);
	xv = eq | b->minus;
	eq |= (uint64_t)(in < 0);
	xh = (((eq & b->plus) + b->plus) ^ b->plus) | eq;
	ph = b->minus | ~(xh | b->plus);
	mh = b->plus & xh;
	out = (ph & last) != 0 ? 1 : (mh & last) != 0 ? -1 : 0;
	ph = ph << 1 | (uint64_t)(in > 0);
	mh = mh << 1 | (uint64_t)(in < 0);
	b->plus = mh | ~(xv | ph);
	b->minus = ph & xv;
	return out;
}

static void
prepare(struct block *b, const uint32_t *pattern, size_t n)
{
	memset(b->table, 0, sizeof(b->table));
	b->pattern = pattern;
	b->n = n;
	b->plus = ~(uint64_t)0;
	b->minus = 0;
	for (size_t i = 0; i < n; i++)
		if (pattern[i] < TABLE)
			b->table[pattern[i]] |= (uint64_t)1 << i;
}

size_t
edit_distance(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	struct block *block;
	size_t nblock, distance;

	if (n == 0 || m == 0)
		return n + m;
	nblock = (n + WORD - 1) / WORD;
	if ((block = malloc(nblock * sizeof(*block))) == NULL)
		memory_exhausted();
	for (size_t i = 0; i < nblock; i++)
		prepare(&block[i], a + i * WORD,
		    i + 1 < nblock ? WORD : n - i * WORD);
	distance = n;
	for (size_t j = 0; j < m; j++) {
		int carry = 1; /* the row above grows by one a column */
		for (size_t i = 0; i < nblock; i++)
			carry = advance(&block[i], b[j], carry);
		distance += (size_t)carry;
	}
	free(block);
	return distance;
}

/* Code points of valid UTF-8; returns how many. */
static size_t
decode(const char *s, size_t n, uint32_t *out)
{
	size_t k = 0;

	for (size_t i = 0; i < n;) {
		unsigned char c = (unsigned char)s[i++];
		uint32_t x = c < 0x80   ? c
			     : c < 0xe0 ? c & 0x1f
			     : c < 0xf0 ? c & 0x0f
					: c & 0x07;
		int tail = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
		for (; tail > 0 && i < n; tail--)
			x = x << 6 | ((unsigned char)s[i++] & 0x3f);
		out[k++] = x;
	}
	return k;
}

double
edit_distance_normalised(const char *a, size_t n, const char *b, size_t m)
{
	uint32_t *text = malloc((n + m + 1) * sizeof(*text));
	size_t na, nb, longer, distance;

	if (text == NULL)
		memory_exhausted();
	na = decode(a, n, text);
	nb = decode(b, m, text + na);
	longer = na > nb ? na : nb;
	distance = edit_distance(text, na, text + na, nb);
	free(text);
	return longer == 0 ? 0 : (double)distance / (double)longer;
}
