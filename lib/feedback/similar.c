/* Texts that are nearly the same (similar.h). */
#include <stdlib.h>
#include <string.h>

#include "feedback/similar.h"

enum {
	BANDS = 16,
	ROWS = MINHASH_SIZE / BANDS,
	TRIED = 64, /* groups of one band, the newest */
};

struct band {
	uint32_t number;
	uint32_t row[ROWS];
};

void
similar_init(struct similar *s, double threshold, size_t max)
{
	*s = (struct similar){ .threshold = threshold, .max = max };
}

void
similar_release(struct similar *s)
{
	map_release(&s->bands);
	free(s->first);
	free(s->last);
	free(s->before);
}

static struct str
band_of(const struct minhash *m, uint32_t number, struct band *b)
{
	b->number = number;
	memcpy(b->row, &m->least[number * ROWS], sizeof(b->row));
	return (struct str){ (const char *)b, sizeof(*b) };
}

/* The group most like it, of those that share a band; the earlier of equals. */
static uint32_t
find(const struct similar *s, const struct minhash *m)
{
	uint32_t best = MAP_NONE;
	double most = s->threshold;
	struct band b;

	for (uint32_t k = 0; k < BANDS; k++) {
		uint32_t i = map_find(&s->bands, band_of(m, k, &b));
		uint32_t group = i == MAP_NONE ? MAP_NONE : s->last[i];
		for (int tried = 0; group != MAP_NONE && tried < TRIED;
		     tried++) {
			double x = minhash_similarity(m, &s->first[group]);
			if (x > most || (x == most && group < best)) {
				most = x;
				best = group;
			}
			group = s->before[(size_t)group * BANDS + k];
		}
	}
	return best;
}

static uint32_t
enter(struct similar *s, const struct minhash *m)
{
	uint32_t group = (uint32_t)s->n;
	struct band b;

	VEC_ROOM(s->first, s->n, s->cap);
	s->first[s->n++] = *m;
	for (uint32_t k = 0; k < BANDS; k++) {
		bool added;
		uint32_t i = map_put(&s->bands, band_of(m, k, &b), &added);
		if (added) {
			VEC_ROOM(s->last, i, s->last_cap);
			s->last[i] = MAP_NONE;
		}
		VEC_ROOM(s->before, (size_t)group * BANDS + k, s->before_cap);
		s->before[(size_t)group * BANDS + k] = s->last[i];
		s->last[i] = group;
	}
	return group;
}

uint32_t
similar_put(struct similar *s, struct str text, bool *added)
{
	struct minhash m;
	uint32_t group;

	if (text.n > SIMILAR_LOOKED_AT)
		text.n = SIMILAR_LOOKED_AT;
	minhash(text.s, text.n, &m);
	group = find(s, &m);
	*added = group == MAP_NONE && s->n < s->max;
	return *added ? enter(s, &m) : group;
}
