/*
 * Pictures by gnuplot, which runs beside us: a script in, a picture out.
 */
#ifndef HITL_BASE_GNUPLOT_H
#define HITL_BASE_GNUPLOT_H

#include "base/error.h"
#include "base/text.h"

enum plot_terminal { PLOT_SVG, PLOT_PNG, PLOT_TEXT };

/* By the end of a file's name: .svg or .png, or "-"; -1 with *e. */
int plot_terminal_of(const char *file, enum plot_terminal *, struct err *e);

/* `set terminal`, for a picture of such a size in pixels, or in lines. */
void plot_terminal(
    enum plot_terminal, int width, int height, int lines, struct buf *script);

/* Appends the picture to `out`; -1 with *e if gnuplot fails or is missing. */
int gnuplot_run(const struct buf *script, struct buf *out, struct err *e);

#endif
