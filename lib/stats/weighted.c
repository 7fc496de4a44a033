/* A threshold with a guarantee from weighted labels (weighted.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "stats/candidates.h"
#include "stats/weighted.h"

enum { STAKES = 24, CACHED = 64 };

uint32_t
weight_pack(double w)
{
	float f = (float)w;
	uint32_t bits;

	memcpy(&bits, &f, sizeof(bits));
	return bits;
}

double
weight_of(const struct decision *d)
{
	float f;

	memcpy(&f, &d->group, sizeof(f));
	return f;
}

/* The capitals of all stakes, as logarithms, and what a label does to them. */
struct bets {
	double alpha, largest; /* weight */
	double stake[STAKES];
	double capital[STAKES];
	struct {
		bool used;
		uint32_t group, error;
		double change[STAKES];
	} cache[CACHED];
};

/* Stakes from one that suits n labels up to nearly the whole capital. */
static void
bets_begin(struct bets *b, double alpha, double largest, size_t n)
{
	double high = 0.98 / (1 - alpha),
	       low = fmin(high / 4, 1 / sqrt((double)n));

	*b = (struct bets){ .alpha = alpha, .largest = largest };
	for (int i = 0; i < STAKES; i++)
		b->stake[i] = low * pow(high / low, (double)i / (STAKES - 1));
}

static void
bet(struct bets *b, const struct decision *d)
{
	size_t slot = (d->group * 2654435761U >> 20 ^ d->error) % CACHED;

	if (!b->cache[slot].used || b->cache[slot].group != d->group ||
	    b->cache[slot].error != d->error) {
		double y =
		    weight_of(d) / b->largest * ((double)d->error - b->alpha);
		b->cache[slot].used = true;
		b->cache[slot].group = d->group;
		b->cache[slot].error = d->error;
		for (int i = 0; i < STAKES; i++)
			b->cache[slot].change[i] = log1p(-b->stake[i] * y);
	}
	for (int i = 0; i < STAKES; i++)
		b->capital[i] += b->cache[slot].change[i];
}

/* ln of the average capital. */
static double
evidence(const struct bets *b)
{
	double most = -INFINITY, sum = 0;

	for (int i = 0; i < STAKES; i++)
		most = fmax(most, b->capital[i]);
	for (int i = 0; i < STAKES; i++)
		sum += exp(b->capital[i] - most);
	return most + log(sum / STAKES);
}

static double
log_sum(double x, double y)
{
	double high = fmax(x, y), low = fmin(x, y);

	return high == -INFINITY ? high : high + log1p(exp(low - high));
}

/*
 * ln of a candidate's own e-value times its share, and of the whole of the
 * hypothesis that it and all behind it are too wrong.
 */
struct test {
	double own, all;
};

static struct test *
tests_make(const struct decision *d, size_t n, const struct candidates *c,
    double alpha, double largest)
{
	struct test *test = malloc((c->n + 1) * sizeof(*test));
	struct bets *b = malloc(sizeof(*b));
	double behind = -INFINITY; /* ln of the sum over the starts behind */
	size_t m = 0, starts = 0;

	if (test == NULL || b == NULL)
		memory_exhausted();
	bets_begin(b, alpha, largest, n);
	for (size_t i = 0; i < c->n; i++) {
		for (; m < c->at[i].m; m++)
			bet(b, &d[m]);
		test[i].own = evidence(b);
	}
	for (size_t i = c->n; i-- > 0;) {
		double e = test[i].own;
		test[i].own = starts == 0 ? e : e - log(2);
		test[i].all = starts == 0
				  ? e
				  : log_sum(test[i].own,
					behind - log(2) - log((double)starts));
		if (c->at[i].start) {
			behind = log_sum(behind, e);
			starts++;
		}
	}
	free(b);
	return test;
}

/* The loosest candidate that is refuted, all before it being so; or none. */
static const struct candidate *
walk_down(const struct decision *d, size_t n, const struct candidates *c,
    double alpha, double delta, double largest)
{
	struct test *test = tests_make(d, n, c, alpha, largest);
	const struct candidate *best = NULL;

	for (size_t i = 0; i < c->n && test[i].all >= -log(delta); i++)
		if (test[i].own >= -log(delta))
			best = &c->at[i];
	free(test);
	return best;
}

/* The least alpha that is refuted at a threshold alone; to 1e-6. */
static double
upper_bound(const struct decision *d, size_t m, double delta, double largest)
{
	struct bets *b = malloc(sizeof(*b));
	double low = 0, high = 1;

	if (b == NULL)
		memory_exhausted();
	while (high - low > 1e-6) {
		double middle = (low + high) / 2;
		bets_begin(b, middle, largest, m);
		for (size_t i = 0; i < m; i++)
			bet(b, &d[i]);
		if (evidence(b) >= -log(delta))
			high = middle;
		else
			low = middle;
	}
	free(b);
	return high;
}

static void
describe(const struct decision *d, const struct candidate *x, double delta,
    double largest, struct weighted_proof *out)
{
	double wrong = 0;

	out->found = true;
	out->threshold = x->threshold;
	out->autonomous = x->m;
	out->errors = x->k;
	for (size_t i = 0; i < x->m; i++) {
		out->weight += weight_of(&d[i]);
		wrong += d[i].error ? weight_of(&d[i]) : 0;
	}
	out->error_rate = wrong / out->weight;
	out->error_high = upper_bound(d, x->m, delta, largest);
}

void
prove_weighted(const struct decision *d, size_t n, double largest, double alpha,
    double delta, struct weighted_proof *out)
{
	int low = 0, high = 999;
	struct candidates all, c;
	const struct candidate *x;

	*out = (struct weighted_proof){ .best_alpha = NAN };
	if (n == 0)
		return;
	all = candidates_make(d, n);
	c = candidates_from(&all, proof_minimum(alpha, delta));
	x = walk_down(d, n, &c, alpha, delta, largest);
	if (x != NULL)
		describe(d, x, delta, largest, out);
	else if (walk_down(d, n, &all, 0.999, delta, largest) != NULL) {
		while (high - low > 1) {
			int middle = (low + high) / 2;
			if (walk_down(d, n, &all, middle / 1000.0, delta,
				largest) != NULL)
				high = middle;
			else
				low = middle;
		}
		out->best_alpha = high / 1000.0;
	}
	free(all.at);
}
