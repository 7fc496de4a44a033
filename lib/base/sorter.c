/*
 * Texts sorted in bounded memory (sorter.h).
 *
 * In the temporary file stand runs, one behind the other, each a sorted
 * sequence of texts with a heading.  Runs are merged by a heap of readers;
 * where there are more than may be read at once, neighbours are merged to
 * longer ones first, in a file that takes the place of the other.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/sorter.h"
#include "base/temporary.h"

enum {
	READ_MIN = 64 * 1024, /* of one run at a time, bytes */
	WRITE_SIZE = 128 * 1024,
	FAN_MAX = 256, /* runs merged at once */
	ITEM_COST = 48, /* bytes: itself, and what qsort takes */
};

struct item {
	uint64_t number;
	uint64_t at; /* in the text; ascending as they came */
	uint32_t n;
};

struct heading { /* of a text in a file */
	uint64_t number;
	uint32_t n;
} __attribute__((packed));

struct run {
	off_t at, end;
};

struct reader { /* of a run */
	struct run rest; /* not yet in the buffer */
	char *buf;
	size_t cap, from, to; /* unread: buf[from, to) */
	struct heading heading; /* of the text that is next */
	size_t order; /* of equals the first reader's comes first */
};

struct file {
	int fd; /* -1: none */
	off_t end;
	struct run *run;
	size_t n, cap;
};

struct sorter {
	size_t memory;
	const char *directory;
	uint64_t count, bytes;
	struct buf text;
	struct item *item; /* [n] */
	size_t n, item_cap, next;
	struct file file;
	struct reader *reader; /* [nreader], while merging */
	struct reader **heap; /* [nheap] of them; the least at 0 */
	size_t nreader, nheap;
	size_t taken; /* bytes of heap[0]'s buffer that were handed out */
};

struct writer {
	int fd;
	off_t at;
	struct buf buf;
};

struct sorter *
sorter_new(size_t memory, const char *directory)
{
	struct sorter *s = calloc(1, sizeof(*s));

	if (s == NULL)
		memory_exhausted();
	s->memory = memory < SORTER_MEMORY_MIN ? SORTER_MEMORY_MIN : memory;
	s->directory = directory;
	s->file.fd = -1;
	return s;
}

static void
file_close(struct file *f)
{
	if (f->fd != -1)
		close(f->fd);
	free(f->run);
	*f = (struct file){ .fd = -1 };
}

static void
stop_merging(struct sorter *s)
{
	for (size_t i = 0; i < s->nreader; i++)
		free(s->reader[i].buf);
	free(s->reader);
	free(s->heap);
	s->reader = NULL;
	s->heap = NULL;
	s->nreader = s->nheap = s->taken = 0;
}

static void
forget_items(struct sorter *s)
{
	buf_release(&s->text);
	free(s->item);
	s->item = NULL;
	s->n = s->item_cap = 0;
}

void
sorter_free(struct sorter *s)
{
	if (s == NULL)
		return;
	stop_merging(s);
	forget_items(s);
	file_close(&s->file);
	free(s);
}

static int
compare_items(const void *pa, const void *pb)
{
	const struct item *a = pa, *b = pb;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->n < b->n ? -1 : a->n > b->n; /* empty ones take no room */
}

static void
sort_items(struct sorter *s)
{
	if (s->n > 1)
		qsort(s->item, s->n, sizeof(*s->item), compare_items);
}

static int
writer_flush(struct writer *w, struct err *e)
{
	if (temporary_write(w->fd, w->buf.s, w->buf.n, w->at, e) == -1)
		return -1;
	w->at += (off_t)w->buf.n;
	buf_clear(&w->buf);
	return 0;
}

static int
put(struct writer *w, uint64_t number, struct str text, struct err *e)
{
	struct heading h = { number, (uint32_t)text.n };

	buf_add(&w->buf, &h, sizeof(h));
	buf_str(&w->buf, text);
	return w->buf.n < WRITE_SIZE ? 0 : writer_flush(w, e);
}

static int
run_begin(
    struct file *f, struct writer *w, const char *directory, struct err *e)
{
	if (f->fd == -1 && (f->fd = temporary_open(directory, e)) == -1)
		return -1;
	*w = (struct writer){ .fd = f->fd, .at = f->end };
	return 0;
}

static int
run_end(struct file *f, struct writer *w, struct err *e)
{
	int r = writer_flush(w, e);

	buf_release(&w->buf);
	VEC_ROOM(f->run, f->n, f->cap);
	f->run[f->n++] = (struct run){ f->end, w->at };
	f->end = w->at;
	return r;
}

/* What is in memory becomes a run. */
static int
spill(struct sorter *s, struct err *e)
{
	struct writer w;
	int r = 0;

	sort_items(s);
	if (run_begin(&s->file, &w, s->directory, e) == -1)
		return -1;
	for (size_t i = 0; i < s->n && r == 0; i++)
		r = put(&w, s->item[i].number,
		    (struct str){ s->text.s + s->item[i].at, s->item[i].n }, e);
	if (r == -1) {
		buf_release(&w.buf);
		return -1;
	}
	s->n = 0;
	buf_clear(&s->text);
	return run_end(&s->file, &w, e);
}

int
sorter_add(struct sorter *s, uint64_t number, struct str text, struct err *e)
{
	assert(text.n <= UINT32_MAX);
	if (s->n > 0 &&
	    s->text.n + text.n + (s->n + 1) * ITEM_COST > s->memory &&
	    spill(s, e) == -1)
		return -1;
	VEC_ROOM(s->item, s->n, s->item_cap);
	s->item[s->n++] = (struct item){ number, s->text.n, (uint32_t)text.n };
	buf_str(&s->text, text);
	s->count++;
	s->bytes += text.n;
	return 0;
}

/* At least `want` unread bytes in the buffer, which the run has. */
static int
fill(struct reader *r, int fd, size_t want, struct err *e)
{
	size_t have = r->to - r->from, more;

	if (have >= want)
		return 0;
	memmove(r->buf, r->buf + r->from, have);
	r->from = 0;
	r->to = have;
	if (r->cap < want) {
		char *grown = realloc(r->buf, want);
		if (grown == NULL)
			memory_exhausted();
		r->buf = grown;
		r->cap = want;
	}
	more = r->cap - have;
	if ((off_t)more > r->rest.end - r->rest.at)
		more = (size_t)(r->rest.end - r->rest.at);
	if (temporary_read(fd, r->buf + have, more, r->rest.at, e) == -1)
		return -1;
	r->rest.at += (off_t)more;
	r->to += more;
	return 0;
}

/* Its next text: 1; 0 at the end of the run. */
static int
read_heading(struct reader *r, int fd, struct err *e)
{
	if (r->from == r->to && r->rest.at == r->rest.end)
		return 0;
	if (fill(r, fd, sizeof(r->heading), e) == -1)
		return -1;
	memcpy(&r->heading, r->buf + r->from, sizeof(r->heading));
	return fill(r, fd, sizeof(r->heading) + r->heading.n, e) == -1 ? -1 : 1;
}

static bool
before(const struct reader *a, const struct reader *b)
{
	if (a->heading.number != b->heading.number)
		return a->heading.number < b->heading.number;
	return a->order < b->order;
}

/* Puts heap[i] where it belongs among those below. */
static void
sift(struct sorter *s, size_t i)
{
	struct reader *r = s->heap[i];

	for (size_t child; (child = 2 * i + 1) < s->nheap; i = child) {
		if (child + 1 < s->nheap &&
		    before(s->heap[child + 1], s->heap[child]))
			child++;
		if (before(r, s->heap[child]))
			break;
		s->heap[i] = s->heap[child];
	}
	s->heap[i] = r;
}

/* Readers of such runs of the file. */
static int
start_merging(struct sorter *s, const struct run *run, size_t n, struct err *e)
{
	size_t size = s->memory / (n + 1);

	stop_merging(s);
	s->reader = calloc(n + 1, sizeof(*s->reader));
	s->heap = calloc(n + 1, sizeof(struct reader *));
	if (s->reader == NULL || s->heap == NULL)
		memory_exhausted();
	s->nreader = n;
	for (size_t i = 0; i < n; i++) {
		struct reader *r = &s->reader[i];
		*r = (struct reader){ .rest = run[i],
			.order = i,
			.cap = size < READ_MIN ? READ_MIN : size };
		if ((r->buf = malloc(r->cap)) == NULL)
			memory_exhausted();
		switch (read_heading(r, s->file.fd, e)) {
		case 1: s->heap[s->nheap++] = r; break;
		case -1: return -1;
		default: break;
		}
	}
	for (size_t i = s->nheap / 2; i-- > 0;)
		sift(s, i);
	return 0;
}

/* What was handed out last is done with. */
static int
go_on(struct sorter *s, struct err *e)
{
	struct reader *r = s->heap[0];
	int got;

	assert(r != NULL);
	r->from += s->taken;
	s->taken = 0;
	if ((got = read_heading(r, s->file.fd, e)) == -1)
		return -1;
	if (got == 0)
		s->heap[0] = s->heap[--s->nheap];
	if (s->nheap > 0)
		sift(s, 0);
	return 0;
}

static int
next_merged(struct sorter *s, uint64_t *number, struct str *text, struct err *e)
{
	const struct reader *r;

	if (s->taken > 0 && go_on(s, e) == -1)
		return -1;
	if (s->nheap == 0)
		return 0;
	r = s->heap[0];
	assert(r != NULL);
	*number = r->heading.number;
	*text =
	    (struct str){ r->buf + r->from + sizeof(r->heading), r->heading.n };
	s->taken = sizeof(r->heading) + r->heading.n;
	return 1;
}

/* Merges `n` runs from `first` on to one in `to`. */
static int
merge(struct sorter *s, size_t first, size_t n, struct file *to, struct err *e)
{
	struct writer w;
	struct str text;
	uint64_t number;
	int got;

	if (start_merging(s, s->file.run + first, n, e) == -1 ||
	    run_begin(to, &w, s->directory, e) == -1)
		return -1;
	while ((got = next_merged(s, &number, &text, e)) == 1)
		if ((got = put(&w, number, text, e)) == -1)
			break;
	if (got == -1) {
		buf_release(&w.buf);
		return -1;
	}
	return run_end(to, &w, e);
}

/* Until there are no more runs than can be read at once. */
static int
merge_neighbours(struct sorter *s, struct err *e)
{
	size_t fan = s->memory / READ_MIN - 1;

	if (fan > FAN_MAX)
		fan = FAN_MAX;
	while (s->file.n > fan) {
		struct file longer = { .fd = -1 };
		for (size_t i = 0; i < s->file.n; i += fan)
			if (merge(s, i,
				s->file.n - i < fan ? s->file.n - i : fan,
				&longer, e) == -1) {
				file_close(&longer);
				return -1;
			}
		file_close(&s->file);
		s->file = longer;
	}
	return 0;
}

int
sorter_sort(struct sorter *s, struct err *e)
{
	if (sorter_fits(s)) {
		sort_items(s);
		return 0;
	}
	if (s->n > 0 && spill(s, e) == -1)
		return -1;
	forget_items(s);
	if (merge_neighbours(s, e) == -1)
		return -1;
	return sorter_rewind(s, e);
}

int
sorter_next(struct sorter *s, uint64_t *number, struct str *text, struct err *e)
{
	const struct item *i;

	if (!sorter_fits(s))
		return next_merged(s, number, text, e);
	if (s->next == s->n)
		return 0;
	i = &s->item[s->next++];
	*number = i->number;
	*text = (struct str){ s->text.s + i->at, i->n };
	return 1;
}

int
sorter_rewind(struct sorter *s, struct err *e)
{
	s->next = 0;
	if (sorter_fits(s))
		return 0;
	return start_merging(s, s->file.run, s->file.n, e);
}

uint64_t
sorter_count(const struct sorter *s)
{
	return s->count;
}

uint64_t
sorter_bytes(const struct sorter *s)
{
	return s->bytes;
}

bool
sorter_fits(const struct sorter *s)
{
	return s->file.fd == -1;
}
