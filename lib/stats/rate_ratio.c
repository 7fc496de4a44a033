/* How much more often something happens (rate_ratio.h). */
#include <math.h>

#include "stats/rate_ratio.h"

static double
odds(double share)
{
	return share < 1 ? share / (1 - share) : INFINITY;
}

struct interval
rate_ratio(uint64_t k, uint64_t n, uint64_t k0, uint64_t n0, double level)
{
	struct interval share = clopper_pearson(k, k + k0, level);
	double scale = (double)n0 / (double)n;

	if (n == 0 || n0 == 0)
		return (struct interval){ 0, INFINITY };
	return (struct interval){ odds(share.low) * scale,
		odds(share.high) * scale };
}
