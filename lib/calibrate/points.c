/* Thresholds as people write them (points.h). */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "calibrate/points.h"
#include "stats/curve.h"

enum { DECIMALS_MAX = 15 };

/* The text up to `mark` (or all), which *rest is moved behind. */
static struct str
part(struct str *rest, char mark)
{
	struct str p = { rest->s, 0 };

	while (p.n < rest->n && rest->s[p.n] != mark)
		p.n++;
	rest->s += p.n;
	rest->n -= p.n;
	if (rest->n > 0) { /* the mark itself */
		rest->s++;
		rest->n--;
	}
	return p;
}

/* Decimals of a number as written: those of the grid's points. */
static int
decimals(struct str number)
{
	const char *dot = memchr(number.s, '.', number.n);

	return dot == NULL ? 0 : (int)(number.s + number.n - dot - 1);
}

int
points_grid(const char *text, double **t, size_t *n, struct err *e)
{
	struct str rest = str_of(text), a, b, step;
	double from, to, by;

	a = part(&rest, ':');
	b = part(&rest, ':');
	step = rest;
	free(*t);
	*t = NULL;
	if (decimal_parse(a, &from) && decimal_parse(b, &to) &&
	    decimal_parse(step, &by) && decimals(step) <= DECIMALS_MAX &&
	    grid_make(from, to, by, decimals(step), t, n) == 0)
		return 0;
	*t = NULL;
	return err_set(e, STATUS_USAGE,
	    "--grid: %s is not A:B:STEP within "
	    "[0, 1], such as 0.5:1:0.01",
	    text);
}

int
points_list(const char *text, double **t, size_t *n, struct err *e)
{
	struct str rest = str_of(text);
	size_t cap = 0;
	double x;

	free(*t);
	*t = NULL;
	*n = 0;
	do {
		if (!decimal_parse(part(&rest, ','), &x) || !(x >= 0 && x <= 1))
			return err_set(e, STATUS_USAGE,
			    "--at: %s is no list "
			    "of numbers in [0, 1]",
			    text);
		VEC_ROOM(*t, *n, cap);
		(*t)[(*n)++] = x;
	} while (rest.n > 0);
	return 0;
}
