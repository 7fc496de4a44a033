/* Whether values come from where others came from (drift.h). */
#include <math.h>

#include "stats/drift.h"

/*
 * A bin that one of them leaves empty would make the index infinite: it
 * counts as half a value.
 */
static const double half_a_value = 0.5;

/* How many of x[n], sorted, are at or below the edge. */
static size_t
at_or_below(const double *x, size_t n, double edge)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (x[middle] <= edge)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static double
share(double count, size_t n)
{
	return fmax(count, half_a_value) / (double)n;
}

/* x log2(x / y) */
static double
relative(double x, double y)
{
	return x > 0 ? x * log2(x / y) : 0;
}

static void
by_bins(struct drift *d, const double *x, size_t n, const double *y, size_t m)
{
	size_t from_x = 0, from_y = 0;

	d->psi = d->js = 0;
	for (size_t b = 1; b <= DRIFT_BINS; b++) {
		/* the upper edge: the b-th decile of the baseline */
		size_t rank = (n * b + DRIFT_BINS - 1) / DRIFT_BINS;
		double edge = x[rank - 1];
		size_t to_x = b == DRIFT_BINS ? n : at_or_below(x, n, edge);
		size_t to_y = b == DRIFT_BINS ? m : at_or_below(y, m, edge);
		double in_x = (double)(to_x - from_x);
		double in_y = (double)(to_y - from_y);
		double p = in_x / (double)n, q = in_y / (double)m;
		from_x = to_x;
		from_y = to_y;
		d->js +=
		    (relative(p, (p + q) / 2) + relative(q, (p + q) / 2)) / 2;
		if (in_x + in_y == 0)
			continue; /* one value fills several deciles */
		p = share(in_x, n);
		q = share(in_y, m);
		d->psi += (q - p) * log(q / p);
	}
}

double
kolmogorov_tail(double x)
{
	double sum = 0, term = 1;

	if (x < 0.2)
		return 1; /* to 12 digits */
	if (x < 1) {
		/* the other form of the same function, which converges here */
		for (int k = 1; term > 1e-17 && k < 100; k += 2) {
			term = exp(-k * k * M_PI * M_PI / (8 * x * x));
			sum += term;
		}
		return 1 - sqrt(2 * M_PI) / x * sum;
	}
	for (int k = 1; term > 1e-17 && k < 100; k++) {
		term = exp(-2.0 * k * k * x * x);
		sum += k % 2 == 1 ? term : -term;
	}
	return fmin(1, 2 * sum);
}

static double
greatest_distance(const double *x, size_t n, const double *y, size_t m)
{
	double greatest = 0;
	size_t i = 0, j = 0;

	while (i < n && j < m) {
		double at = fmin(x[i], y[j]);
		while (i < n && x[i] <= at)
			i++;
		while (j < m && y[j] <= at)
			j++;
		greatest = fmax(greatest,
		    fabs((double)i / (double)n - (double)j / (double)m));
	}
	return greatest;
}

struct drift
drift_compare(const double *baseline, size_t n, const double *now, size_t m)
{
	struct drift d = { NAN, NAN, NAN, NAN };
	double size;

	if (n == 0 || m == 0)
		return d;
	by_bins(&d, baseline, n, now, m);
	d.ks = greatest_distance(baseline, n, now, m);
	size = sqrt((double)n * (double)m / ((double)n + (double)m));
	d.ks_p =
	    d.ks == 0 ? 1 : kolmogorov_tail((size + 0.12 + 0.11 / size) * d.ks);
	return d;
}

struct interval
difference_interval(
    uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2, double level)
{
	struct interval a = wilson(k1, n1, level), b = wilson(k2, n2, level);
	double p1, p2;

	if (n1 == 0 || n2 == 0)
		return (struct interval){ -1, 1 };
	p1 = (double)k1 / (double)n1;
	p2 = (double)k2 / (double)n2;
	return (struct interval){
		p2 - p1 - sqrt(pow(p2 - b.low, 2) + pow(a.high - p1, 2)),
		p2 - p1 + sqrt(pow(b.high - p2, 2) + pow(p1 - a.low, 2)),
	};
}
