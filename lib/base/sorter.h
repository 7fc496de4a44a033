/*
 * Texts in the order of a number each, however many: an external merge sort
 * (Knuth, The Art of Computer Programming, volume 3, 5.4).  What does not
 * fit into memory goes to a temporary file, sorted piece by piece, and is
 * merged from there.  Texts of one number keep the order they came in.
 */
#ifndef HITL_BASE_SORTER_H
#define HITL_BASE_SORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

enum { SORTER_MEMORY_MIN = 256 * 1024 };

struct sorter;

/*
 * memory     bytes at most, SORTER_MEMORY_MIN at least
 * directory  of temporary files (temporary.h); kept
 */
struct sorter *sorter_new(size_t memory, const char *directory);
void sorter_free(struct sorter *);

/* A text below 4 GiB, which is copied.  -1 with *e. */
int sorter_add(struct sorter *, uint64_t number, struct str, struct err *e);

/* When all are there; then sorter_next(), and nothing is added any more. */
int sorter_sort(struct sorter *, struct err *e);

/* The next one, valid until the next call: 1; 0 at the end; -1 with *e. */
int
sorter_next(struct sorter *, uint64_t *number, struct str *text, struct err *e);

/* From the first one again. */
int sorter_rewind(struct sorter *, struct err *e);

uint64_t sorter_count(const struct sorter *);
uint64_t sorter_bytes(const struct sorter *); /* of the texts together */
/* Whether all of it is in memory. */
bool sorter_fits(const struct sorter *);

#endif
