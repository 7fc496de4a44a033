/*
 * Pictures of a confidence: a reliability diagram, the curve of risk over
 * coverage, and a histogram, as a script for gnuplot.
 */
#ifndef HITL_CALIBRATE_PLOT_H
#define HITL_CALIBRATE_PLOT_H

#include "base/gnuplot.h"
#include "calibrate/labelled.h"

struct plot_request {
	enum plot_terminal terminal;
	double level; /* of the intervals */
	double threshold; /* to be marked; NAN: none */
};

/* Appends the script; finished labels, at least one with a confidence. */
void plot_script(
    const struct labelled *, const struct plot_request *, struct buf *script);

#endif
