/* Texts looked up by number (sorted_table.h). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/sorted_table.h"
#include "base/temporary.h"

enum {
	MARK = 1024, /* bytes of texts from one to the next */
	READ = 2048, /* bytes of a file at once */
	BLOCK = 512, /* bits of the filter that one number is in */
	PROBES = 7, /* of them, 9 bits of a hash each */
	BITS = 10, /* of the filter to a text */
	WRITE_SIZE = 128 * 1024,
};

struct heading {
	uint64_t number;
	uint32_t n;
} __attribute__((packed));

struct mark {
	uint64_t number, at, ordinal; /* of the text there */
};

struct sorted_table {
	uint64_t count, size; /* texts; bytes with their headings */
	struct buf text; /* of all, or what is not yet in the file */
	int fd; /* -1: all is in memory */
	uint64_t step; /* bytes from mark to mark */
	struct mark *mark; /* [n], ascending */
	size_t n, cap;
	uint64_t *filter;
	uint64_t nblock;
};

static uint64_t
mix(uint64_t x)
{
	x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return x ^ x >> 32;
}

/* Which block of the filter a number is in, evenly. */
static uint64_t *
block_of(const struct sorted_table *t, uint64_t number)
{
	__extension__ typedef unsigned __int128 wide;

	return t->filter +
	       (BLOCK / 64) * (uint64_t)((wide)mix(number) * t->nblock >> 64);
}

static void
filter_add(struct sorted_table *t, uint64_t number)
{
	uint64_t *block = block_of(t, number);
	uint64_t bits = mix(number + UINT64_C(0x9e3779b97f4a7c15));

	for (int i = 0; i < PROBES; i++, bits >>= 9)
		block[(bits & (BLOCK - 1)) / 64] |= UINT64_C(1) << (bits % 64);
}

bool
sorted_table_may_have(const struct sorted_table *t, uint64_t number)
{
	const uint64_t *block = block_of(t, number);
	uint64_t bits = mix(number + UINT64_C(0x9e3779b97f4a7c15));

	for (int i = 0; i < PROBES; i++, bits >>= 9)
		if ((block[(bits & (BLOCK - 1)) / 64] >> (bits % 64) & 1) == 0)
			return false;
	return true;
}

/* How much of the memory marks and filter get. */
static void
plan(struct sorted_table *t, uint64_t bytes, uint64_t count, size_t memory)
{
	uint64_t part = memory / 4 + BLOCK / 8, most;
	size_t words;

	t->step = MARK;
	most = part / sizeof(struct mark);
	if (bytes / t->step > most)
		t->step = bytes / most;
	t->nblock = count * BITS / BLOCK + 1;
	if (t->nblock > part / (BLOCK / 8))
		t->nblock = part / (BLOCK / 8);
	words = t->nblock * (BLOCK / 64);
	t->filter = aligned_alloc(BLOCK / 8, words * sizeof(*t->filter));
	if (t->filter == NULL)
		memory_exhausted();
	memset(t->filter, 0, words * sizeof(*t->filter));
}

static int
flush(struct sorted_table *t, struct err *e)
{
	if (temporary_write(t->fd, t->text.s, t->text.n,
		(off_t)(t->size - t->text.n), e) == -1)
		return -1;
	buf_clear(&t->text);
	return 0;
}

static int
add(struct sorted_table *t, uint64_t number, struct str text, struct err *e)
{
	struct heading h = { number, (uint32_t)text.n };

	if (t->n == 0 || t->size - t->mark[t->n - 1].at >= t->step) {
		VEC_ROOM(t->mark, t->n, t->cap);
		t->mark[t->n++] = (struct mark){ number, t->size, t->count };
	}
	t->count++;
	filter_add(t, number);
	buf_add(&t->text, &h, sizeof(h));
	buf_str(&t->text, text);
	t->size += sizeof(h) + text.n;
	return t->fd == -1 || t->text.n < WRITE_SIZE ? 0 : flush(t, e);
}

struct sorted_table *
sorted_table_new(struct sorter *s, size_t memory, const char *directory,
    sorted_table_keep_fn *keep, void *arg, struct err *e)
{
	struct sorted_table *t = calloc(1, sizeof(*t));
	uint64_t number, count = sorter_count(s), bytes;
	struct str text;
	bool fits;
	int got;

	if (t == NULL)
		memory_exhausted();
	t->fd = -1;
	bytes = sorter_bytes(s) + count * sizeof(struct heading);
	fits = sorter_fits(s) && bytes <= memory / 2;
	plan(t, bytes, count, memory);
	if (!fits && (t->fd = temporary_open(directory, e)) == -1)
		goto fail;
	while ((got = sorter_next(s, &number, &text, e)) == 1)
		if ((keep == NULL || keep(arg, number, text)) &&
		    (got = add(t, number, text, e)) == -1)
			break;
	if (got == -1 || (!fits && flush(t, e) == -1))
		goto fail;
	return t;
fail:
	sorted_table_free(t);
	return NULL;
}

void
sorted_table_free(struct sorted_table *t)
{
	if (t == NULL)
		return;
	if (t->fd != -1)
		close(t->fd);
	buf_release(&t->text);
	free(t->mark);
	free(t->filter);
	free(t);
}

uint64_t
sorted_table_count(const struct sorted_table *t)
{
	return t->count;
}

void
table_cursor_init(struct table_cursor *c, const struct sorted_table *t)
{
	*c = (struct table_cursor){ .table = t };
}

void
table_cursor_release(struct table_cursor *c)
{
	buf_release(&c->buf);
}

/* The last mark before all texts of the number; the first one of none. */
static size_t
find_mark(const struct sorted_table *t, uint64_t number)
{
	size_t low = 0, high = t->n;

	/* below low: less than the number; from high on: not less */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (t->mark[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? 0 : low - 1;
}

/* Bytes [at, at + n) of the table; of a file, with what is behind them. */
static const char *
look(struct table_cursor *c, uint64_t n, struct err *e)
{
	const struct sorted_table *t = c->table;
	uint64_t more;

	if (t->fd == -1)
		return t->text.s + c->at;
	if (c->at >= c->from && c->at + n <= c->to)
		return c->buf.s + (c->at - c->from);
	more = n < READ ? READ : n;
	if (more > t->size - c->at)
		more = t->size - c->at;
	c->from = c->to = 0;
	buf_clear(&c->buf);
	buf_reserve(&c->buf, more);
	if (temporary_read(t->fd, c->buf.s, more, (off_t)c->at, e) == -1)
		return NULL;
	c->from = c->at;
	c->to = c->at + more;
	return c->buf.s;
}

int
table_next(struct table_cursor *c, uint64_t *number, uint64_t *ordinal,
    struct str *text, struct err *e)
{
	struct heading h;
	const char *p;

	if (c->at == c->table->size)
		return 0;
	if ((p = look(c, sizeof(h), e)) == NULL)
		return -1;
	memcpy(&h, p, sizeof(h));
	if ((p = look(c, sizeof(h) + h.n, e)) == NULL)
		return -1;
	*number = h.number;
	*ordinal = c->ordinal++;
	*text = (struct str){ p + sizeof(h), h.n };
	c->at += sizeof(h) + h.n;
	return 1;
}

int
table_seek(struct table_cursor *c, uint64_t number, struct err *e)
{
	const struct sorted_table *t = c->table;
	const struct mark *m;
	struct heading h;
	const char *p;

	if (t->n == 0)
		return 0;
	m = &t->mark[find_mark(t, number)];
	c->at = m->at;
	c->ordinal = m->ordinal;
	while (c->at < t->size) {
		if ((p = look(c, sizeof(h), e)) == NULL)
			return -1;
		memcpy(&h, p, sizeof(h));
		if (h.number >= number)
			break;
		c->at += sizeof(h) + h.n;
		c->ordinal++;
	}
	return 0;
}
