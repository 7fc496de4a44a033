/* Which records were counted before (seen.h). */
#include <stdlib.h>
#include <string.h>

#include "metrics/seen.h"

static int
by_size(const void *pa, const void *pb)
{
	uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

	return (a > b) - (a < b);
}

/* Sorted, each once, the smallest ones; how many. */
static size_t
keep_smallest(uint64_t *hash, size_t n)
{
	size_t kept = 0;

	if (n > 0)
		qsort(hash, n, sizeof(*hash), by_size);
	for (size_t i = 0; i < n && kept < SEEN_KEPT; i++)
		if (kept == 0 || hash[i] != hash[kept - 1])
			hash[kept++] = hash[i];
	return kept;
}

void
seen_begin(struct seen_run *r, const struct hash_key *key)
{
	r->key = key;
	r->n = 0;
	pthread_mutex_init(&r->lock, NULL);
	atomic_init(&r->most, UINT64_MAX);
	atomic_init(&r->sum, 0);
}

void
seen_add(struct seen_run *r, struct str id)
{
	uint64_t hash = siphash(r->key, id);

	atomic_fetch_add_explicit(&r->sum, hash, memory_order_relaxed);
	if (hash > atomic_load_explicit(&r->most, memory_order_relaxed))
		return;
	pthread_mutex_lock(&r->lock);
	r->hash[r->n++] = hash;
	if (r->n == 2 * SEEN_KEPT) {
		r->n = keep_smallest(r->hash, r->n);
		if (r->n == SEEN_KEPT)
			atomic_store_explicit(
			    &r->most, r->hash[r->n - 1], memory_order_relaxed);
	}
	pthread_mutex_unlock(&r->lock);
}

void
seen_end(struct seen_run *r, struct seen *s)
{
	s->n = keep_smallest(r->hash, r->n);
	memcpy(s->hash, r->hash, s->n * sizeof(*s->hash));
	pthread_mutex_destroy(&r->lock);
}

/* Up to where a sample has all there are. */
static uint64_t
reach(const struct seen *s)
{
	return s->n < SEEN_KEPT ? UINT64_MAX : s->hash[s->n - 1];
}

struct seen_overlap
seen_compare(const struct seen *before, const struct seen *run)
{
	uint64_t end = reach(before) < reach(run) ? reach(before) : reach(run);
	struct seen_overlap o = { 0, 0 };
	size_t k = 0;

	for (; o.of < run->n && run->hash[o.of] <= end; o.of++) {
		while (k < before->n && before->hash[k] < run->hash[o.of])
			k++;
		o.common += k < before->n && before->hash[k] == run->hash[o.of];
	}
	return o;
}

void
seen_merge(struct seen *to, const struct seen *from)
{
	uint64_t all[2 * SEEN_KEPT];

	memcpy(all, to->hash, to->n * sizeof(*all));
	memcpy(all + to->n, from->hash, from->n * sizeof(*all));
	to->n = keep_smallest(all, to->n + from->n);
	memcpy(to->hash, all, to->n * sizeof(*all));
}
