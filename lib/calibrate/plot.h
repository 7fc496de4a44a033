/*
 * Pictures of a confidence: a reliability diagram, the curve of risk over
 * coverage, and a histogram, as a script for gnuplot.
 */
#ifndef HITL_CALIBRATE_PLOT_H
#define HITL_CALIBRATE_PLOT_H

#include "calibrate/labelled.h"

enum plot_terminal { PLOT_SVG, PLOT_PNG, PLOT_TEXT };

struct plot_request {
	enum plot_terminal terminal;
	double level; /* of the intervals */
	double threshold; /* to be marked; NAN: none */
	int columns; /* of PLOT_TEXT */
};

/* By the end of a file's name: .svg or .png, or "-"; -1 with *e. */
int plot_terminal_of(const char *file, enum plot_terminal *, struct err *e);

/* Appends the script; finished labels, at least one with a confidence. */
void plot_script(
    const struct labelled *, const struct plot_request *, struct buf *script);

#endif
