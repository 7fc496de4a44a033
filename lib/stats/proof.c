/* A threshold with a guarantee (proof.h). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "stats/interval.h"
#include "stats/proof.h"

enum { KEPT_DIGITS = 4 };

/* The cell of a confidence: v(c) = 1 - kept * 10^(exponent - 3). */
struct cell {
	int exponent; /* of 1 - c; 1: no cell, v is next to c */
	double kept; /* whole, 999 to 9999 */
};

static struct cell
cell_of(double c)
{
	double rest = 1 - c;
	int exponent;

	if (c >= 1 || c < 0)
		return (struct cell){ 1, 0 };
	exponent = (int)floor(log10(rest));
	if (exponent < -11) /* doubles near 1 have no digits left */
		return (struct cell){ 1, 0 };
	/* strictly less than rest, but for what 1 - c was rounded by */
	return (struct cell){ exponent,
		ceil(rest * pow(10, KEPT_DIGITS - 1 - exponent) - 1e-6) - 1 };
}

static double
above_cell(struct cell cell, double c)
{
	char text[64];
	int digits = KEPT_DIGITS - 1 - cell.exponent;
	double v;

	if (cell.exponent == 1)
		return nextafter(c, INFINITY);
	snprintf(text, sizeof(text), "%.*f", digits,
	    1 - cell.kept / pow(10, digits));
	v = strtod(text, NULL);
	return v > c ? v : nextafter(c, INFINITY);
}

double
candidate_above(double c)
{
	return above_cell(cell_of(c), c);
}

uint64_t
proof_minimum(double alpha, double delta)
{
	return (uint64_t)ceil(log(delta) / log1p(-alpha));
}

/* The walk down the candidates. */
struct walk {
	const struct decision *d;
	size_t n;
	double alpha, delta;
	double carry; /* from the run behind */
	int started; /* shares given out */
	struct proof *best;
	bool any; /* stop at the first rejection */
};

/*
 * A p-value that cannot be at or below `level` need not be computed.  At
 * k >= alpha * m it is above 1/4: P(X <= mp) > 1/4 if m (1 - p) > 1
 * (Greenberg & Mohri 2014, for m - X), and else k >= m - 1, where it is at
 * least 1 - 1/e.  And an m below the zero-error minimum of the level
 * cannot reach it at all.
 */
static bool
hopeless(const struct walk *w, uint64_t k, uint64_t m, double level)
{
	if ((double)k >= w->alpha * (double)m && k >= 1 && level < 0.25)
		return true;
	return (double)m * log1p(-w->alpha) > log(level);
}

/* Tests one candidate: the m strictest records, k of them wrong. */
static void
test(struct walk *w, double threshold, uint64_t m, uint64_t k, double share)
{
	double level = w->carry + share, p;

	w->carry = 0;
	if (level <= 0 || m == 0 || hopeless(w, k, m, level))
		return;
	p = binomial_cdf(k, m, w->alpha);
	if (!(p <= level)) /* nor does a NaN prove anything */
		return;
	w->carry = level;
	if (w->best->found && m <= w->best->autonomous)
		return;
	w->best->found = true;
	w->best->threshold = threshold;
	w->best->autonomous = m;
	w->best->errors = k;
	w->best->p_value = p;
	w->best->level = level;
}

/* The shares of the start points up to the m-th record not yet given out. */
static double
shares(struct walk *w, size_t m)
{
	int reached = (int)((double)m / (double)w->n * PROOF_STARTS + 1e-9);
	double share = (reached - w->started) * w->delta / PROOF_STARTS;

	w->started = reached;
	return share;
}

static void
walk_down(struct walk *w)
{
	struct cell cell, last = { 2, 0 };
	uint64_t errors = 0;
	size_t i = 0, above = 0; /* records at or above the candidate */
	double c, v, last_v = INFINITY;

	while (i < w->n && !(w->any && w->best->found)) {
		c = w->d[i].confidence;
		for (; i < w->n && w->d[i].confidence == c; i++)
			;
		cell = cell_of(c);
		if (cell.exponent != 1 && cell.exponent == last.exponent &&
		    cell.kept == last.kept)
			continue; /* the same candidate again */
		last = cell;
		v = above_cell(cell, c);
		if (v >= last_v)
			continue; /* a decade's edge: not below the last */
		last_v = v;
		for (; w->d[above].confidence >= v; above++)
			errors += w->d[above].error;
		test(w, v, above, errors, shares(w, above));
	}
	if (w->n == 0 || (w->any && w->best->found))
		return;
	for (; above < w->n; above++)
		errors += w->d[above].error;
	test(w, 0, w->n, errors, shares(w, w->n));
}

static bool
provable(const struct decision *d, size_t n, double alpha, double delta)
{
	struct proof best = { 0 };
	struct walk w = { .d = d,
		.n = n,
		.alpha = alpha,
		.delta = delta,
		.best = &best,
		.any = true };

	walk_down(&w);
	return best.found;
}

/* Bisection over thousandths; what is provable grows with alpha. */
static double
best_alpha(const struct decision *d, size_t n, double delta)
{
	int low = 0, high = 999;

	if (n == 0 || !provable(d, n, 0.999, delta))
		return NAN;
	while (high - low > 1) {
		int middle = (low + high) / 2;
		if (provable(d, n, middle / 1000.0, delta))
			high = middle;
		else
			low = middle;
	}
	return high / 1000.0;
}

/* How many times as many records with this error mix would do. */
static double
factor_needed(uint64_t k, uint64_t m, double alpha, double level)
{
	double low = 1, high = 2;

#define P(f)                                                                   \
	binomial_cdf((uint64_t)ceil((f) * (double)k),                          \
	    (uint64_t)((f) * (double)m), alpha)
	while (P(high) > level) {
		if (high > 1e9)
			return INFINITY;
		high *= 2;
	}
	while (high - low > 1e-3 * high) {
		double middle = (low + high) / 2;
		if (P(middle) > level)
			low = middle;
		else
			high = middle;
	}
#undef P
	return high;
}

/*
 * A look at up to 200 ranks is enough for an estimate of the labels needed;
 * each is moved down to the end of its tie, where a threshold can be.
 */
static uint64_t
labels_needed(const struct decision *d, size_t n, double alpha, double delta)
{
	const size_t looks = n < 200 ? n : 200;
	double least = INFINITY;
	uint64_t errors = 0;
	size_t at = 0;

	for (size_t i = 1; i <= looks; i++) {
		size_t rank = n * i / looks;
		double f;
		if (rank <= at)
			continue; /* in the tie of the last look */
		for (; at < n &&
		       (at < rank || d[at].confidence == d[at - 1].confidence);
		     at++)
			errors += d[at].error;
		if ((double)errors >= alpha * (double)at)
			continue;
		f = factor_needed(errors, at, alpha, delta / PROOF_STARTS);
		least = fmin(least, f);
	}
	return isfinite(least) ? (uint64_t)ceil(least * (double)n) : 0;
}

void
prove_threshold(const struct decision *d, size_t n, double alpha, double delta,
    struct proof *out)
{
	struct walk w = {
		.d = d, .n = n, .alpha = alpha, .delta = delta, .best = out
	};

	*out = (struct proof){ .best_alpha = NAN };
	out->minimum = proof_minimum(alpha, delta);
	walk_down(&w);
	if (out->found)
		return;
	out->best_alpha = best_alpha(d, n, delta);
	out->labels = labels_needed(d, n, alpha, delta);
}
