/*
 * Where the quotes of a text stand, found 64 bytes at a time.
 *
 * The walker (json_walk.h) jumps from quote to quote and looks at what is
 * between strings byte by byte; inside them nothing is left to look at,
 * because whatever may not stand there is in the index as well.
 *
 * tokens   each unescaped ", each control character (a newline, too), and
 *          each byte at which UTF-8 goes wrong, in order
 * escapes  each \ that begins an escape, valid or not, in order
 *
 * Only tokens inside strings mean something by themselves: a backslash
 * outside of one is in `escapes` all the same.
 */
#ifndef HITL_RECORD_JSON_INDEX_H
#define HITL_RECORD_JSON_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct json_index {
	uint32_t *token; /* offsets into the text */
	size_t ntoken;
	uint32_t *escape; /* ends in UINT32_MAX, not counted */
	size_t nescape;
	size_t cap; /* of both, in bytes of text */
};

/*
 * Takes the instructions that HITL_SIMD names (scalar, sse2, avx2, avx512),
 * or the best that the processor has.  -1 with *e (STATUS_USAGE) for others.
 * Before it is called, and for scalar, there is no index.
 */
int json_index_choose(const char *name, struct err *e);
bool json_index_available(void);

/* Indexes text[n]; JSON_PADDING bytes behind it are readable; n < 2^32 - 1. */
void json_index_fill(struct json_index *, const char *text, size_t n);
void json_index_release(struct json_index *);

#endif
