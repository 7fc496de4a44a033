/* Memory by lifetime (arena.h). */
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct arena_chunk {
	struct arena_chunk *older;
	size_t size; /* of data */
	alignas(max_align_t) char data[];
};

enum {
	CHUNK_MIN = 16 * 1024,
	CACHE_LINE = 128, /* they are fetched in pairs */
};

static void (*exhausted_handler)(void);

void
memory_on_exhausted(void (*handler)(void))
{
	exhausted_handler = handler;
}

void
memory_exhausted(void)
{
	if (exhausted_handler != NULL)
		exhausted_handler();
	abort();
}

static void
arena_grow(struct arena *a, size_t need)
{
	size_t size = a->chunk == NULL ? CHUNK_MIN : a->chunk->size * 2;
	struct arena_chunk *c;

	if (size > (size_t)1 << 20)
		size = (size_t)1 << 20; /* beyond that, grow evenly */
	if (size < need)
		size = need;
	if (size > SIZE_MAX - sizeof(*c) ||
	    (c = malloc(sizeof(*c) + size)) == NULL)
		memory_exhausted();
	c->older = a->chunk;
	c->size = size;
	a->chunk = c;
	a->at = c->data;
	a->end = c->data + size;
}

void *
arena_alloc(struct arena *a, size_t n, size_t size)
{
	const size_t align = alignof(max_align_t);
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX - align)
		memory_exhausted();
	/* nothing is a place of its own, too */
	bytes = bytes == 0 ? align : (bytes + align - 1) & ~(align - 1);
	if ((size_t)(a->end - a->at) < bytes)
		arena_grow(a, bytes);
	p = a->at;
	a->at += bytes;
	return memset(p, 0, bytes);
}

void *
alloc_zeros(size_t n, size_t size)
{
	void *p = n == SIZE_MAX ? NULL : calloc(n + 1, size);

	if (p == NULL)
		memory_exhausted();
	return p;
}

void *
alloc_apart(size_t n)
{
	size_t lines = n / CACHE_LINE + 1;
	void *p = aligned_alloc(CACHE_LINE, lines * CACHE_LINE);

	if (p == NULL)
		memory_exhausted();
	return memset(p, 0, lines * CACHE_LINE);
}

struct str
arena_str(struct arena *a, struct str text)
{
	char *copy = arena_new(a, char, text.n + 1);

	if (text.n > 0)
		memcpy(copy, text.s, text.n);
	return (struct str){ copy, text.n };
}

const char *
arena_cstr(struct arena *a, struct str text)
{
	return arena_str(a, text).s;
}

const char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	text = arena_new(a, char, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return text;
}

struct str
arena_number(struct arena *a, double x)
{
	struct buf b = { 0 };
	struct str s;

	buf_json_double(&b, x);
	s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}

void
arena_reset(struct arena *a)
{
	struct arena_chunk *keep = NULL, *c, *older;

	for (c = a->chunk; c != NULL; c = c->older)
		if (keep == NULL || c->size > keep->size)
			keep = c;
	for (c = a->chunk; c != NULL; c = older) {
		older = c->older;
		if (c != keep)
			free(c);
	}
	a->chunk = keep;
	if (keep != NULL) {
		keep->older = NULL;
		a->at = keep->data;
		a->end = keep->data + keep->size;
	}
}

void
arena_release(struct arena *a)
{
	arena_reset(a);
	free(a->chunk);
	*a = (struct arena){ 0 };
}
