/* The bootstrap on many decisions (resample.h). */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "stats/curve.h"
#include "stats/measures.h"
#include "stats/quiet.h"
#include "stats/resample.h"

enum { CELLS = 1000, SEED = 20260509 };
/* From here on a Poisson is drawn as a rounded normal. */
static const double LARGE = 50;

struct resampler {
	gsl_rng *rng;
};

/* Whether an edge lies between two confidences. */
static bool
edge_between(double a, double b, const int *edges, size_t nedges)
{
	for (size_t i = 0; i < nedges; i++)
		if (measure_bin(a, edges[i]) != measure_bin(b, edges[i]))
			return true;
	return false;
}

struct cell *
cells_make(const struct decision *d, size_t n, const int *edges, size_t nedges,
    size_t *cells)
{
	struct curve_point p = { 0 }, before;
	struct cell *cell = NULL;
	size_t cap = 0;
	bool full = true;

	*cells = 0;
	for (before = p; curve_next(d, n, &p); before = p) {
		double wrong = (double)(p.errors - before.errors);
		double all = (double)(p.autonomous - before.autonomous), in;
		struct cell *last = *cells == 0 ? NULL : &cell[*cells - 1];
		if (full ||
		    edge_between(last->lowest, p.threshold, edges, nedges)) {
			VEC_ROOM(cell, *cells, cap);
			last = &cell[(*cells)++];
			*last = (struct cell){ 0 };
		} else {
			last->mixed = true;
		}
		in = last->right + last->wrong;
		last->p = (last->p * in + p.threshold * all) / (in + all);
		last->lowest = p.threshold;
		last->wrong += wrong;
		last->right += all - wrong;
		full = (in + all) * CELLS >= (double)n;
	}
	return cell;
}

struct resampler *
resampler_new(void)
{
	struct resampler *r = malloc(sizeof(*r));

	gsl_quiet();
	if (r == NULL || (r->rng = gsl_rng_alloc(gsl_rng_mt19937)) == NULL)
		memory_exhausted();
	gsl_rng_set(r->rng, SEED);
	return r;
}

void
resampler_free(struct resampler *r)
{
	gsl_rng_free(r->rng);
	free(r);
}

static double
poisson(gsl_rng *rng, double mean)
{
	if (mean == 0)
		return 0;
	if (mean < LARGE)
		return gsl_ran_poisson(rng, mean);
	return fmax(0, rint(mean + gsl_ran_gaussian_ziggurat(rng, sqrt(mean))));
}

void
resample(
    struct resampler *r, const struct cell *from, struct cell *to, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		to[i] = from[i];
		to[i].right = poisson(r->rng, from[i].right);
		to[i].wrong = poisson(r->rng, from[i].wrong);
	}
}
