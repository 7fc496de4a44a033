/* A threshold with a guarantee (proof.h). */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/array.h"
#include "stats/candidates.h"
#include "stats/crossing.h"
#include "stats/interval.h"
#include "stats/proof.h"

uint64_t
proof_minimum(double alpha, double delta)
{
	return (uint64_t)ceil(log(delta) / log1p(-alpha));
}

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

/* A candidate as it is tested. */
struct test {
	double p;
	double strongest; /* the least p of the starts behind it; 1: none */
	size_t next_start; /* the first of them, by its number */
};

static struct test *
tests_make(const struct candidates *c, double alpha)
{
	struct test *test = malloc((c->n + 1) * sizeof(*test));
	size_t start = c->starts;
	double strongest = 1;

	if (test == NULL)
		memory_exhausted();
	for (size_t i = c->n; i-- > 0;) {
		const struct candidate *x = &c->at[i];
		test[i] = (struct test){ p_value(x->k, x->m, alpha), strongest,
			start };
		if (x->start) {
			strongest = fmin(strongest, test[i].p);
			start--;
		}
	}
	return test;
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
own_share(const struct walk *w, const struct test *x)
{
	double behind = (double)(w->c->starts - x->next_start);

	return w->delta *
	       (1 - (1 - PROOF_SHARE) * behind / (double)w->c->starts);
}

/* Whether "all from here on are too wrong" is rejected by a start behind. */
static bool
rejected_from_behind(struct walk *w, uint64_t m, const struct test *x)
{
	double own = own_share(w, x);
	size_t behind = w->c->starts - x->next_start;

	if (behind == 0 || x->strongest > w->delta)
		return false;
	if (own + (double)behind * x->strongest <= w->delta)
		return true; /* the sum bounds it */
	/* a hair above, so that the strongest is among those counted */
	crossing_for(w, x->strongest * (1 + 1e-9));
	struct look here = { m, count_within(m, w->alpha, own) };
	return crossing_probability(w->crossing, here, x->next_start) <=
	       w->delta;
}

struct thresholds {
	double *t; /* [n], malloc'ed */
	size_t n, cap;
};

/* The loosest that may be promised in *best; in *all, if not NULL, each. */
static void
walk_down(const struct candidates *c, double alpha, double delta,
    struct proof *best, struct thresholds *all)
{
	struct walk w = { .c = c, .alpha = alpha, .delta = delta };
	struct test *test = tests_make(c, alpha);

	for (size_t i = 0; i < c->n; i++) {
		const struct candidate *x = &c->at[i];
		double own = own_share(&w, &test[i]);
		if (test[i].p > own) {
			if (!rejected_from_behind(&w, x->m, &test[i]))
				break;
			continue;
		}
		best->found = true;
		best->threshold = x->threshold;
		best->autonomous = x->m;
		best->errors = x->k;
		best->p_value = test[i].p;
		best->level = own;
		if (all != NULL) {
			VEC_ROOM(all->t, all->n, all->cap);
			all->t[all->n++] = x->threshold;
		}
	}
	free(test);
	crossing_free(w.crossing);
}

static void
find(const struct candidates *of, double alpha, double delta,
    struct proof *best, struct thresholds *all)
{
	struct candidates c = candidates_from(of, proof_minimum(alpha, delta));

	walk_down(&c, alpha, delta, best, all);
}

size_t
proven_thresholds(
    const struct decision *d, size_t n, double alpha, double delta, double **t)
{
	struct candidates c = candidates_make(d, n);
	struct thresholds all = { 0 };
	struct proof loosest = { 0 };

	find(&c, alpha, delta, &loosest, &all);
	free(c.at);
	*t = all.t;
	return all.n;
}

/* Bisection over thousandths; what is provable grows with alpha. */
static double
least_alpha(const struct candidates *c, double delta, uint64_t autonomous)
{
	int low = 0, high = 1000;

	while (high - low > 1) {
		int middle = (low + high) / 2;
		struct proof p = { 0 };
		find(c, middle / 1000.0, delta, &p, NULL);
		if (p.found && p.autonomous >= autonomous)
			high = middle;
		else
			low = middle;
	}
	return high == 1000 ? NAN : high / 1000.0;
}

double
provable_error(
    const struct decision *d, size_t n, double delta, uint64_t autonomous)
{
	struct candidates c = candidates_make(d, n);
	double alpha = least_alpha(&c, delta, autonomous);

	free(c.at);
	return alpha;
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
 * A look at up to 200 ranks is enough for an estimate of the labels needed,
 * at a fifth of delta, which is what a start gets at worst, or nearly;
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
	struct candidates c;

	*out = (struct proof){ .best_alpha = NAN };
	out->minimum = proof_minimum(alpha, delta);
	c = candidates_make(d, n);
	find(&c, alpha, delta, out, NULL);
	if (!out->found)
		out->best_alpha = least_alpha(&c, delta, 1);
	free(c.at);
	if (!out->found)
		out->labels = labels_needed(d, n, alpha, delta);
}
