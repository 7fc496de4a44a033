/*
 * Fitting a model: the clip and, if asked, the method are chosen by the
 * cross-validated log loss; then all records give the parameters, and all
 * but one fold those of that fold.
 */
#ifndef HITL_CALIBRATE_FIT_H
#define HITL_CALIBRATE_FIT_H

#include "calibrate/model.h"
#include "calibrate/signals.h"

enum { FIT_AUTO = CALIBRATIONS }; /* the method with the least loss */

/* Texts of the fields, for the model file. */
struct fit_fields {
	struct str confidence; /* unless there are signals */
	struct str correct;
	bool percent;
};

/*
 * Appends a model file (model.h) for labels collected with folds, whose
 * decisions are used up.  -1 with *e (STATUS_NO) if there is nothing to be
 * learnt.  Measures are of at most a million records, evenly taken.
 */
int fit_confidence(struct labelled *, int method, const struct fit_fields *,
    struct buf *out, struct err *e);

/* The same for signals: a combination. */
int fit_signals(const struct signal_log *, const struct signals *,
    const struct fit_fields *, struct buf *out, struct err *e);

#endif
