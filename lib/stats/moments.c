/* A mean and its interval (moments.h). */
#include <math.h>

#include "stats/moments.h"

static const double unit = 1e6; /* to the whole */
static const double greatest = 1e9; /* its square times n fits */

/* To the nearest; without a call, for there are many. */
static uint64_t
millionths_of(double x)
{
	return (uint64_t)((x < greatest ? x : greatest) * unit + 0.5);
}

void
moments_add(struct moments *m, double x)
{
	uint64_t millionths = millionths_of(x);

	m->n++;
	m->sum += millionths;
	m->sumsq += (unsigned __int128)millionths * millionths;
}

void
moments_merge(struct moments *to, const struct moments *from)
{
	to->n += from->n;
	to->sum += from->sum;
	to->sumsq += from->sumsq;
}

bool
moments_possible(const struct moments *m, double least, double most)
{
	const long double n = m->n, sum = m->sum;

	return sum >= n * millionths_of(least) &&
	       sum <= n * millionths_of(most) &&
	       /* Cauchy and Schwarz; equal when all values are */
	       sum * sum <= n * (long double)m->sumsq * (1 + 1e-12L);
}

double
moments_mean(const struct moments *m)
{
	return m->n == 0 ? NAN : (double)m->sum / unit / (double)m->n;
}

struct interval
moments_interval(
    const struct moments *m, double level, double least, double most)
{
	return mean_interval((double)m->sum / unit,
	    (double)m->sumsq / (unit * unit), m->n, level, least, most);
}
