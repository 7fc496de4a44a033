/* hitl-calibrate curve: what each threshold would have done. */
#include <stdlib.h>

#include "calibrate/calibrate.h"
#include "calibrate/points.h"
#include "calibrate/report.h"

enum {
	OPTION_ALL = OPTION_OWN,
	OPTION_AT,
	OPTION_GRID,
	OPTION_MERGE,
	OPTION_PART
};

struct own {
	bool all;
	double *point; /* of --at or --grid */
	size_t npoint;
	struct collection collection;
};

static const struct option_row rows[] = {
	{ OPTION_ALL, "all", NULL, "at every distinct confidence" },
	{ OPTION_AT, "at", "T,T,...", "at these thresholds" },
	{ OPTION_GRID, "grid", "A:B:STEP",
	    "at A, A+STEP, ... below B (0.5:1:0.01)" },
	{ OPTION_MERGE, "merge", NULL,
	    "the files are states that labels has written" },
	{ OPTION_PART, "part", "K/N", "only records of this part, by id" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	switch (id) {
	case OPTION_ALL: o->all = true; return 0;
	case OPTION_AT: return points_list(argument, &o->point, &o->npoint, e);
	case OPTION_MERGE: o->collection.merge = true; return 0;
	case OPTION_PART: return part_parse(argument, &o->collection.part, e);
	default: return points_grid(argument, &o->point, &o->npoint, e);
	}
}

static const struct option_rule rules[] = {
	{ OPTION_ALL, .without = { OPTION_AT, OPTION_GRID } },
	{ OPTION_AT, .without = { OPTION_GRID } },
	{ OPTION_MERGE, .without = { WITHOUT_STATES } },
	{ 0 },
};

static const struct command command = {
	.usage = "curve [--at T,... | --grid A:B:STEP | --all] [OPTION...] "
		 "[FILE...]",
	.about = "What each threshold would have done to labelled decisions.",
	.own = rows,
	.nown = LENGTH(rows),
	.results = true,
	.confidences = true,
	.threads = true,
	.rule = rules,
	.take = take,
};

int
run_curve(int argc, char *argv[])
{
	struct own o = { 0 };
	struct labelled l;
	struct err unused;
	struct run r;

	if (run_begin(&r, &command, &o, argc, argv) == -1 ||
	    run_labels(&r, &o.collection, &l) == -1)
		return (int)r.status;
	struct results results = { .arena = &r.perm };
	if (o.point == NULL)
		points_grid("0.5:1:0.01", &o.point, &o.npoint, &unused);
	if (run_nothing(&r, labelled_total(&l), "a label"))
		;
	else if (o.all && r.options.format == FORMAT_NDJSON)
		report_curve_lines(&l, CALIBRATE_LEVEL, &r.out);
	else if (o.all)
		report_curve_all(&l, CALIBRATE_LEVEL, &results);
	else
		report_curve(&l, o.point, o.npoint, CALIBRATE_LEVEL, &results);
	run_print(&r, &results);
	labelled_release(&l);
	free(o.point);
	return run_end(&r);
}
