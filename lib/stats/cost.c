/* The cheapest threshold (cost.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "stats/cost.h"
#include "stats/resample.h"

enum { RESAMPLES = 1000 };

/*
 * What a decision costs a step less cautious: alone and no longer under
 * review, under review and no longer by a person.  Without a band the first
 * is both.
 */
struct step {
	double error, look;
	double flagged, delay;
};

/* What such a step saves from here up: the more below 0, the better. */
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

/* Those, and those of what is below them all, where a band may still be. */
static struct cell *
cells_and_below(const struct decision *d, size_t n, const double *among,
    size_t m, size_t *k)
{
	struct cell *cell = cells_down_to(d, n, among, m), *below;
	size_t above = 0;

	for (size_t i = 0; i < m; i++)
		above += (size_t)(cell[i].wrong + cell[i].right);
	below = cells_make(d + above, n - above, NULL, 0, k);
	cell = realloc(cell, (m + *k + 1) * sizeof(*cell));
	if (cell == NULL)
		memory_exhausted();
	if (*k > 0)
		memcpy(cell + m, below, *k * sizeof(*cell));
	*k += m;
	free(below);
	return cell;
}

/*
 * The threshold and the band from the top down: the band is nowhere above,
 * so the best threshold so far goes with each place for the band.
 */
struct descent {
	double alone, best; /* what is saved at least so far, by both */
	struct curve_point candidate, point;
};

static void
descend(struct descent *x, const struct step *s, const struct curve_point *p,
    bool may)
{
	double errors = (double)p->errors, n = (double)p->autonomous;
	double alone = saved(errors, n, s->error, s->look), both;

	if (may && alone < x->alone) {
		x->alone = alone;
		x->candidate = *p;
	}
	both = x->alone + saved(errors, n, s->flagged, s->delay);
	if (both < x->best) {
		x->best = both;
		x->point = x->candidate;
	}
}

static const struct descent top = { .candidate.threshold = INFINITY,
	.point.threshold = INFINITY };

/* The cheapest threshold among cells[m]; INFINITY: none acts alone. */
static double
cheapest_cell(
    const struct cell *cell, size_t cells, size_t m, const struct step *s)
{
	struct descent x = top;
	double errors = 0, n = 0;

	for (size_t i = 0; i < cells; i++) {
		errors += cell[i].wrong;
		n += cell[i].wrong + cell[i].right;
		struct curve_point p = { cell[i].lowest, (uint64_t)n,
			(uint64_t)errors };
		descend(&x, s, &p, i < m);
	}
	return x.point.threshold;
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
bootstrap(const struct cell *cell, size_t cells, size_t m, double level,
    const struct step *s, struct cheapest *out)
{
	size_t tail = (size_t)(RESAMPLES * (1 - level) / 2);
	struct cell *anew = malloc((cells + 1) * sizeof(*anew));
	double *t = malloc(RESAMPLES * sizeof(*t));
	struct resampler *r = resampler_new();

	if (anew == NULL || t == NULL)
		memory_exhausted();
	for (int i = 0; i < RESAMPLES; i++) {
		resample(r, cell, anew, cells);
		t[i] = cheapest_cell(anew, cells, m, s);
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
best_point(const struct decision *d, size_t n, const struct step *s)
{
	struct curve_point p = { 0 };
	struct descent x = top;

	while (curve_next(d, n, &p))
		descend(&x, s, &p, true);
	return x.point;
}

/* From where on answers go out under review; `alone` itself: from nowhere. */
static struct curve_point
best_band(const struct decision *d, size_t n, const struct step *s,
    const struct curve_point *alone)
{
	struct curve_point p = { 0 }, best = *alone;
	double least = saved((double)alone->errors, (double)alone->autonomous,
	    s->flagged, s->delay);

	while (curve_next(d, n, &p)) {
		double x = saved((double)p.errors, (double)p.autonomous,
		    s->flagged, s->delay);
		if (x < least && p.autonomous > alone->autonomous) {
			least = x;
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
	const struct step s = c->has_flagged
				  ? (struct step){ c->error - c->flagged,
					    c->review, c->flagged, c->delay }
				  : (struct step){ .error = c->error,
					    .look = c->review + c->delay };
	double all = (double)total, t;
	struct curve_point whole = { 0 }, band;
	struct cell *cell;
	size_t cells = m;

	*out = (struct cheapest){ .band = NAN };
	if (among == NULL) {
		cell = cells_make(d, n, NULL, 0, &cells);
		m = cells;
		out->point = best_point(d, n, &s);
	} else {
		cell = c->has_flagged ? cells_and_below(d, n, among, m, &cells)
				      : cells_down_to(d, n, among, m);
		t = cheapest_cell(cell, cells, m, &s);
		curve_at(d, n, &t, 1, &out->point);
	}
	bootstrap(cell, cells, m, level, &s, out);
	free(cell);
	out->cost =
	    c->error * (double)out->point.errors +
	    (c->review + c->delay) * (all - (double)out->point.autonomous);
	if (c->has_flagged) {
		band = best_band(d, n, &s, &out->point);
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
