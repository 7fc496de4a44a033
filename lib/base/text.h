/*
 * Strings with lengths, and the one growable byte buffer.
 *
 * Inside hitl a string is a `struct str`: bytes from somewhere that lives
 * long enough, never NUL-terminated by promise.  Text that grows is a
 * `struct buf`.  Neither knows about JSON beyond how to quote it.
 */
#ifndef HITL_BASE_TEXT_H
#define HITL_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/array.h"

struct arena;

struct str {
	const char *s; /* borrowed; NULL only when n == 0 */
	size_t n; /* bytes */
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })

struct str str_of(const char *cstring);
bool str_eq(struct str, struct str);
/* Order of bytes, a prefix first: <0, 0, >0. */
int str_cmp(struct str, struct str);
bool str_has_prefix(struct str, struct str prefix);
/* Without blanks (space, tab, CR, LF) at both ends. */
struct str str_trim(struct str);
/* Takes the next line off *rest, without its newline; false: there is none. */
bool str_next_line(struct str *rest, struct str *line);

/*
 * A decimal number as people write it, .5 and 1e-3 too; all of the text, and
 * no hex, no "inf", no blanks.
 */
bool decimal_parse(struct str, double *x);

/*
 * The candidate nearest to `word` by edit distance, for "did you mean";
 * NULL when none is near (more than a third of the letters differ).
 *   candidate[n]  NUL-terminated; NULL entries are passed over
 */
const char *
str_nearest(struct str word, const char *const *candidate, size_t n);

struct buf {
	char *s; /* malloc'ed; NULL while empty */
	size_t n, cap;
};

void buf_grow(struct buf *, size_t more);

/* Inline: most of what the filters do is put short pieces together. */
static inline void
buf_reserve(struct buf *b, size_t more)
{
	if (b->cap - b->n < more)
		buf_grow(b, more);
}

static inline void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	buf_reserve(b, n);
	memcpy(b->s + b->n, p, n);
	b->n += n;
}

static inline void
buf_str(struct buf *b, struct str text)
{
	buf_add(b, text.s, text.n);
}

static inline void
buf_cstr(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

static inline void
buf_char(struct buf *b, char c)
{
	buf_reserve(b, 1);
	b->s[b->n++] = c;
}

void buf_printf(struct buf *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_clear(struct buf *); /* keeps the memory */
/* Without what stands behind the last newline. */
void buf_whole_lines(struct buf *);
void buf_release(struct buf *);
struct str buf_view(const struct buf *);

/* `text` as a JSON string with quotes; text is valid UTF-8. */
void buf_json_string(struct buf *, struct str text);
/* Shortest decimal that reads back as the same double; null if not finite. */
void buf_json_double(struct buf *, double);
void buf_json_uint(struct buf *, uint64_t);
/* ,"key":x for the members of an object after its first. */
void buf_json_member(struct buf *, const char *key, double x);
void buf_json_count(struct buf *, const char *key, uint64_t n);
void buf_json_bool(struct buf *, bool);
/* ,"key":"text"; null of an empty one. */
void buf_json_text(struct buf *, const char *key, struct str text);

#endif
