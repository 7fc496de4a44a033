/*
 * What hitl-calibrate(1) prints besides thresholds: the curve, and how good
 * the confidence is.
 */
#ifndef HITL_CALIBRATE_REPORT_H
#define HITL_CALIBRATE_REPORT_H

#include "base/output.h"
#include "calibrate/labelled.h"
#include "record/results.h"

/*
 * One row a threshold t[m], or one a distinct confidence; rates over all
 * labelled records, Wilson intervals.  Needs a labelled record.
 */
void report_curve(const struct labelled *, const double *t, size_t m,
    double level, struct results *);
void report_curve_all(const struct labelled *, double level, struct results *);

/* The same as NDJSON, written as it goes: a row takes no memory. */
void report_curve_lines(const struct labelled *, double level, struct output *);

/*
 * One row with every measure; needs l->n > 0.
 *   confidence  its expression, to tell rows apart; NULL: there is one only
 */
void report_measures(const struct labelled *, const char *confidence,
    double level, struct results *);

/* The measures of each group, a row each, in the order they came. */
void
report_groups(const struct labelled *, double level, struct results *results);

#endif
