/* Intervals of the measures that have no formula for one (measures.h). */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "stats/measures.h"
#include "stats/resample.h"

enum { RESAMPLES = 400, BINS_MOST = 15 };

/* The widths and runs of the bins, as in measures(). */
static const int widths[] = { 10, 15 };
enum { RUNS = 15 };

static const struct {
	enum measure measure;
	bool of_calibration; /* 0 if the confidences are calibrated */
} list[] = {
	{ MEASURE_RELIABILITY, true },
	{ MEASURE_RESOLUTION, false },
	{ MEASURE_UNCERTAINTY, false },
	{ MEASURE_ECE_10, true },
	{ MEASURE_ECE_15, true },
	{ MEASURE_ECE_MASS, true },
	{ MEASURE_MCE, true },
	{ MEASURE_AURC, false },
	{ MEASURE_EAURC, false },
};
enum { LISTED = LENGTH(list) };

/* What calibration error is made of. */
struct bin {
	double n, right, p;
};

static void
bin_add(struct bin *b, const struct cell *c)
{
	double n = c->right + c->wrong;

	b->n += n;
	b->right += c->right;
	b->p += c->p * n;
}

static double
bins_error(const struct bin *bin, int bins, double n, double *largest)
{
	double sum = 0;

	*largest = 0;
	for (int i = 0; i < bins; i++) {
		if (bin[i].n == 0)
			continue;
		sum += fabs(bin[i].right - bin[i].p);
		*largest =
		    fmax(*largest, fabs(bin[i].right - bin[i].p) / bin[i].n);
	}
	return sum / n;
}

static void
calibration_errors(
    const struct cell *c, size_t cells, double n, double value[MEASURES])
{
	struct bin ten[BINS_MOST] = { 0 }, fifteen[BINS_MOST] = { 0 };
	struct bin mass[RUNS] = { 0 };
	double before = 0, unused;

	for (size_t i = 0; i < cells; i++) {
		int run = (int)(before * RUNS / n);
		bin_add(&ten[measure_bin(c[i].p, widths[0])], &c[i]);
		bin_add(&fifteen[measure_bin(c[i].p, widths[1])], &c[i]);
		bin_add(&mass[run < RUNS ? run : RUNS - 1], &c[i]);
		before += c[i].right + c[i].wrong;
	}
	value[MEASURE_ECE_10] =
	    bins_error(ten, widths[0], n, &value[MEASURE_MCE]);
	value[MEASURE_ECE_15] = bins_error(fifteen, widths[1], n, &unused);
	value[MEASURE_ECE_MASS] = bins_error(mass, RUNS, n, &unused);
}

/* Murphy's parts; of mixed cells they would be those of other scores. */
static void
murphy(const struct cell *c, size_t cells, double n, double accuracy,
    double value[MEASURES])
{
	double reliability = 0, resolution = 0;
	bool mixed = false;

	for (size_t i = 0; i < cells; i++) {
		double m = c[i].right + c[i].wrong, right = c[i].right / m;
		mixed |= c[i].mixed;
		if (m == 0)
			continue;
		reliability += m * (c[i].p - right) * (c[i].p - right);
		resolution += m * (right - accuracy) * (right - accuracy);
	}
	value[MEASURE_RELIABILITY] = mixed ? NAN : reliability / n;
	value[MEASURE_RESOLUTION] = mixed ? NAN : resolution / n;
	value[MEASURE_UNCERTAINTY] = accuracy * (1 - accuracy);
}

/*
 * The mean error rate among the first, over all depths, the errors of a cell
 * spread evenly in it: of e of m behind E of A, the integral of
 * (E + x e / m) / (A + x) for x from 0 to m.
 */
static void
risk_coverage(const struct cell *c, size_t cells, double n, double accuracy,
    double value[MEASURES])
{
	double area = 0, seen = 0, errors = 0, wrong = 1 - accuracy, oracle;

	for (size_t i = 0; i < cells; i++) {
		double m = c[i].right + c[i].wrong;
		double rate = m > 0 ? c[i].wrong / m : 0;
		area += rate * m;
		if (seen > 0)
			area += (errors - rate * seen) * log1p(m / seen);
		seen += m;
		errors += c[i].wrong;
	}
	oracle = wrong + (accuracy > 0 ? accuracy * log(accuracy) : 0);
	value[MEASURE_AURC] = area / n;
	value[MEASURE_EAURC] = area / n - oracle;
}

static bool
evaluate(const struct cell *c, size_t cells, double value[MEASURES])
{
	double n = 0, right = 0;

	for (size_t i = 0; i < cells; i++) {
		n += c[i].right + c[i].wrong;
		right += c[i].right;
	}
	if (n == 0)
		return false;
	calibration_errors(c, cells, n, value);
	murphy(c, cells, n, right / n, value);
	risk_coverage(c, cells, n, right / n, value);
	return true;
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* What was drawn of one measure, ascending. */
struct drawn {
	double x[RESAMPLES];
	size_t n;
};

static void
drawn_sort(struct drawn *d)
{
	qsort(d->x, d->n, sizeof(*d->x), compare_doubles);
}

static bool
varies(const struct drawn *d)
{
	return d->n > 0 && d->x[d->n - 1] - d->x[0] > 1e-12;
}

/*
 * The hull of the basic and the percentile interval, moved from the cells'
 * value to the decisions'.
 */
static void
set_interval(
    struct measured *m, double on_cells, const struct drawn *d, double level)
{
	size_t tail = (size_t)((double)d->n * (1 - level) / 2);
	double least = d->x[tail] - on_cells;
	double most = d->x[d->n - 1 - tail] - on_cells;

	m->low = fmax(0, m->value + fmin(least, -most));
	m->high = fmin(1, m->value + fmax(most, -least));
}

/* Draws all measures of cells; those with no decision in them are left out. */
static void
draw_all(struct resampler *r, const struct cell *cell, size_t cells,
    struct drawn drawn[MEASURES])
{
	struct cell *anew = malloc((cells + 1) * sizeof(*anew));
	double value[MEASURES];

	if (anew == NULL)
		memory_exhausted();
	for (int i = 0; i < MEASURES; i++)
		drawn[i].n = 0;
	for (int k = 0; k < RESAMPLES; k++) {
		resample(r, cell, anew, cells);
		if (!evaluate(anew, cells, value))
			continue;
		for (size_t i = 0; i < LISTED; i++) {
			struct drawn *d = &drawn[list[i].measure];
			d->x[d->n++] = value[list[i].measure];
		}
	}
	for (size_t i = 0; i < LISTED; i++)
		drawn_sort(&drawn[list[i].measure]);
	free(anew);
}

/* The same cells, with as many right ones as their confidence says. */
static struct cell *
calibrated_cells(const struct cell *cell, size_t cells)
{
	struct cell *c = malloc((cells + 1) * sizeof(*c));

	if (c == NULL)
		memory_exhausted();
	for (size_t i = 0; i < cells; i++) {
		double n = cell[i].right + cell[i].wrong;
		c[i] = cell[i];
		c[i].right = n * cell[i].p;
		c[i].wrong = n - c[i].right;
	}
	return c;
}

void
measures_intervals(const struct decision *d, size_t n, double level,
    struct measured m[MEASURES])
{
	size_t cells;
	struct cell *cell = cells_make(d, n, widths, 2, &cells);
	struct cell *calibrated = calibrated_cells(cell, cells);
	struct drawn *drawn = malloc(MEASURES * sizeof(*drawn));
	struct resampler *r = resampler_new();
	double value[MEASURES];

	if (drawn == NULL)
		memory_exhausted();
	evaluate(cell, cells, value);
	draw_all(r, cell, cells, drawn);
	for (size_t i = 0; i < LISTED; i++) {
		enum measure k = list[i].measure;
		if (!isnan(value[k]) && varies(&drawn[k]))
			set_interval(&m[k], value[k], &drawn[k], level);
	}
	draw_all(r, calibrated, cells, drawn);
	for (size_t i = 0; i < LISTED; i++) {
		enum measure k = list[i].measure;
		size_t tail = (size_t)((double)drawn[k].n * (1 - level) / 2);
		/* no more than calibrated scores would show by chance */
		if (list[i].of_calibration && drawn[k].n > 0 &&
		    value[k] <= drawn[k].x[drawn[k].n - 1 - tail])
			m[k].low = isnan(m[k].low) ? NAN : 0;
	}
	resampler_free(r);
	free(drawn);
	free(calibrated);
	free(cell);
}
