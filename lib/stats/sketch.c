/* Quantiles in bounded memory (sketch.h). */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "stats/sketch.h"

static const double least = 1e-6;
static const double error = 0.01;
static const double greatest = 1e9; /* in a mean: its square times n fits */

/* ln of the factor between buckets */
static double
log_factor(void)
{
	return log((1 + error) / (1 - error));
}

void
sketch_add(struct sketch *s, double x)
{
	uint64_t micro = (uint64_t)llround(fmin(x, greatest) * 1e6);
	long i;

	s->min = s->n == 0 ? x : fmin(s->min, x);
	s->max = s->n == 0 ? x : fmax(s->max, x);
	s->n++;
	s->sum += micro;
	s->sumsq += (unsigned __int128)micro * micro;
	if (x < least) {
		s->zero++;
		return;
	}
	if (s->bucket == NULL &&
	    (s->bucket = calloc(SKETCH_BUCKETS, sizeof(*s->bucket))) == NULL)
		memory_exhausted();
	i = (long)ceil(log(x / least) / log_factor());
	s->bucket[i < 0 ? 0 : i >= SKETCH_BUCKETS ? SKETCH_BUCKETS - 1 : i]++;
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
	to->sum += from->sum;
	to->sumsq += from->sumsq;
	if (from->bucket == NULL)
		return;
	if (to->bucket == NULL &&
	    (to->bucket = calloc(SKETCH_BUCKETS, sizeof(*to->bucket))) == NULL)
		memory_exhausted();
	for (int i = 0; i < SKETCH_BUCKETS; i++)
		to->bucket[i] += from->bucket[i];
}

void
sketch_release(struct sketch *s)
{
	free(s->bucket);
	*s = (struct sketch){ 0 };
}

double
sketch_mean(const struct sketch *s)
{
	return s->n == 0 ? NAN : (double)s->sum / 1e6 / (double)s->n;
}

struct interval
sketch_mean_interval(const struct sketch *s, double level)
{
	return mean_interval(
	    (double)s->sum / 1e6, (double)s->sumsq / 1e12, s->n, level);
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
	for (; i < SKETCH_BUCKETS - 1; i++)
		if ((seen += s->bucket[i]) >= rank)
			break;
	middle = least * exp(i * log_factor()) * (1 - error);
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
