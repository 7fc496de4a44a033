/*
 * Labelled decisions as lines of text (hitl-calibrate(1), labels): all that
 * curves, thresholds and measures need of a part of a log.  The lines of all
 * parts, in any order, are those of the whole.
 *
 * A line is a JSON object: how many decisions of a group and a confidence
 * were right, and wrong.  What names them comes first, then a tab.
 */
#ifndef HITL_CALIBRATE_LABELS_H
#define HITL_CALIBRATE_LABELS_H

#include "base/output.h"
#include "calibrate/labelled.h"

/*
 * Writes finished labels without weights.  by: the expression of the groups,
 * or NULL.  -1 when the output fails (output_error).
 */
int labels_write(const struct labelled *, const char *by, struct output *);

/* Reading them back into a source. */
struct labels {
	struct labelled_source *into;
	const char *by; /* whose groups are wanted, or NULL */
	uint32_t place[8];
};

/* Marks and adds what is read; before expr_set_compile().  -1 with *e. */
int labels_init(
    struct labels *, struct labelled_source *, const char *by, struct err *e);

/* A record_fn over a struct labels; takes one thread. */
int labels_add(struct record *, void *labels, struct err *);

/* For struct stream_job, as those of the source. */
void labels_piece(void *labels);
void labels_done(void *labels);

#endif
