/*
 * The aligned table of results.h.
 */
#ifndef HITL_RECORD_RESULTS_TABLE_H
#define HITL_RECORD_RESULTS_TABLE_H

#include "record/results.h"

void results_table(const struct results *, struct buf *out);

#endif
