/*
 * What hitl-calibrate(1) prints besides thresholds: the curve, and how good
 * the confidence is.
 */
#ifndef HITL_CALIBRATE_REPORT_H
#define HITL_CALIBRATE_REPORT_H

#include "calibrate/labelled.h"
#include "record/results.h"

/*
 * One row a threshold t[m], or one a distinct confidence; rates over all
 * labelled records, Wilson intervals.  Needs a labelled record.
 */
void report_curve(const struct labelled *, const double *t, size_t m,
    double level, struct results *);
void report_curve_all(const struct labelled *, double level, struct results *);

/* One row with every measure; needs l->n > 0. */
void report_measures(const struct labelled *, double level, struct results *);

#endif
