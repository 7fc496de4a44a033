/*
 * Cells as lines of text (hitl-metrics(1), merge): what was counted of a part
 * of a log.  The lines of all parts, in any order, are the state of the
 * whole.
 *
 * A line is a JSON object.  What names the cell comes first, then a tab, then
 * the counts: so that sort(1), or whatever else takes the part before a tab
 * for a key, brings the lines of one cell together.  Sums are decimals in
 * strings, since they may have 128 bits.
 */
#ifndef HITL_METRICS_STATE_H
#define HITL_METRICS_STATE_H

#include "metrics/grouping.h"
#include "metrics/metrics.h"

/* How the log was cut into cells; the same for all lines that go together. */
struct state_frame {
	struct str window; /* as --window has it; empty: none */
	struct str zone; /* of it; empty: UTC */
	struct grouping by;
};

/* Appends a line, with its newline. */
void state_write(const struct state_frame *, const struct metrics *,
    const struct metrics_row *, struct buf *);

/* The frame of a line; -1 with *e (STATUS_REJECTED) if it is none of ours. */
int state_frame_of(
    struct str line, struct arena *, struct state_frame *, struct err *e);

/* Adds a line's cell.  -1 with *e (STATUS_REJECTED), and nothing is added. */
int state_add(
    struct str line, struct arena *scratch, struct metrics *, struct err *e);

bool state_frame_eq(const struct state_frame *, const struct state_frame *);

#endif
