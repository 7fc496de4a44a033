/*
 * Thresholds as people write them on a command line.
 */
#ifndef HITL_CALIBRATE_POINTS_H
#define HITL_CALIBRATE_POINTS_H

#include <stddef.h>

#include "base/error.h"

/*
 * "A:B:STEP", as curve.h's grid_make() has it, and "T,T,...", each in
 * [0, 1].  *t, malloc'ed or NULL, is replaced and grown; *n is how many.
 * -1 with *e (STATUS_USAGE) naming the option.
 */
int points_grid(const char *text, double **t, size_t *n, struct err *e);
int points_list(const char *text, double **t, size_t *n, struct err *e);

#endif
