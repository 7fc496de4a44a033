/* The options of hitl-feedback export. */
#ifndef HITL_CMD_FEEDBACK_EXPORT_H
#define HITL_CMD_FEEDBACK_EXPORT_H

#include "feedback/dataset.h"
#include "feedback/verbs.h"

/* In the name of -o, where the name of a split goes. */
#define EXPORT_PLACE "{split}"

struct export_options {
	struct dataset_options dataset;
	struct bounds bounds;
	struct map drop;
	bool given; /* --as */
	const char *take; /* this split alone */
	const char *manifest, *used; /* files, or NULL */
};

extern const struct command export_command;

/* Whether they go together; -1 with *e. */
int export_check(const struct export_options *, const struct options *,
    struct arena *, struct err *e);

/* What -o says with the name of a split in its place. */
const char *
export_split_path(const char *pattern, struct str name, struct arena *);

#endif
