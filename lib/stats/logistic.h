/*
 * Logistic regression by maximum likelihood: P(y = 1 | x) =
 * 1 / (1 + exp(-w . x)), w found by Newton's method with halved steps (IRLS;
 * McCullagh & Nelder 1989, section 2.5), with an L2 penalty a coefficient.
 * Targets may be any number in [0, 1], as Platt's are.
 */
#ifndef HITL_STATS_LOGISTIC_H
#define HITL_STATS_LOGISTIC_H

#include <stdbool.h>
#include <stddef.h>

enum { LOGISTIC_MOST = 64 }; /* coefficients */

/* The rows come from a function: they are never all in memory. */
struct logistic_data {
	size_t n; /* rows */
	size_t k; /* coefficients, at most LOGISTIC_MOST */
	/* Puts row i into x[k] and its target into *y; false: it is left out */
	bool (*row)(const void *data, size_t i, double *x, double *y);
	const void *data;
	const double *penalty; /* [k]: adds penalty / 2 * w^2 to the loss */
};

/*
 * w[k] holds where to begin (zeros will do) and then the coefficients.
 * False if there is no finite solution to be found: the rows can be told
 * apart perfectly, or a column is a combination of others.
 */
bool logistic_fit(const struct logistic_data *, double *w);

/* 1 / (1 + exp(-x)), and its inverse for p in (0, 1). */
double logistic(double x);
double logit(double p);

#endif
