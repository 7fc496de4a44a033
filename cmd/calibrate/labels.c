/* hitl-calibrate labels: the labels of a part of a log, to be merged. */
#include "calibrate/calibrate.h"
#include "calibrate/labels.h"

enum { OPTION_BY = OPTION_OWN, OPTION_GROUPS, OPTION_MERGE };

static const struct option_row rows[] = {
	{ OPTION_BY, "by", "EXPR", "keep the value of it, for --by" },
	{ OPTION_GROUPS, "max-groups", "N", "at most so many (1000)" },
	{ OPTION_MERGE, "merge", NULL,
	    "the files are such states: they become one" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct collection *c = own;

	switch (id) {
	case OPTION_BY: c->by = argument; return 0;
	case OPTION_MERGE: c->merge = true; return 0;
	default: return take_max_groups(argument, c, e);
	}
}

static const struct option_rule rules[] = {
	{ OPTION_GROUPS, .with = { OPTION_BY } },
	{ OPTION_MERGE, .without = { WITHOUT_STATES } },
	{ 0 },
};

static const struct command command = {
	.usage = "labels [--by EXPR] [OPTION...] [FILE...]",
	.about = "The labels of a part of a log, for --merge.",
	.own = rows,
	.nown = LENGTH(rows),
	.confidences = true,
	.threads = true,
	.rule = rules,
	.take = take,
};

int
run_label_states(int argc, char *argv[])
{
	struct collection c = { .max_groups = CALIBRATE_GROUPS };
	struct labelled l;
	struct run r;

	if (run_begin(&r, &command, &c, argc, argv) == -1 ||
	    run_labels(&r, &c, &l) == -1)
		return (int)r.status;
	labels_write(&l, c.by, &r.out); /* run_end() tells when it failed */
	labelled_release(&l);
	return run_end(&r);
}
