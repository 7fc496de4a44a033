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

/* A cell down to each threshold; from the strictest on. */
static struct cell *
cells_down_to(const struct decision *d, size_t n, const double *among, size_t m)
{
	struct curve_point *p = malloc((m + 1) * sizeof(*p));
	struct cell *cell = malloc((m + 1) * sizeof(*cell));
	double wrong = 0, all = 0;

	if (p == NULL || cell == NULL)
		memory_exhausted();
	curve_at(d, n, among, m, p);
	for (size_t i = 0; i < m; i++) {
		double errors = (double)p[i].errors - wrong;
		wrong += errors;
		cell[i] = (struct cell){ .lowest = among[i],
			.wrong = errors,
			.right = (double)p[i].autonomous - all - errors };
		all = (double)p[i].autonomous;
	}
	free(p);
	return cell;
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
bootstrap(const struct cell *cell, size_t cells, double level, double per_error,
    double per_look, struct cheapest *out)
{
	size_t tail = (size_t)(RESAMPLES * (1 - level) / 2);
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
}

/* The point that saves most; all but its threshold zero: none saves. */
static struct curve_point
best_point(const struct decision *d, size_t n, double most, double per_error,
    double per_look)
{
	struct curve_point p = { 0 }, best = { .threshold = INFINITY };
	double least_cost = 0;

	while (curve_next(d, n, &p)) {
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
    const struct costs *c, const double *among, size_t m, double level,
    struct cheapest *out)
{
	/* a step below the band saves the review, and what a flagged error
	 * would have cost; without a band, the delay as well */
	double per_error = c->has_flagged ? c->error - c->flagged : c->error;
	double per_look = c->has_flagged ? c->review : c->review + c->delay;
	double all = (double)total;
	struct curve_point whole = { 0 }, band = { 0 };

	struct cell *cell;

	*out = (struct cheapest){ .band = NAN };
	if (among == NULL) {
		cell = cells_make(d, n, NULL, 0, &m);
		out->point = best_point(d, n, 2, per_error, per_look);
	} else {
		double t;
		cell = cells_down_to(d, n, among, m);
		t = cheapest_cell(cell, m, per_error, per_look);
		curve_at(d, n, &t, 1, &out->point);
	}
	bootstrap(cell, m, level, per_error, per_look, out);
	free(cell);
	out->cost =
	    c->error * (double)out->point.errors +
	    (c->review + c->delay) * (all - (double)out->point.autonomous);
	if (c->has_flagged) {
		band = best_point(
		    d, n, out->point.threshold, c->flagged, c->delay);
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

double
break_even(const struct costs *k)
{
	double t = 1 - (k->review + k->delay) / k->error;

	if (k->has_flagged)
		t = fmax(t, 1 - k->review / (k->error - k->flagged));
	return fmax(0, t);
}
