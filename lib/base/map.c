/* From a string to its number (map.h): open addressing, linear probing. */
#include <stdlib.h>

#include "base/hash.h"
#include "base/map.h"

/* The bucket where `key` is, or the free one where it would go. */
static size_t
map_slot(const struct map *m, struct str key)
{
	size_t i = (size_t)hash_private(key) & (m->nbucket - 1);

	while (m->bucket[i] != 0 && !str_eq(m->key[m->bucket[i] - 1], key))
		i = (i + 1) & (m->nbucket - 1);
	return i;
}

uint32_t
map_find(const struct map *m, struct str key)
{
	if (m->n == 0)
		return MAP_NONE;
	return m->bucket[map_slot(m, key)] - 1; /* a free one: MAP_NONE */
}

static void
map_grow(struct map *m)
{
	m->nbucket = m->nbucket == 0 ? 64 : m->nbucket * 2;
	free(m->bucket);
	if ((m->bucket = calloc(m->nbucket, sizeof(*m->bucket))) == NULL)
		memory_exhausted();
	for (size_t i = 0; i < m->n; i++)
		m->bucket[map_slot(m, m->key[i])] = (uint32_t)i + 1;
}

uint32_t
map_put(struct map *m, struct str key, bool *added)
{
	size_t slot;

	if (added != NULL)
		*added = false;
	if (m->nbucket != 0) {
		slot = map_slot(m, key);
		if (m->bucket[slot] != 0)
			return m->bucket[slot] - 1;
	}
	if (m->n >= MAP_NONE - 1)
		memory_exhausted();
	if (2 * (m->n + 1) > m->nbucket)
		map_grow(m);
	slot = map_slot(m, key);
	VEC_ROOM(m->key, m->n, m->cap);
	m->key[m->n] = arena_str(&m->keys, key);
	m->bucket[slot] = (uint32_t)++m->n;
	if (added != NULL)
		*added = true;
	return (uint32_t)m->n - 1;
}

void
map_release(struct map *m)
{
	arena_release(&m->keys);
	free(m->key);
	free(m->bucket);
	*m = (struct map){ 0 };
}

/* Not for buckets: a hash that anybody can make collide. */
static size_t
quick_hash(struct str key)
{
	uint64_t first = 0, last = 0;
	size_t n = key.n < 8 ? key.n : 8;

	memcpy(&first, key.s, n);
	memcpy(&last, key.s + key.n - n, n);
	return (first ^ last * 31 ^ key.n) * UINT64_C(0x9e3779b97f4a7c15) >> 54;
}

uint32_t
map_find_recent(const struct map *m, struct map_recent *r, struct str key)
{
	uint32_t *slot = &r->number[key.n == 0 ? 0 : quick_hash(key)], found;

	if (*slot > 0 && str_eq(m->key[*slot - 1], key))
		return *slot - 1;
	found = map_find(m, key);
	if (found != MAP_NONE)
		*slot = found + 1;
	return found;
}
