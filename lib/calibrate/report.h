/*
 * What hitl-calibrate(1) prints besides thresholds: the curve, and how good
 * the confidence is.
 */
#ifndef HITL_CALIBRATE_REPORT_H
#define HITL_CALIBRATE_REPORT_H

#include "calibrate/labelled.h"
#include "record/results.h"
#include "stats/curve.h"

/* One row a point; rates over all labelled records, Wilson intervals. */
void report_curve(const struct labelled *, const struct curve_point *, size_t n,
    double level, struct results *);

/* One row with every measure; needs l->n > 0. */
void report_measures(const struct labelled *, double level, struct results *);

#endif
