/* A fixed set of strings (keyset.h). */
#include <stdlib.h>

#include "base/arena.h"
#include "base/keyset.h"

enum { WHOLE = 16 }; /* bytes that two words hold all of */

struct keyset_entry {
	uint64_t first, last; /* eight bytes each; shorter: zeros behind */
	uint32_t scope;
	uint32_t value; /* KEYSET_NONE: free */
	struct str key;
};

static uint64_t
word(const char *s)
{
	uint64_t x;

	memcpy(&x, s, sizeof(x));
	return x;
}

/* Up to eight bytes as one word, reading no others. */
static uint64_t
short_word(const char *s, size_t n)
{
	uint32_t low, high;

	if (n >= 8)
		return word(s);
	if (n >= 4) {
		memcpy(&low, s, sizeof(low));
		memcpy(&high, s + n - 4, sizeof(high));
		return low | (uint64_t)high << 8 * (n - 4);
	}
	if (n == 0)
		return 0;
	return (unsigned char)s[0] |
	       (uint64_t)(unsigned char)s[n / 2] << 8 * (n / 2) |
	       (uint64_t)(unsigned char)s[n - 1] << 8 * (n - 1);
}

/* The entry of a key, or the free one where it would be. */
static struct keyset_entry *
find(const struct keyset *k, uint32_t scope, struct str key)
{
	uint64_t first = short_word(key.s, key.n);
	uint64_t last = key.n > 8 ? word(key.s + key.n - 8) : first;
	uint64_t h = (first ^ (last << 29 | last >> 35)) +
		     ((uint64_t)key.n << 32 | scope);
	size_t mask = SIZE_MAX >> k->shift;

	/* any odd number whose bits are well mixed would do */
	for (size_t i = h * UINT64_C(0x9e3779b97f4a7c15) >> k->shift;;
	     i = (i + 1) & mask) {
		struct keyset_entry *e = &k->entry[i];
		if (e->value == KEYSET_NONE)
			return e;
		if (e->first != first || e->last != last || e->key.n != key.n ||
		    e->scope != scope)
			continue;
		if (key.n <= WHOLE || memcmp(e->key.s, key.s, key.n) == 0)
			return e;
	}
}

void
keyset_init(struct keyset *k, size_t n)
{
	size_t size = 16;

	while (size < 4 * n)
		size *= 2;
	free(k->entry);
	if ((k->entry = malloc(size * sizeof(*k->entry))) == NULL)
		memory_exhausted();
	k->shift = 64 - (unsigned)__builtin_ctzll(size);
	for (size_t i = 0; i < size; i++)
		k->entry[i].value = KEYSET_NONE;
}

void
keyset_release(struct keyset *k)
{
	free(k->entry);
	*k = (struct keyset){ 0 };
}

void
keyset_add(struct keyset *k, uint32_t scope, struct str key, uint32_t value)
{
	struct keyset_entry *e = find(k, scope, key);

	if (e->value != KEYSET_NONE)
		return;
	*e = (struct keyset_entry){ .first = short_word(key.s, key.n),
		.scope = scope,
		.value = value,
		.key = key };
	e->last = key.n > 8 ? word(key.s + key.n - 8) : e->first;
}

uint32_t
keyset_find(const struct keyset *k, uint32_t scope, struct str key)
{
	return find(k, scope, key)->value;
}
