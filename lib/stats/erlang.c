/* Waiting for a reviewer (erlang.h). */
#include <math.h>

#include "stats/erlang.h"

double
erlang_c(double load, uint64_t reviewers)
{
	double c = (double)reviewers, lost = 1;

	if (!(load > 0))
		return 0;
	if (load >= c)
		return 1;
	/* Erlang's B by its recurrence, which cannot overflow */
	for (uint64_t k = 1; k <= reviewers; k++)
		lost = load * lost / ((double)k + load * lost);
	return c * lost / (c - load * (1 - lost));
}

struct erlang_wait
erlang_wait(double arrivals, double rate, uint64_t reviewers, double q)
{
	struct erlang_wait w = { .chance =
				     erlang_c(arrivals / rate, reviewers) };
	double spare = (double)reviewers * rate - arrivals;

	if (!(spare > 0)) {
		w.mean = w.quantile = INFINITY;
		return w;
	}
	w.mean = w.chance / spare;
	/* P(wait > t) = chance * exp(-spare t) */
	w.quantile = fmax(0, log(w.chance / (1 - q)) / spare);
	return w;
}

uint64_t
erlang_reviewers(
    double arrivals, double rate, double q, double wait, uint64_t most)
{
	double load = arrivals / rate;
	uint64_t low, high;

	if (!(load < (double)most))
		return 0;
	low = (uint64_t)floor(load) + 1; /* fewer cannot keep up */
	if (erlang_wait(arrivals, rate, most, q).quantile > wait)
		return 0;
	for (high = most; low < high;) {
		uint64_t middle = low + (high - low) / 2;
		if (erlang_wait(arrivals, rate, middle, q).quantile <= wait)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

double
erlang_arrivals(double rate, uint64_t reviewers, double q, double wait)
{
	double low = 0, high = (double)reviewers * rate;

	while (high - low > 1e-12 * high) {
		double middle = low + (high - low) / 2;
		if (middle <= low || middle >= high)
			break;
		if (erlang_wait(middle, rate, reviewers, q).quantile <= wait)
			low = middle;
		else
			high = middle;
	}
	return low;
}
