/*
 * Several weak scores made one: a logistic regression on all of them, with
 * an L2 penalty of 1/2 w^2 on standardised inputs (ridge; le Cessie & van
 * Houwelingen 1992), by Newton's method.
 *
 * A signal whose values all lie in [0, 1] goes in as its logit, clipped; any
 * other as it is.  A missing value counts as the mean, and a further input
 * says that it is missing, so that being absent has a weight of its own.
 */
#ifndef HITL_STATS_COMBINATION_H
#define HITL_STATS_COMBINATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIGNALS_MOST = 30 };

struct signal_scale {
	bool logit;
	double mean, deviation; /* of what goes in */
	double weight; /* of the standardised value */
	double missing_weight; /* 0 where none was missing */
};

struct combination {
	size_t k; /* signals */
	double clip;
	double bias;
	struct signal_scale signal[SIGNALS_MOST];
};

/* Labelled records: k values each, NAN where missing, and what follows. */
struct signal_row {
	uint32_t fold;
	uint32_t error;
	double x[]; /* [k] */
};

struct signal_rows {
	size_t k, n;
	char *row; /* n times signal_row_size(k) bytes; malloc'ed */
	uint32_t skip; /* a fold that is kept out; UINT32_MAX: none */
	size_t step; /* every so many-th row only; 1: all */
};

size_t signal_row_size(size_t k);

/*
 * NULL, or what is in the way, as calibrator_fit(); *signal is the one it is
 * said of, or k: of all.
 */
const char *combination_fit(const struct signal_rows *, double clip,
    struct combination *, size_t *signal);

/* P(right) for x[k], NAN where missing; all missing: NAN. */
double combination_apply(const struct combination *, const double *x);

#endif
