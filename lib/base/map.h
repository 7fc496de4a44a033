/*
 * The one hash map: from a string to its number.  Keys are numbered 0, 1, 2…
 * in the order they came, so a caller keeps what belongs to them in an array
 * of its own.  Hashing is keyed; keys are copied.
 */
#ifndef HITL_BASE_MAP_H
#define HITL_BASE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

#define MAP_NONE UINT32_MAX

struct map { /* all zero: an empty map */
	struct arena keys;
	struct str *key; /* [n], by number */
	size_t n, cap;
	uint32_t *bucket; /* number + 1, 0 for free */
	size_t nbucket; /* a power of two */
};

/* The number of `key`, MAP_NONE when it is not there. */
uint32_t map_find(const struct map *, struct str key);
/* The same, entering the key when it is new (*added, which may be NULL). */
uint32_t map_put(struct map *, struct str key, bool *added);
void map_release(struct map *);

/*
 * The keys that were asked for last, one thread's: the few that come again
 * and again are then compared, not hashed.  All zero to begin; always with
 * the same map.
 */
enum { MAP_RECENT = 1024 };
struct map_recent {
	uint32_t number[MAP_RECENT]; /* + 1 */
};
uint32_t
map_find_recent(const struct map *, struct map_recent *, struct str key);

#endif
