/*
 * Calibrators: a score in [0, 1] in, a probability of being right out.
 *
 * platt        1 / (1 + exp(-(a logit(p) + b))), with Platt's (1999)
 *              smoothed targets, as corrected by Lin, Lin, Weng (2007)
 * temperature  1 / (1 + exp(-logit(p) / a)) (Guo et al. 2017)
 * beta         1 / (1 + exp(-(a ln p - b ln(1 - p) + c))), a, b >= 0 (Kull,
 *              Silva Filho, Flach 2017)
 * isotonic     isotonic.h; between the pools it rises in a straight line,
 *              as scikit-learn's does
 * histogram    the share of right ones in each of ten bins of equally many
 *              records; equal scores are in one bin
 * venn-abers   isotonic.h
 *
 * The logarithms of the first three are of a score clipped to [clip, 1 -
 * clip]: a 1.0 is otherwise infinitely sure of itself.
 */
#ifndef HITL_STATS_CALIBRATOR_H
#define HITL_STATS_CALIBRATOR_H

#include "stats/decision.h"

enum calibration {
	CALIBRATION_PLATT,
	CALIBRATION_TEMPERATURE,
	CALIBRATION_BETA,
	CALIBRATION_ISOTONIC,
	CALIBRATION_HISTOGRAM,
	CALIBRATION_VENN_ABERS,
	CALIBRATIONS,
};
extern const char *const calibration_words[]; /* NULL-terminated */

struct calibrator {
	enum calibration method;
	double clip;
	double a, b, c; /* as above; unused ones 0 */
	/*
	 * isotonic: y[i] at x[i], straight in between, flat outside.
	 * histogram: y[i] up to x[i], the last for all above.
	 * venn-abers: y[i] at x[i], z[i] below it and above x[i - 1], z[n]
	 * above all.
	 */
	size_t n;
	double *x, *y, *z; /* malloc'ed */
};

/*
 * Decisions by confidence, highest first, without those of group `skip`
 * (UINT32_MAX: with all): a fold that is kept out.
 */
struct sample {
	const struct decision *d;
	size_t n;
	uint32_t skip;
};

/* Whether a method has a clip. */
bool calibration_clips(enum calibration);

/*
 * Fits *c, its memory to be released.  NULL, or what is in the way, to be
 * told: no record, labels of one kind only, or scores that part right from
 * wrong so well that no curve of that form can follow.
 */
const char *calibrator_fit(
    const struct sample *, enum calibration, double clip, struct calibrator *c);

/* p in [0, 1]; so is the answer. */
double calibrator_apply(const struct calibrator *, double p);

void calibrator_release(struct calibrator *);

/* -ln of the probability given to a label, clipped to [1e-15, 1 - 1e-15]. */
double log_loss_of(double p, bool right);

#endif
