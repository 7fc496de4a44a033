/*
 * How far a correction is from the draft: Levenshtein's distance.
 *
 * Bit-parallel, Myers (1999) in Hyyro's (2003) form with blocks of 64, so
 * O(ceil(m / 64) n).  The unit is a code point, not a byte.
 */
#ifndef HITL_STATS_EDIT_DISTANCE_H
#define HITL_STATS_EDIT_DISTANCE_H

#include <stddef.h>
#include <stdint.h>

/* Insertions, deletions and substitutions between a[n] and b[m]. */
size_t edit_distance(const uint32_t *a, size_t n, const uint32_t *b, size_t m);

/*
 * The same for two UTF-8 texts (valid; n and m bytes), divided by the code
 * points of the longer one: 0 equal, 1 nothing in common.  Two empty ones: 0.
 * NAN when the product of their lengths is above EDIT_DISTANCE_MOST: some
 * 0.05 seconds, in which a hostile log could hide hours.
 */
#define EDIT_DISTANCE_MOST 0x1p30 /* such as 32,768 code points each */
double
edit_distance_normalised(const char *a, size_t n, const char *b, size_t m);

#endif
