/* Quantiles in bounded memory (sketch.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "stats/sketch.h"

enum { BESIDE = 16 }; /* buckets taken at once */

static const double least = 1e-6;
static const double error = 0.01;

/* ln of the factor between buckets */
static double
log_factor(void)
{
	return log((1 + error) / (1 - error));
}

/* Room for the buckets from `low` to `high`, and some beside them. */
static void
make_room(struct sketch *s, int low, int high)
{
	int first, end, old_end = s->first + s->room;
	uint64_t *bucket;

	if (s->room > 0 && low >= s->first && high < old_end)
		return;
	first = s->room == 0 || low < s->first ? low - BESIDE : s->first;
	end = s->room == 0 || high >= old_end ? high + 1 + BESIDE : old_end;
	first = first < 0 ? 0 : first;
	end = end > SKETCH_BUCKETS ? SKETCH_BUCKETS : end;
	bucket = calloc((size_t)(end - first), sizeof(*bucket));
	if (bucket == NULL)
		memory_exhausted();
	if (s->room > 0)
		memcpy(bucket + (s->first - first), s->bucket,
		    (size_t)s->room * sizeof(*bucket));
	free(s->bucket);
	s->bucket = bucket;
	s->first = first;
	s->room = end - first;
}

void
sketch_put(struct sketch *s, int i, uint64_t n)
{
	make_room(s, i, i);
	s->bucket[i - s->first] += n;
}

void
sketch_add(struct sketch *s, double x)
{
	long i;

	s->min = s->n == 0 ? x : fmin(s->min, x);
	s->max = s->n == 0 ? x : fmax(s->max, x);
	s->n++;
	moments_add(&s->moments, x);
	if (x < least) {
		s->zero++;
		return;
	}
	i = (long)ceil(log(x / least) / log_factor());
	i = i < 0 ? 0 : i >= SKETCH_BUCKETS ? SKETCH_BUCKETS - 1 : i;
	sketch_put(s, (int)i, 1);
}

void
sketch_merge(struct sketch *to, const struct sketch *from)
{
	if (from->n == 0)
		return;
	to->min = to->n == 0 ? from->min : fmin(to->min, from->min);
	to->max = to->n == 0 ? from->max : fmax(to->max, from->max);
	to->n += from->n;
	to->zero += from->zero;
	moments_merge(&to->moments, &from->moments);
	if (from->room == 0)
		return;
	make_room(to, from->first, from->first + from->room - 1);
	for (int i = 0; i < from->room; i++)
		to->bucket[from->first - to->first + i] += from->bucket[i];
}

void
sketch_release(struct sketch *s)
{
	free(s->bucket);
	*s = (struct sketch){ 0 };
}

bool
sketch_possible(const struct sketch *s, double most)
{
	if (s->n == 0)
		return s->moments.n == 0 && s->moments.sum == 0;
	return s->moments.n == s->n && s->zero <= s->n && s->min >= 0 &&
	       s->min <= s->max && s->max <= most && isfinite(s->max) &&
	       moments_possible(&s->moments, s->min, s->max);
}

double
sketch_mean(const struct sketch *s)
{
	return moments_mean(&s->moments);
}

/* The value of a rank, 1 to n; the extremes are known exactly. */
static double
value_at(const struct sketch *s, uint64_t rank)
{
	uint64_t seen = s->zero;
	double middle;
	int i = 0;

	if (rank <= 1)
		return s->min;
	if (rank >= s->n)
		return s->max;
	if (rank <= seen)
		return 0;
	for (; i < s->room - 1; i++)
		if ((seen += s->bucket[i]) >= rank)
			break;
	middle = least * exp((s->first + i) * log_factor()) * (1 - error);
	return fmin(fmax(middle, s->min), s->max);
}

double
sketch_quantile(const struct sketch *s, double q)
{
	if (s->n == 0)
		return NAN;
	return value_at(s, (uint64_t)fmax(1, ceil(q * (double)s->n)));
}

/* The largest r with P(Bin(n, q) < r) <= tail, 0 to n. */
static uint64_t
ranks_within(uint64_t n, double q, double tail)
{
	uint64_t low = 0, high = n;

	while (low < high) {
		uint64_t middle = high - (high - low) / 2;
		if (binomial_cdf(middle - 1, n, q) <= tail)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

struct interval
sketch_quantile_interval(const struct sketch *s, double q, double level)
{
	double tail = (1 - level) / 2;
	uint64_t low, high;

	if (s->n == 0)
		return (struct interval){ NAN, NAN };
	/* P(X_(low) > quantile) = P(B < low) <= tail; likewise above */
	low = ranks_within(s->n, q, tail);
	high = s->n + 1 - ranks_within(s->n, 1 - q, tail);
	return (struct interval){ low < 1 ? 0 : value_at(s, low),
		high > s->n ? INFINITY : value_at(s, high) };
}
