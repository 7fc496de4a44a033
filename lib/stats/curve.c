/* What a threshold does to labelled decisions (curve.h). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "stats/curve.h"

enum { GRID_MAX = 1000000 };

struct wish {
	size_t above; /* records at or above the threshold */
	size_t index; /* of the threshold asked for */
};

static int
by_above(const void *a, const void *b)
{
	const struct wish *x = a, *y = b;

	return (x->above > y->above) - (x->above < y->above);
}

void
curve_at(const struct decision *d, size_t n, const double *t, size_t m,
    struct curve_point *out)
{
	struct wish *wish = malloc((m + 1) * sizeof(*wish));
	uint64_t errors = 0;
	size_t at = 0;

	if (wish == NULL)
		memory_exhausted();
	for (size_t i = 0; i < m; i++)
		wish[i] = (struct wish){ decisions_above(d, n, t[i]), i };
	qsort(wish, m, sizeof(*wish), by_above);
	for (size_t i = 0; i < m; i++) {
		for (; at < wish[i].above; at++)
			errors += d[at].error;
		out[wish[i].index] =
		    (struct curve_point){ t[wish[i].index], at, errors };
	}
	free(wish);
}

bool
curve_next(const struct decision *d, size_t n, struct curve_point *p)
{
	size_t i = p->autonomous;

	if (i == n)
		return false;
	p->threshold = d[i].confidence;
	for (; i < n && d[i].confidence == p->threshold; i++)
		p->errors += d[i].error;
	p->autonomous = i;
	return true;
}

int
grid_make(double a, double b, double step, int decimals, double **t, size_t *m)
{
	char text[64];
	double count;

	if (!(step > 0) || !(b > a) || a < 0 || b > 1 + step)
		return -1;
	/* half a step's tolerance: 0.5:1:0.01 has 50 points, not 51 */
	count = ceil((b - a) / step - 1e-9);
	if (count < 1 || count > GRID_MAX)
		return -1;
	*m = (size_t)count;
	if ((*t = malloc(*m * sizeof(**t))) == NULL)
		memory_exhausted();
	for (size_t i = 0; i < *m; i++) {
		snprintf(
		    text, sizeof(text), "%.*f", decimals, a + (double)i * step);
		(*t)[i] = strtod(text, NULL);
	}
	return 0;
}

bool
empirical_threshold(const struct decision *d, size_t n, const double *t,
    size_t m, double most, struct curve_point *out)
{
	struct curve_point *p = malloc((m + 1) * sizeof(*p));
	bool found = false;

	if (p == NULL)
		memory_exhausted();
	curve_at(d, n, t, m, p);
	for (size_t i = 0; i < m && !found; i++)
		if (p[i].autonomous > 0 &&
		    (double)p[i].errors / (double)p[i].autonomous <= most) {
			*out = p[i];
			found = true;
		}
	free(p);
	return found;
}
