/* The cheapest threshold (cost.h). */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "stats/cost.h"
#include "stats/resample.h"

enum { RESAMPLES = 1000 };

/* What acting alone saves from here up: the more below 0, the better. */
static double
saved(double errors, double autonomous, double per_error, double per_look)
{
	return per_error * errors - per_look * autonomous;
}

/* The threshold with the least cost among cells; INFINITY: none alone. */
static double
cheapest_cell(
    const struct cell *cell, size_t cells, double per_error, double per_look)
{
	double best = 0, t = INFINITY, errors = 0, autonomous = 0;

	for (size_t i = 0; i < cells; i++) {
		errors += cell[i].wrong;
		autonomous += cell[i].wrong + cell[i].right;
		double s = saved(errors, autonomous, per_error, per_look);
		if (s < best) {
			best = s;
			t = cell[i].lowest;
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
	size_t cells, tail = (size_t)(RESAMPLES * (1 - level) / 2);
	struct cell *cell = cells_make(d, n, least, NULL, 0, &cells);
	struct cell *anew = malloc((cells + 1) * sizeof(*anew));
	double *t = malloc(RESAMPLES * sizeof(*t));
	struct resampler *r = resampler_new();

	if (anew == NULL || t == NULL)
		memory_exhausted();
	for (int i = 0; i < RESAMPLES; i++) {
		resample(r, cell, anew, cells);
		t[i] = cheapest_cell(anew, cells, per_error, per_look);
	}
	qsort(t, RESAMPLES, sizeof(*t), compare_doubles);
	out->low = t[tail];
	out->high = t[RESAMPLES - 1 - tail];
	resampler_free(r);
	free(t);
	free(anew);
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
