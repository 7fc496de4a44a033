/* The cheapest threshold (cost.h). */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "stats/cost.h"

enum { CELLS = 1000, RESAMPLES = 1000, SEED = 20260509 };

/* What acting alone saves from here up: the more below 0, the better. */
static double
saved(double errors, double autonomous, double per_error, double per_look)
{
	return per_error * errors - per_look * autonomous;
}

/* Records between two thresholds, strictest cell first. */
struct cell {
	double threshold; /* its lowest confidence */
	double right, wrong;
};

static size_t
cells_make(const struct decision *d, size_t n, double least, struct cell *cell)
{
	struct curve_point p = { 0 }, before = { 0 };
	size_t cells = 0;

	while (curve_next(d, n, &p) && p.threshold >= least) {
		double wrong = (double)(p.errors - before.errors);
		double all = (double)(p.autonomous - before.autonomous);
		if (all * CELLS < (double)n && p.autonomous < n)
			continue;
		cell[cells++] =
		    (struct cell){ p.threshold, all - wrong, wrong };
		before = p;
	}
	return cells;
}

/* The threshold with the least cost in one resample; INFINITY: none alone. */
static double
resample(const struct cell *cell, size_t cells, double per_error,
    double per_look, gsl_rng *rng)
{
	double best = 0, t = INFINITY, errors = 0, autonomous = 0;

	for (size_t i = 0; i < cells; i++) {
		double wrong = gsl_ran_poisson(rng, cell[i].wrong);
		errors += wrong;
		autonomous += wrong + gsl_ran_poisson(rng, cell[i].right);
		double s = saved(errors, autonomous, per_error, per_look);
		if (s < best) {
			best = s;
			t = cell[i].threshold;
		}
	}
	return t;
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
bootstrap(const struct decision *d, size_t n, double least, double level,
    double per_error, double per_look, struct cheapest *out)
{
	struct cell *cell = malloc((CELLS + 2) * sizeof(*cell));
	double *t = malloc(RESAMPLES * sizeof(*t));
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	size_t cells, tail = (size_t)(RESAMPLES * (1 - level) / 2);

	if (cell == NULL || t == NULL || rng == NULL)
		memory_exhausted();
	gsl_rng_set(rng, SEED);
	cells = cells_make(d, n, least, cell);
	for (int i = 0; i < RESAMPLES; i++)
		t[i] = resample(cell, cells, per_error, per_look, rng);
	qsort(t, RESAMPLES, sizeof(*t), compare_doubles);
	out->low = t[tail];
	out->high = t[RESAMPLES - 1 - tail];
	gsl_rng_free(rng);
	free(t);
	free(cell);
}

/* The point that saves most, at or above `least`; all zero: none saves. */
static struct curve_point
best_point(const struct decision *d, size_t n, double least, double most,
    double per_error, double per_look)
{
	struct curve_point p = { 0 }, best = { .threshold = INFINITY };
	double least_cost = 0;

	while (curve_next(d, n, &p) && p.threshold >= least) {
		double s = saved((double)p.errors, (double)p.autonomous,
		    per_error, per_look);
		if (s < least_cost && p.threshold <= most) {
			least_cost = s;
			best = p;
		}
	}
	return best;
}

void
cheapest_threshold(const struct decision *d, size_t n, uint64_t total,
    const struct costs *c, double least, double level, struct cheapest *out)
{
	/* a step below the band saves the review, and what a flagged error
	 * would have cost; without a band, the delay as well */
	double per_error = c->has_flagged ? c->error - c->flagged : c->error;
	double per_look = c->has_flagged ? c->review : c->review + c->delay;
	double all = (double)total;
	struct curve_point whole = { 0 }, band = { 0 };

	*out = (struct cheapest){ .band = NAN };
	out->point = best_point(d, n, least, 2, per_error, per_look);
	bootstrap(d, n, least, level, per_error, per_look, out);
	out->cost =
	    c->error * (double)out->point.errors +
	    (c->review + c->delay) * (all - (double)out->point.autonomous);
	if (c->has_flagged) {
		band = best_point(
		    d, n, 0, out->point.threshold, c->flagged, c->delay);
		if (band.autonomous > out->point.autonomous) {
			out->band = band.threshold;
			out->cost += c->flagged * (double)(band.errors -
							   out->point.errors) -
				     c->delay * (double)(band.autonomous -
							 out->point.autonomous);
		}
	}
	if (n > 0) {
		double none = -1;
		curve_at(d, n, &none, 1, &whole);
	}
	out->all_reviewed = (c->review + c->delay) * all;
	out->none_reviewed = c->error * (double)whole.errors +
			     (c->review + c->delay) * (all - (double)n);
}
