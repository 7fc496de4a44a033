/* hitl-feedback patterns and stats: what is corrected again and again. */
#include "feedback/patterns.h"

#include "feedback/verbs.h"

enum {
	OPTION_CONFIDENCE_LEVEL = OPTION_VERB,
	OPTION_EXAMPLES,
	OPTION_KIND,
	OPTION_LEADING,
	OPTION_MAX_GROUPS,
	OPTION_MIN_COUNT,
	OPTION_PERIOD,
	OPTION_SIMILARITY,
	OPTION_TOP,
	OPTION_UNTIL,
};

struct own {
	struct patterns_options patterns;
	size_t top; /* rows */
};
#define OWN_INIT                                                               \
	{                                                                      \
		.patterns = { .min_count = 5,                                  \
			.period = 7 * 24 * 3600 * USEC_PER_SECOND,             \
			.until = TIMESTAMP_NONE,                               \
			.leading = 3,                                          \
			.similarity = 0.7,                                     \
			.examples = 3,                                         \
			.max_groups = 100000,                                  \
			.level = 0.95 },                                       \
		.top = SIZE_MAX                                                \
	}

static const struct option_row rows[] = {
	{ OPTION_MIN_COUNT, "min-count", "N", "what is rarer is none (5)" },
	{ OPTION_PERIOD, "period", "DURATION",
	    "growth is that of the last one over the one before (7d)" },
	{ OPTION_UNTIL, "until", "TIME",
	    "where the last period ends (with the newest decision)" },
	{ OPTION_LEADING, "leading", "N",
	    "words of the draft that are one pattern (3)" },
	{ OPTION_SIMILARITY, "similarity", "S",
	    "of corrections that are nearly the same, 0..1 (0.7)" },
	{ OPTION_MAX_GROUPS, "max-groups", "N",
	    "different ones of a kind, at most (100000)" },
	{ OPTION_CONFIDENCE_LEVEL, "confidence-level", "L",
	    "of the intervals (0.95)" },
	/* of patterns alone, from here on */
	{ OPTION_EXAMPLES, "examples", "N", "of each pattern, 0 to 20 (3)" },
	{ OPTION_TOP, "top", "K", "so many rows, the commonest (all)" },
};
enum { STATS_ROWS = 7 };

static int
take_period(const char *argument, int64_t *period, struct err *e)
{
	struct duration d;

	if (duration_parse(str_of(argument), &d) == -1 ||
	    duration_is_business(&d) || d.usec < 3600 * USEC_PER_SECOND ||
	    d.usec % (3600 * USEC_PER_SECOND) != 0)
		return err_set(e, STATUS_USAGE,
		    "--period: %s is no duration of whole hours, such as 7d",
		    argument);
	*period = d.usec;
	return 0;
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *own_options = own;
	struct patterns_options *o = &own_options->patterns;

	switch (id) {
	case OPTION_MIN_COUNT:
		return count_option(
		    "--min-count", argument, 1, 1e15, &o->min_count, e);
	case OPTION_PERIOD: return take_period(argument, &o->period, e);
	case OPTION_UNTIL:
		return time_option("--until", argument, &o->until, e);
	case OPTION_LEADING:
		return count_option(
		    "--leading", argument, 1, 100, &o->leading, e);
	case OPTION_SIMILARITY:
		return number_option(
		    "--similarity", argument, 0.3, 1, &o->similarity, e);
	case OPTION_MAX_GROUPS:
		return count_option(
		    "--max-groups", argument, 1, 1e9, &o->max_groups, e);
	case OPTION_EXAMPLES:
		return count_option("--examples", argument, 0, PATTERN_EXAMPLES,
		    &o->examples, e);
	case OPTION_TOP:
		return count_option(
		    "--top", argument, 1, 1e15, &own_options->top, e);
	default: return level_option(argument, &o->level, e);
	}
}

static const struct command patterns_command = {
	.usage = "patterns [OPTION...] [FILE...]",
	.about = "What reviewers correct again and again, the commonest first.",
	.own = rows,
	.nown = LENGTH(rows),
	.results = true,
	.confidences = true,
	.take = take,
};

static const struct command stats_command = {
	.usage = "stats [OPTION...] [FILE...]",
	.about = "How much is reviewed, corrected and used, in one object.",
	.own = rows,
	.nown = STATS_ROWS,
	.results = true,
	.confidences = true,
	.take = take,
};

static void
print_patterns(struct run *r, const struct patterns *p, size_t top)
{
	uint64_t n = patterns_totals(p).patterns;
	struct row_printer printer;

	rows_begin(&printer, r);
	printer.results.no_formulas = true;
	for (size_t i = 0; i < n && i < top; i++) {
		patterns_write(p, i, rows_text(&printer));
		rows_line(&printer);
	}
	rows_end(&printer);
}

static void
print_stats(struct run *r, const struct patterns *p)
{
	struct row_printer printer;

	rows_begin(&printer, r);
	patterns_write_stats(p, rows_text(&printer));
	rows_line(&printer);
	rows_end(&printer);
}

static int
run(const struct command *c, int argc, char *argv[])
{
	struct own own = OWN_INIT;
	struct evaluator *ev;
	struct patterns *p;
	struct run r;
	struct err e;

	if (run_begin(&r, c, &own, argc, argv) == -1)
		return (int)r.status;
	own.patterns.percent = r.options.percent;
	if ((p = patterns_new(r.policy, &own.patterns, &e)) == NULL)
		return run_fail(&r, &e), (int)r.status;
	if (run_open(&r) == -1)
		return (int)r.status;
	ev = evaluator_new(r.policy->exprs);
	patterns_start(p, ev);
	run_collect(
	    &r, &(struct stream_job){ .record = patterns_add, .state = p });
	patterns_settle(p);
	tell_count(patterns_totals(p).beyond,
	    "times a correction had no room among the first --max-groups "
	    "patterns of a kind");
	if (c == &stats_command) {
		if (!run_nothing(&r, patterns_totals(p).records, "been read"))
			print_stats(&r, p);
	} else if (!run_nothing(&r, patterns_totals(p).corrections,
		       "a review that rejects or corrects it"))
		print_patterns(&r, p, own.top);
	patterns_free(p);
	evaluator_free(ev);
	return run_end(&r);
}

int
run_patterns(int argc, char *argv[])
{
	return run(&patterns_command, argc, argv);
}

int
run_stats(int argc, char *argv[])
{
	return run(&stats_command, argc, argv);
}
