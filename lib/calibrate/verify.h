/*
 * A thresholds file against fresh labels: is its promise refuted?
 *
 * For the default and each group the claim is "at most max_error of those
 * that act alone are wrong".  It is refuted when as many errors as were seen
 * would have a probability of less than delta, shared by all claims
 * (Bonferroni), if it were just true; it is proven anew when the one-sided
 * Clopper-Pearson bound lies within max_error.
 */
#ifndef HITL_CALIBRATE_VERIFY_H
#define HITL_CALIBRATE_VERIFY_H

#include "calibrate/labelled.h"
#include "policy/thresholds.h"
#include "record/results.h"

/*
 * A row a claim for labels grouped by the file's own expression; `results`
 * may be NULL.  False if one is refuted; `why` (empty before) says which.
 * The file must say max_error and confidence_level.
 */
bool thresholds_verify(const struct labelled *, const struct thresholds *,
    struct results *, struct buf *why);

#endif
