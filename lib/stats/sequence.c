/* Rates that are looked at again and again (sequence.h). */
#include <math.h>
#include <stdbool.h>

#include "stats/sequence.h"

static const double prior = 0.5; /* both of the Beta's parameters */

/* ln of how likely the mixture of all rates finds k of n, in some order. */
static double
mixture(double k, double n)
{
	return lgamma(prior + k) + lgamma(prior + n - k) -
	       lgamma(2 * prior + n) - 2 * lgamma(prior) + lgamma(2 * prior);
}

/* x ln p, of nothing seen nothing. */
static double
times_log(double x, double p)
{
	return x == 0 ? 0 : x * log(p);
}

static double
likelihood(double k, double n, double p)
{
	return times_log(k, p) + times_log(n - k, 1 - p);
}

/*
 * The rate in [0, 1] at which k/p - (n - k)/(1 - p) = slope, slope >= 0: the
 * best one where a higher rate has that price.
 */
static double
best_rate(double k, double n, double slope)
{
	/* slope p^2 - (slope + n) p + k = 0, its smaller root */
	double b = slope + n;

	if (n == 0 || k == 0)
		return 0;
	return fmin(1, 2 * k / (b + sqrt(fmax(0, b * b - 4 * slope * k))));
}

/* What the best rates at a price sum up to, and their likelihood. */
static double
rate_at(const struct sequence_part *part, size_t n, double price, bool below,
    double *best)
{
	double sum = 0;

	*best = 0;
	for (size_t s = 0; s < n; s++) {
		double m = (double)part[s].n;
		double k = below ? m - (double)part[s].k : (double)part[s].k;
		double p = best_rate(k, m, price * part[s].share);
		sum += part[s].share * p;
		*best += likelihood(k, m, p);
	}
	return sum;
}

/* The greatest likelihood of rates that together are at most p0. */
static double
best_within(const struct sequence_part *part, size_t n, double p0, bool below)
{
	double low = 0, high = 1, best;

	if (rate_at(part, n, 0, below, &best) <= p0)
		return best;
	while (rate_at(part, n, high, below, &best) > p0)
		low = high, high *= 2;
	while (high - low > 1e-14 * high) {
		double price = low + (high - low) / 2;
		if (rate_at(part, n, price, below, &best) > p0)
			low = price;
		else
			high = price;
	}
	rate_at(part, n, high, below, &best);
	return best;
}

double
sequence_evidence(
    const struct sequence_part *part, size_t n, double p0, bool below)
{
	double all = 0;

	for (size_t s = 0; s < n; s++)
		all += mixture((double)part[s].k, (double)part[s].n);
	return all - best_within(part, n, below ? 1 - p0 : p0, below);
}

/* The evidence of k of n against p, whichever side it is on. */
static double
against(double k, double n, double p)
{
	return mixture(k, n) - likelihood(k, n, p);
}

struct interval
sequence_interval(uint64_t k, uint64_t n, double level)
{
	double bound = -log(1 - level), seen = (double)k / (double)n;
	struct interval i = { 0, 1 };
	double out, in;

	if (n == 0)
		return i;
	for (out = 0, in = seen; k > 0 && in - out > 1e-14 * in;) {
		double p = out + (in - out) / 2;
		if (against((double)k, (double)n, p) >= bound)
			out = p;
		else
			in = p;
	}
	i.low = k == 0 ? 0 : in;
	for (out = 1, in = seen; k < n && out - in > 1e-14;) {
		double p = in + (out - in) / 2;
		if (against((double)k, (double)n, p) >= bound)
			out = p;
		else
			in = p;
	}
	i.high = k == n ? 1 : in;
	return i;
}

static bool
is_told(double k, double n, double p0, bool below, double bound)
{
	return (k / n < p0) == below && against(k, n, p0) >= bound;
}

double
sequence_length(
    uint64_t k, uint64_t n, double p, double p0, bool below, double level)
{
	double bound = -log(1 - level), from = (double)n, k0 = (double)k;
	double more, less;

	if (below ? p >= p0 : p <= p0)
		return INFINITY;
	if (n > 0 && is_told(k0, from, p0, below, bound))
		return from;
	for (more = 1; !is_told(k0 + p * more, from + more, p0, below, bound);
	     more *= 2)
		if (more > 1e15)
			return INFINITY;
	for (less = more / 2; more - less > 0.5;) {
		double m = less + (more - less) / 2;
		if (is_told(k0 + p * m, from + m, p0, below, bound))
			more = m;
		else
			less = m;
	}
	return from + ceil(more);
}
