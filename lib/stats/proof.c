/* A threshold with a guarantee (proof.h). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "stats/crossing.h"
#include "stats/interval.h"
#include "stats/proof.h"

enum { KEPT_DIGITS = 4 };
/* Candidates are looked at in steps of so many records more. */
static const double CLOSE = 1.005;

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

/* A candidate threshold: the m strictest records, k of them wrong. */
struct candidate {
	double threshold;
	uint64_t m, k;
	double p; /* P(Bin(m, alpha) <= k); 1 where it is above 1/4 */
	bool start;
	double strongest; /* the least p of the starts behind it; 1: none */
	size_t next_start; /* the first of them, by its number */
};

struct candidates {
	struct candidate *at;
	size_t n, cap;
	size_t starts;
	double target; /* the next start is the last candidate below it */
};

/*
 * The p-value.  At k >= alpha * m it is above 1/4: P(X <= mp) > 1/4 if
 * m (1 - p) > 1 (Greenberg & Mohri 2014, for m - X), and else k >= m - 1,
 * where it is at least 1 - 1/e.
 */
static double
p_value(uint64_t k, uint64_t m, double alpha)
{
	double p;

	if ((double)k >= alpha * (double)m && k >= 1)
		return 1;
	p = binomial_cdf(k, m, alpha);
	return isnan(p) ? 1 : p; /* a NaN proves nothing */
}

static void
mark_start(struct candidates *c, uint64_t minimum)
{
	struct candidate *last = c->n == 0 ? NULL : &c->at[c->n - 1];

	if (last == NULL || last->start || last->m < minimum)
		return;
	last->start = true;
	c->starts++;
}

/*
 * Takes the next looser candidate.  The one before it stays if it is a
 * start, or if it is at least CLOSE looser than the one kept before.
 */
static void
add_candidate(struct candidates *c, struct candidate x, size_t n, double delta,
    double alpha)
{
	if (x.m == 0 || (c->n > 0 && x.m == c->at[c->n - 1].m))
		return;
	for (; (double)x.m > c->target && c->target < 0.99 * (double)n;
	     c->target *= PROOF_RATIO)
		mark_start(c, proof_minimum(alpha, delta));
	if (c->n > 0 && !c->at[c->n - 1].start &&
	    (c->starts == 0 ||
		(c->n > 1 && (double)c->at[c->n - 1].m <
				 CLOSE * (double)c->at[c->n - 2].m)))
		c->n--; /* none before the first start are wanted, either */
	VEC_ROOM(c->at, c->n, c->cap);
	c->at[c->n++] = x;
}

/* All of them, strictest first: from the first start to the last record. */
static struct candidates
candidates_make(const struct decision *d, size_t n, double alpha, double delta)
{
	struct candidates c = { .target = (double)n };
	struct cell cell, last = { 2, 0 };
	double v, last_v = INFINITY;
	uint64_t k = 0;
	size_t m = 0;

	for (int i = 0; c.target / PROOF_RATIO >= PROOF_LEAST * (double)n;)
		c.target = (double)n / pow(PROOF_RATIO, ++i);
	for (size_t i = 0; i < n;) {
		double confidence = d[i].confidence;
		for (; i < n && d[i].confidence == confidence; i++)
			;
		cell = cell_of(confidence);
		if (cell.exponent != 1 && cell.exponent == last.exponent &&
		    cell.kept == last.kept)
			continue; /* the same candidate again */
		last = cell;
		v = above_cell(cell, confidence);
		if (v >= last_v)
			continue; /* a decade's edge: not below the last */
		last_v = v;
		for (; d[m].confidence >= v; m++)
			k += d[m].error;
		add_candidate(&c,
		    (struct candidate){ .threshold = v, .m = m, .k = k }, n,
		    delta, alpha);
	}
	for (; m < n; m++)
		k += d[m].error;
	add_candidate(
	    &c, (struct candidate){ .m = n, .k = k }, n, delta, alpha);
	mark_start(&c, proof_minimum(alpha, delta));
	if (c.starts == 0)
		c.n = 0;
	return c;
}

/* p-values, and what stands behind each. */
static void
candidates_look(struct candidates *c, double alpha)
{
	double strongest = 1;
	size_t start = c->starts;

	for (size_t i = c->n; i-- > 0;) {
		struct candidate *x = &c->at[i];
		x->p = p_value(x->k, x->m, alpha);
		x->strongest = strongest;
		x->next_start = start;
		if (x->start) {
			strongest = fmin(strongest, x->p);
			start--;
		}
	}
}

/* The largest count whose p-value is at most `level`; -1: none is. */
static int64_t
count_within(uint64_t m, double alpha, double level)
{
	int64_t low = -1, high = (int64_t)m; /* p > level at high */

	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;
		if (binomial_cdf((uint64_t)middle, m, alpha) <= level)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The walk down the candidates. */
struct walk {
	const struct candidates *c;
	double alpha, delta;
	/* of starts that are as strong as `strongest` */
	double strongest;
	struct crossing *crossing;
};

static void
crossing_for(struct walk *w, double strongest)
{
	struct look *look;
	size_t n = 0;

	if (w->crossing != NULL && w->strongest == strongest)
		return;
	crossing_free(w->crossing);
	look = malloc(w->c->starts * sizeof(*look));
	if (look == NULL)
		memory_exhausted();
	for (size_t i = 0; i < w->c->n; i++)
		if (w->c->at[i].start)
			look[n++] = (struct look){ w->c->at[i].m,
				count_within(
				    w->c->at[i].m, w->alpha, strongest) };
	w->crossing = crossing_new(w->alpha, look, n);
	w->strongest = strongest;
	free(look);
}

/* What a candidate's own p-value may be, the rest is for those behind it. */
static double
own_share(const struct walk *w, const struct candidate *x)
{
	return x->next_start == w->c->starts ? w->delta
					     : PROOF_SHARE * w->delta;
}

/* Whether "all from here on are too wrong" is rejected by a start behind. */
static bool
rejected_from_behind(struct walk *w, const struct candidate *x)
{
	double own = own_share(w, x);
	size_t behind = w->c->starts - x->next_start;

	if (behind == 0 || x->strongest > w->delta)
		return false;
	if (own + (double)behind * x->strongest <= w->delta)
		return true; /* the sum bounds it */
	/* a hair above, so that the strongest is among those counted */
	crossing_for(w, x->strongest * (1 + 1e-9));
	struct look here = { x->m, count_within(x->m, w->alpha, own) };
	return crossing_probability(w->crossing, here, x->next_start) <=
	       w->delta;
}

static void
walk_down(
    const struct candidates *c, double alpha, double delta, struct proof *best)
{
	struct walk w = { .c = c, .alpha = alpha, .delta = delta };

	for (size_t i = 0; i < c->n; i++) {
		const struct candidate *x = &c->at[i];
		if (x->p > own_share(&w, x)) {
			if (!rejected_from_behind(&w, x))
				break;
			continue;
		}
		best->found = true;
		best->threshold = x->threshold;
		best->autonomous = x->m;
		best->errors = x->k;
		best->p_value = x->p;
		best->level = own_share(&w, x);
	}
	crossing_free(w.crossing);
}

static void
find(const struct decision *d, size_t n, double alpha, double delta,
    struct proof *best)
{
	struct candidates c;

	if (n == 0)
		return;
	c = candidates_make(d, n, alpha, delta);
	candidates_look(&c, alpha);
	walk_down(&c, alpha, delta, best);
	free(c.at);
}

static bool
provable(const struct decision *d, size_t n, double alpha, double delta)
{
	struct proof best = { 0 };

	find(d, n, alpha, delta, &best);
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
		f = factor_needed(errors, at, alpha, delta / 5);
		least = fmin(least, f);
	}
	return isfinite(least) ? (uint64_t)ceil(least * (double)n) : 0;
}

void
prove_threshold(const struct decision *d, size_t n, double alpha, double delta,
    struct proof *out)
{
	*out = (struct proof){ .best_alpha = NAN };
	out->minimum = proof_minimum(alpha, delta);
	find(d, n, alpha, delta, out);
	if (out->found)
		return;
	out->best_alpha = best_alpha(d, n, delta);
	out->labels = labels_needed(d, n, alpha, delta);
}
