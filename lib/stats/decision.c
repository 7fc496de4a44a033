/*
 * Sorting decisions (decision.h): American flag sort (McIlroy, Bostic,
 * McIlroy 1993), a radix sort in place, on a 64-bit key that orders as the
 * confidences do, highest first.  Confidences in [0, 1] share their top
 * bits, so the first digit skips what all keys have in common.  Ties are
 * sorted the same way by error and group: a language model's confidences
 * have a dozen values in ten million records.
 */
#include <stdlib.h>
#include <string.h>

#include "stats/decision.h"

enum {
	DIGIT_BITS = 8,
	BUCKETS = 1 << DIGIT_BITS,
	SMALL = 48, /* below, insertion is faster */
	RELEASED = 65536, /* decisions of memory at a time, in a merge */
};

_Static_assert(sizeof(struct decision) == 16, "16 bytes a decision");

/* What is sorted by: first the confidences, then what their ties hold. */
enum part { CONFIDENCE, TIE };

/* Descending: the bits of a non-negative double order as it does. */
static inline uint64_t
key_of(const struct decision *d, enum part part)
{
	double x = d->confidence == 0 ? 0 : d->confidence; /* no -0 */
	uint64_t bits;

	if (part == TIE)
		return (uint64_t)d->error << 32 | d->group;
	memcpy(&bits, &x, sizeof(bits));
	return ~bits;
}

static bool
before(const struct decision *a, const struct decision *b)
{
	if (a->confidence != b->confidence)
		return a->confidence > b->confidence;
	if (a->error != b->error)
		return a->error < b->error;
	return a->group < b->group;
}

static void
insertion_sort(struct decision *d, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct decision x = d[i];
		size_t j = i;
		for (; j > 0 && before(&x, &d[j - 1]); j--)
			d[j] = d[j - 1];
		d[j] = x;
	}
}

/* Permutes d[n] into buckets by the digit at `shift`; next[] is consumed. */
static void
distribute(struct decision *d, enum part part, int shift, const size_t *start,
    size_t *next)
{
	for (int b = 0; b < BUCKETS; b++) {
		size_t end = start[b + 1];
		while (next[b] < end) {
			struct decision x = d[next[b]];
			int to =
			    (int)(key_of(&x, part) >> shift & (BUCKETS - 1));
			while (to != b) {
				struct decision y = d[next[to]];
				d[next[to]++] = x;
				x = y;
				to = (int)(key_of(&x, part) >> shift &
					   (BUCKETS - 1));
			}
			d[next[b]++] = x;
		}
	}
}

static void sort_part(struct decision *d, size_t n, enum part part);

static void
radix_sort(struct decision *d, size_t n, enum part part, int shift)
{
	size_t start[BUCKETS + 1] = { 0 }, next[BUCKETS];

	if (n <= SMALL) {
		insertion_sort(d, n);
		return;
	}
	if (shift <= -DIGIT_BITS) { /* all bits of this part are equal */
		if (part == CONFIDENCE)
			sort_part(d, n, TIE);
		return;
	}
	if (shift < 0)
		shift = 0; /* the last digit overlaps the one before */
	for (size_t i = 0; i < n; i++)
		start[(key_of(&d[i], part) >> shift & (BUCKETS - 1)) + 1]++;
	for (int b = 0; b < BUCKETS; b++)
		start[b + 1] += start[b];
	memcpy(next, start, sizeof(next));
	distribute(d, part, shift, start, next);
	/* no deeper than eight digits a part */
	for (int b = 0; b < BUCKETS; b++)
		if (start[b + 1] - start[b] > 1)
			radix_sort(d + start[b], start[b + 1] - start[b], part,
			    shift == 0 ? -DIGIT_BITS : shift - DIGIT_BITS);
}

/* Sorts d[n], equal in the parts before, by this one and the next. */
static void
sort_part(struct decision *d, size_t n, enum part part)
{
	uint64_t differ = 0, first;
	int top;

	if (n <= SMALL) {
		insertion_sort(d, n);
		return;
	}
	first = key_of(d, part);
	for (size_t i = 1; i < n; i++)
		differ |= key_of(&d[i], part) ^ first;
	top = differ == 0 ? -1 : 63 - __builtin_clzll(differ);
	radix_sort(d, n, part,
	    top < 0            ? -DIGIT_BITS
	    : top < DIGIT_BITS ? 0
			       : top - DIGIT_BITS + 1);
}

void
decisions_sort(struct decision *d, size_t n)
{
	sort_part(d, n, CONFIDENCE);
}

struct decision *
decisions_merge(struct decision *a, size_t n, struct decision *b, size_t m)
{
	struct decision *all = realloc(a, (n + m + 1) * sizeof(*all)), *less;
	size_t freed = m;

	if (all == NULL) {
		free(a);
		free(b);
		return NULL;
	}
	/* from the end, so that nothing is in the way */
	for (size_t to = n + m; m > 0; to--) {
		bool from_b = n == 0 || before(&all[n - 1], &b[m - 1]);
		all[to - 1] = from_b ? b[--m] : all[--n];
		if (freed - m < RELEASED)
			continue;
		freed = m;
		if ((less = realloc(b, (m + 1) * sizeof(*b))) != NULL)
			b = less;
	}
	free(b);
	return all;
}

size_t
decisions_above(const struct decision *d, size_t n, double t)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (d[middle].confidence >= t)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
