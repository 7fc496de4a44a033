/*
 * What is counted of the records of one window and group.  Two cells of
 * parts of a log, joined, are the cell of the whole, bit for bit.
 */
#ifndef HITL_METRICS_CELL_H
#define HITL_METRICS_CELL_H

#include "metrics/observe.h"
#include "stats/escape.h"
#include "stats/sketch.h"

enum { CALIBRATION_BINS = 10 };

struct calibration_bin { /* labelled decisions, by confidence */
	uint64_t n, right;
	uint64_t confidence; /* sum, in millionths */
};

struct cell {
	uint64_t n; /* records */
	uint64_t action[ACTIONS]; /* routed ones */
	uint64_t risk[RISK_LEVELS + 1]; /* routed ones */
	uint64_t never; /* routed, and no threshold had a say */
	struct moments confidence, threshold; /* of the routed */
	struct moments doubt; /* 1 - confidence, of those acting alone */
	struct escape_counts counts;
	struct escape_stratum *stratum; /* [nstratum], by rate */
	size_t nstratum, stratum_cap;
	struct calibration_bin bin[CALIBRATION_BINS];
	struct sketch latency, wait, handling; /* seconds */
	struct sketch edit;
	uint64_t outcome[OUTCOMES]; /* reviewed ones */
	uint64_t answered, accepted; /* by the reviewer; as the draft has it */
	uint64_t used_known, used, sla_known, sla_missed;
	/* several reviews of one record; all alike; and they all approve */
	uint64_t agree_known, agree, agree_approve;
	uint64_t thumbs_known, thumbs_up;
	struct moments rating, cost;
	/* by place in the vocabulary; the last few may not be there yet */
	uint64_t *reason; /* [nreason]: of those that need a person */
	size_t nreason, reason_cap;
	uint64_t other_reasons; /* beyond the bound */
	struct moments *layer; /* [nlayer]: cost where the cascade stopped */
	size_t nlayer, layer_cap;
	struct moments other_layers;
};

void cell_add(struct cell *, const struct observation *);

/* From the places of one thread's words to those of another's. */
struct translation {
	const uint32_t *reason, *layer;
};
/* As if all that `from` saw had been added to `to`; NULL: same places. */
void
cell_join(struct cell *to, const struct cell *from, const struct translation *);
void cell_release(struct cell *);

/*
 * Of a cell that was not counted here: NULL, or the name (state.h) of what no
 * records can have led to.
 */
const char *cell_fault(const struct cell *);

/* Puts a count in its place: of a saved cell. */
void cell_put_reason(struct cell *, uint32_t place, uint64_t n);
void cell_put_layer(struct cell *, uint32_t place, const struct moments *);
struct escape_stratum *cell_stratum(struct cell *, double rate);

#endif
