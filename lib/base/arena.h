/*
 * Memory by lifetime.  There are two: a permanent arena, until exit, and a
 * scratch arena, emptied before every record.  Nothing in an arena is freed
 * alone.  A function that returns memory takes the arena it comes from.
 */
#ifndef HITL_BASE_ARENA_H
#define HITL_BASE_ARENA_H

#include <stddef.h>

#include "base/text.h"

struct arena_chunk;

struct arena { /* all zero: an empty arena */
	struct arena_chunk *chunk; /* the newest */
	char *at, *end;
};

/* n * size zeroed bytes, aligned for any type.  Never NULL. */
void *arena_alloc(struct arena *, size_t n, size_t size);
#define arena_new(a, type, n) ((type *)arena_alloc((a), (n), sizeof(type)))

/* n * size zeroed bytes, to be freed.  Never NULL, of none either. */
void *alloc_zeros(size_t n, size_t size);

/*
 * n zeroed bytes that share no cache line with anything else, for what a
 * thread writes all the time; to be freed.  Never NULL.
 */
void *alloc_apart(size_t n);

/* A copy; the copy is NUL-terminated behind its n bytes. */
struct str arena_str(struct arena *, struct str);
const char *arena_cstr(struct arena *, struct str);
const char *arena_printf(struct arena *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A double as buf_json_double() writes it. */
struct str arena_number(struct arena *, double);

/* Forgets all allocations, keeps the largest chunk for the next record. */
void arena_reset(struct arena *);
void arena_release(struct arena *);

/*
 * Ends the program: no memory.  Calls the handler (which may flush whole
 * lines and must exit), and aborts if there is none.
 */
_Noreturn void memory_exhausted(void);
void memory_on_exhausted(void (*handler)(void));

#endif
