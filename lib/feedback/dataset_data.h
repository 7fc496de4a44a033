/* What a dataset is made of: private to dataset*.c. */
#ifndef HITL_FEEDBACK_DATASET_DATA_H
#define HITL_FEEDBACK_DATASET_DATA_H

#include "base/groups.h"
#include "feedback/dataset.h"

enum { STRATA_MOST = 1 << 20 };

struct stratum {
	struct str name; /* JSON */
	uint64_t found; /* each id once */
	uint64_t wanted; /* of them */
	uint64_t split[DATASET_SPLITS]; /* how many of them in each */
	/* in dataset_each() */
	uint64_t seen;
};

struct dataset {
	struct dataset_options options;
	struct lesson_reader reader;
	struct evaluator *ev;
	struct arena arena;
	int64_t by; /* expression, or POLICY_NONE */
	struct sorter *sorter;
	struct map names; /* -> stratum[] */
	struct stratum *stratum; /* [names.n] */
	size_t stratum_cap;
	uint32_t *order; /* [names.n]: by name */
	struct buf item, packed, scratch;
	uint64_t read, left[LEFT_REASONS];
	/* by dataset_each() */
	uint64_t items[DATASET_SPLITS];
	char hash[DATASET_SPLITS][65];
};

/* Whether a lesson is one of the kind: LEFT_REASONS if so. */
enum left_out dataset_judge(
    const struct dataset *, const struct lesson *, struct arena *scratch);

/* The item as JSON, with nothing dropped from it yet. */
void dataset_write_item(const struct dataset *, const struct lesson *,
    const struct record *, struct buf *);

#endif
