/* The candidates of a proof (candidates.h). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "stats/candidates.h"

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

static void
mark_start(struct candidates *c)
{
	struct candidate *last = c->n == 0 ? NULL : &c->at[c->n - 1];

	if (last == NULL || last->start)
		return;
	last->start = true;
	c->starts++;
}

/*
 * Takes the next looser candidate.  The one before it stays if it is a
 * start, or if it is a step looser than the one kept before.
 */
static void
add_candidate(struct candidates *c, struct candidate x, size_t n)
{
	if (x.m == 0 || (c->n > 0 && x.m == c->at[c->n - 1].m))
		return;
	for (; (double)x.m > c->target && c->target < 0.99 * (double)n;
	     c->target *= CANDIDATE_RATIO)
		mark_start(c);
	if (c->n > 0 && !c->at[c->n - 1].start &&
	    (c->starts == 0 ||
		(c->n > 1 && (double)c->at[c->n - 1].m <
				 CANDIDATE_STEP * (double)c->at[c->n - 2].m)))
		c->n--; /* none before the first start are wanted, either */
	VEC_ROOM(c->at, c->n, c->cap);
	c->at[c->n++] = x;
}

struct candidates
candidates_make(const struct decision *d, size_t n)
{
	struct candidates c = { .target = (double)n };
	struct cell cell, last = { 2, 0 };
	double v, last_v = INFINITY;
	uint64_t k = 0;
	size_t m = 0;

	if (n == 0)
		return c;
	for (int i = 0;
	     c.target / CANDIDATE_RATIO >= CANDIDATE_LEAST * (double)n;)
		c.target = (double)n / pow(CANDIDATE_RATIO, ++i);
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
		    (struct candidate){ .threshold = v, .m = m, .k = k }, n);
	}
	for (; m < n; m++)
		k += d[m].error;
	add_candidate(&c, (struct candidate){ .m = n, .k = k }, n);
	mark_start(&c);
	if (c.starts == 0)
		c.n = 0;
	return c;
}

struct candidates
candidates_from(const struct candidates *all, uint64_t minimum)
{
	struct candidates c = *all;

	while (c.n > 0 && !(c.at->start && c.at->m >= minimum)) {
		c.starts -= c.at->start;
		c.at++;
		c.n--;
	}
	return c;
}
