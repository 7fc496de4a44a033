/* The probability of a low count somewhere (crossing.h). */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "stats/crossing.h"
#include "stats/quiet.h"

/* Counts per standard deviation of the last look. */
static const double FINE = 50;
/* Terms below this share of the largest are left out. */
static const double NEGLIGIBLE = 1e-14;

/*
 * What is known at one look: from a count of x, how likely is a low one here
 * or later.  1 up to `most`; behind it at x = most + 1 + i * step it is
 * low[i], falling, and beyond the last taken to be that.
 */
struct chance {
	int64_t most;
	double step;
	double *low; /* [n] */
	size_t n;
};

struct crossing {
	double p, step;
	size_t n;
	struct look *look; /* [n] */
	struct chance *chance; /* [n] */
};

/* The probabilities of `from`, from + 1, ... errors among some records. */
struct binomial {
	int64_t from;
	double *weight; /* [n] */
	size_t n;
};

static void *
room(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		memory_exhausted();
	return p;
}

static struct binomial
binomial_make(uint64_t records, double p)
{
	double mean = (double)records * p;
	int64_t mode = (int64_t)(((double)records + 1) * p), from, to;
	struct binomial b;

	gsl_quiet();
	if (mode > (int64_t)records)
		mode = (int64_t)records;
	/* far enough for either tail, even of a skewed one */
	int64_t reach = (int64_t)(9 * sqrt(mean * (1 - p)) + 40);
	from = mode > reach ? mode - reach : 0;
	to = mode + reach < (int64_t)records ? mode + reach : (int64_t)records;
	b.n = (size_t)(to - from) + 1;
	b.weight = room(b.n, sizeof(*b.weight));
	double *w = b.weight - from;
	double odds = p / (1 - p), n = (double)records;
	w[mode] = gsl_ran_binomial_pdf((unsigned)mode, p, (unsigned)records);
	for (int64_t k = mode; k < to; k++)
		w[k + 1] = w[k] * (n - (double)k) / ((double)k + 1) * odds;
	for (int64_t k = mode; k > from; k--)
		w[k - 1] = w[k] * (double)k / (n - (double)k + 1) / odds;
	for (; to > mode && w[to] < NEGLIGIBLE * w[mode]; to--)
		;
	int64_t start = from;
	for (; start < mode && w[start] < NEGLIGIBLE * w[mode]; start++)
		;
	b.from = start;
	b.n = (size_t)(to - start) + 1;
	for (size_t i = 0; i < b.n; i++)
		b.weight[i] = w[start + (int64_t)i];
	return b;
}

static double
chance_at(const struct chance *c, double x)
{
	double at = (x - (double)c->most - 1) / c->step;
	size_t i;

	if (at < 0)
		return 1;
	if (at >= (double)(c->n - 1))
		return c->low[c->n - 1];
	i = (size_t)at;
	return c->low[i] + (at - (double)i) * (c->low[i + 1] - c->low[i]);
}

/* The same from x with more records to come before that look. */
static double
chance_before(const struct chance *c, const struct binomial *more, double x)
{
	double sum = 0, total = 0;

	for (size_t i = 0; i < more->n; i++) {
		sum += more->weight[i] *
		       chance_at(c, x + (double)(more->from + (int64_t)i));
		total += more->weight[i];
	}
	return sum / total;
}

static struct chance
chance_make(const struct crossing *c, size_t i)
{
	const struct look *at = &c->look[i];
	double mean = (double)at->m * c->p;
	double top = ceil(mean + 7 * sqrt(mean * (1 - c->p)) + 10);
	struct chance x = { .most = at->most, .step = c->step };
	struct binomial more;

	x.n = 2;
	if (top > (double)at->most + 1)
		x.n += (size_t)((top - (double)at->most - 1) / x.step);
	x.low = room(x.n, sizeof(*x.low));
	if (i + 1 == c->n)
		return x;
	more = binomial_make(at[1].m - at->m, c->p);
	for (size_t k = 0; k < x.n; k++)
		x.low[k] = chance_before(&c->chance[i + 1], &more,
		    (double)at->most + 1 + (double)k * x.step);
	free(more.weight);
	return x;
}

struct crossing *
crossing_new(double p, const struct look *look, size_t n)
{
	struct crossing *c = room(1, sizeof(*c));
	double deviation = sqrt((double)look[n - 1].m * p * (1 - p));

	c->p = p;
	c->n = n;
	c->step = fmax(1, floor(deviation / FINE));
	c->look = room(n, sizeof(*c->look));
	c->chance = room(n, sizeof(*c->chance));
	for (size_t i = 0; i < n; i++)
		c->look[i] = look[i];
	for (size_t i = n; i-- > 0;)
		c->chance[i] = chance_make(c, i);
	return c;
}

void
crossing_free(struct crossing *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n; i++)
		free(c->chance[i].low);
	free(c->chance);
	free(c->look);
	free(c);
}

double
crossing_probability(const struct crossing *c, struct look first, size_t i)
{
	struct binomial here = binomial_make(first.m, c->p);
	struct binomial more = { 0 };
	/* the chance from here, in steps as everywhere */
	struct chance later = { .most = first.most, .step = c->step };
	double sum = 0;

	if (i < c->n) {
		double last = (double)here.from + (double)here.n;
		more = binomial_make(c->look[i].m - first.m, c->p);
		later.n = 2;
		if (last > (double)first.most + 1)
			later.n +=
			    (size_t)((last - (double)first.most - 1) / c->step);
		later.low = room(later.n, sizeof(*later.low));
		for (size_t k = 0; k < later.n; k++)
			later.low[k] = chance_before(&c->chance[i], &more,
			    (double)first.most + 1 + (double)k * c->step);
	}
	for (size_t k = 0; k < here.n; k++) {
		int64_t x = here.from + (int64_t)k;
		if (x <= first.most)
			sum += here.weight[k];
		else if (later.low != NULL)
			sum += here.weight[k] * chance_at(&later, (double)x);
	}
	free(later.low);
	free(more.weight);
	free(here.weight);
	return sum;
}
