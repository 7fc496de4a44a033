/*
 * Model files: what hitl-calibrate fit writes and apply reads.
 *
 * {"kind":"calibrator","method":"isotonic","fields":{"confidence":".conf",
 *  "correct":".ok"},"scale":"unit","n":5000,"errors":700,
 *  "fitted_at":"2026-11-21T08:00:00Z","before":{…},"after":{…},
 *  "parameters":{…},"folds":[{…},…]}
 *
 * "before" are the measures of the confidence as it was, "after" those of
 * the out-of-fold predictions: each record by the parameters of the fold
 * model that has not seen it.  A combination has "signals" for "confidence"
 * and the method "logistic".
 */
#ifndef HITL_CALIBRATE_MODEL_H
#define HITL_CALIBRATE_MODEL_H

#include "calibrate/part.h"
#include "stats/calibrator.h"
#include "stats/combination.h"

/* A confidence's calibrator, or a combination of signals. */
struct predictor {
	bool combines;
	struct calibrator calibrator;
	struct combination combination;
};

struct model {
	const char *file; /* it came from; for messages */
	const char *method; /* a word */
	bool percent; /* --scale percent */
	struct str confidence; /* expression's text, if it combines nothing */
	struct str *signal; /* [k] */
	size_t k;
	struct predictor all;
	struct predictor fold[FOLDS];
	bool has_folds;
};

/* A probability for x[k] (one: the confidence); NAN where none can be. */
double predictor_apply(const struct predictor *, const double *x);
void predictor_release(struct predictor *);

/* "parameters" of one, as JSON. */
void predictor_write(struct buf *, const struct predictor *);

/*
 * Loads a file ("-": standard input).  NULL with *e (STATUS_USAGE): no model,
 * or cut short.  Memory from the arena, but for model_release().
 */
struct model *model_load(const char *file, struct arena *, struct err *e);
void model_release(struct model *);

#endif
