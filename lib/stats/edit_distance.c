/* Levenshtein's distance, bit-parallel (edit_distance.h). */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "stats/edit_distance.h"

enum { WORD = 64, TABLE = 256, SLOTS = 128, FEW = 1024 };

/*
 * Where each code point of the pattern stands, a bit each: those below 256
 * in a table, the others hashed; there are at most 64 of them.  Between two
 * blocks all bits are 0: of a short pattern that is quicker to see to than to
 * clear all.
 */
struct block {
	unsigned last; /* row: code points here, less 1 */
	bool wide; /* some are 256 or more */
	uint64_t table[TABLE];
	uint32_t key[SLOTS]; /* code points; bits 0 where it is free */
	uint64_t bits[SLOTS];
};

static size_t
slot_of(const struct block *b, uint32_t c)
{
	size_t i = (c * UINT32_C(0x9e3779b1)) >> 25;

	while (b->bits[i] != 0 && b->key[i] != c)
		i = (i + 1) % SLOTS;
	return i;
}

static uint64_t
matches(const struct block *b, uint32_t c)
{
	if (c < TABLE)
		return b->table[c];
	return b->wide ? b->bits[slot_of(b, c)] : 0;
}

struct column { /* vertical differences of one block, in one column */
	uint64_t plus, minus;
};

/*
 * The next column.  `carry` is the horizontal difference above it, 1 for a
 * step up, 2 for one down, or 0; returned is that below its last row.
 */
static inline unsigned
step(struct column *v, const struct block *block, uint32_t c, unsigned carry)
{
	uint64_t eq = matches(block, c), xv = eq | v->minus, xh, ph, mh;
	unsigned below;

	eq |= carry >> 1;
	xh = (((eq & v->plus) + v->plus) ^ v->plus) | eq;
	ph = v->minus | ~(xh | v->plus);
	mh = v->plus & xh;
	below = (unsigned)(ph >> block->last & 1) |
		(unsigned)(mh >> block->last & 1) << 1;
	ph = ph << 1 | (carry & 1);
	mh = mh << 1 | carry >> 1;
	v->plus = mh | ~(xv | ph);
	v->minus = ph & xv;
	return below;
}

/*
 * All columns of a block; carry[m] above it, and then below it.  The row
 * above all goes up by one a column, so that the first block is told nothing.
 */
static void
sweep(const struct block *x, const uint32_t *b, size_t m, uint8_t *carry,
    bool first)
{
	struct column v = { .plus = ~UINT64_C(0) };

	if (first)
		for (size_t j = 0; j < m; j++)
			carry[j] = (uint8_t)step(&v, x, b[j], 1);
	else
		for (size_t j = 0; j < m; j++)
			carry[j] = (uint8_t)step(&v, x, b[j], carry[j]);
}

/* Two blocks take not twice as long: the upper one is a column ahead. */
static void
sweep_two(const struct block x[2], const uint32_t *b, size_t m, uint8_t *carry,
    bool first)
{
	struct column v = { .plus = ~UINT64_C(0) }, w = v;

	for (size_t j = 0; j < m; j++) {
		unsigned middle = step(&v, &x[0], b[j], first ? 1 : carry[j]);
		carry[j] = (uint8_t)step(&w, &x[1], b[j], middle);
	}
}

/* Enters a block's code points, */
static void
prepare(struct block *b, const uint32_t *pattern, size_t n)
{
	b->last = (unsigned)(n - 1);
	for (size_t i = 0; i < n; i++) {
		uint64_t bit = (uint64_t)1 << i;
		if (pattern[i] < TABLE) {
			b->table[pattern[i]] |= bit;
			continue;
		}
		size_t slot = slot_of(b, pattern[i]);
		b->wide = true;
		b->key[slot] = pattern[i];
		b->bits[slot] |= bit;
	}
}

/* and takes them out again. */
static void
forget(struct block *b, const uint32_t *pattern, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pattern[i] < TABLE)
			b->table[pattern[i]] = 0;
	if (b->wide)
		memset(b->bits, 0, sizeof(b->bits));
	b->wide = false;
}

/* What both begin and end with does not count. */
static void
trim(const uint32_t **a, size_t *n, const uint32_t **b, size_t *m)
{
	while (*n > 0 && *m > 0 && **a == **b)
		++*a, ++*b, --*n, --*m;
	while (*n > 0 && *m > 0 && (*a)[*n - 1] == (*b)[*m - 1])
		--*n, --*m;
}

/* a[n] is the shorter one, and not empty. */
static size_t
distance_of(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	static _Thread_local struct block block[2];
	uint8_t few[FEW], *carry = few;
	size_t distance = n;

	if (m > FEW && (carry = malloc(m)) == NULL)
		memory_exhausted();
	for (size_t i = 0, rows[2]; i < n; i += rows[0] + rows[1]) {
		rows[0] = n - i < WORD ? n - i : WORD;
		rows[1] = n - i - rows[0] < WORD ? n - i - rows[0] : WORD;
		prepare(&block[0], a + i, rows[0]);
		prepare(&block[1], a + i + rows[0], rows[1]);
		if (rows[1] == 0)
			sweep(&block[0], b, m, carry, i == 0);
		else
			sweep_two(block, b, m, carry, i == 0);
		forget(&block[0], a + i, rows[0]);
		forget(&block[1], a + i + rows[0], rows[1]);
	}
	for (size_t j = 0; j < m; j++)
		distance += (size_t)(carry[j] & 1) - (size_t)(carry[j] >> 1);
	if (carry != few)
		free(carry);
	return distance;
}

size_t
edit_distance(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	trim(&a, &n, &b, &m);
	if (n == 0 || m == 0)
		return n + m;
	return n <= m ? distance_of(a, n, b, m) : distance_of(b, m, a, n);
}

/* The code points of a text; a byte that is in none stands for itself. */
static size_t
decode(struct str text, uint32_t *out)
{
	size_t k = 0, bytes;

	for (; text.n > 0; text.s += bytes, text.n -= bytes) {
		uint32_t x = utf8_first(text, &bytes);
		if (bytes == 0) {
			x = (unsigned char)text.s[0];
			bytes = 1;
		}
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
	na = decode((struct str){ a, n }, text);
	nb = decode((struct str){ b, m }, text + na);
	longer = na > nb ? na : nb;
	if ((double)na * (double)nb > EDIT_DISTANCE_MOST) {
		free(text);
		return NAN;
	}
	distance = edit_distance(text, na, text + na, nb);
	free(text);
	return longer == 0 ? 0 : (double)distance / (double)longer;
}
