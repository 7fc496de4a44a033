/* What the verbs of hitl-metrics have in common. */
#ifndef HITL_CMD_METRICS_VERBS_H
#define HITL_CMD_METRICS_VERBS_H

#include "metrics/grouping.h"
#include "metrics/metrics.h"
#include "run.h"

int run_measure(int argc, char *argv[]); /* without a verb */
int run_agreement(int argc, char *argv[]);
int run_alarm(int argc, char *argv[]);
int run_capacity(int argc, char *argv[]);
int run_drift(int argc, char *argv[]);
int run_merge(int argc, char *argv[]);

/* On stderr, that so many of them have no route; nothing of none. */
void tell_unrouted(uint64_t unrouted, uint64_t of, const char *so);

/* Which records are counted, and how they are grouped. */
struct selection {
	const char *by[GROUPING_MOST];
	int64_t by_expr[GROUPING_MOST];
	size_t nby;
	const char *since, *until, *window, *zone; /* as given, or NULL */
	struct metrics_options options;
};
#define SELECTION_INIT                                                         \
	{                                                                      \
		.options = {                                                   \
			.max_groups = 10000,                                   \
			.since = TIMESTAMP_NONE,                               \
			.until = TIMESTAMP_NONE                                \
		}                                                              \
	}

/* Their option rows: put SELECTION_ROWS first among a verb's own. */
enum {
	OPTION_BY = OPTION_OWN,
	OPTION_MAX_GROUPS,
	OPTION_SINCE,
	OPTION_TZ,
	OPTION_UNTIL,
	OPTION_WINDOW,
	OPTION_VERB, /* a verb's own begin here */
};
#define SELECTION_ROWS                                                         \
	{ OPTION_BY, "by", "EXPR",                                             \
		"a row for each value of it; may be repeated" },               \
	    { OPTION_MAX_GROUPS, "max-groups", "N",                            \
		    "at most so many (10000); the rest are one, \"other\"" },  \
	    { OPTION_SINCE, "since", "TIME",                                   \
		    "only records from then on; or a duration ago (7d)" },     \
	    { OPTION_TZ, "tz", "ZONE",                                         \
		    "hours, days, weeks and months as there (UTC)" },          \
	    { OPTION_UNTIL, "until", "TIME", "only records before it" },       \
	{                                                                      \
		OPTION_WINDOW, "window", "W",                                  \
		    "a row for each hour, day, week, month or duration (30m)"  \
	}

/* And what goes with them, among a verb's rules. */
#define SELECTION_RULES                                                        \
	{                                                                      \
		OPTION_MAX_GROUPS, .with = { OPTION_BY }                       \
	}

/* Takes one of them; 1 if it is none, -1 with *e. */
int
selection_take(struct selection *, int id, const char *argument, struct err *e);

/* What groups are by; as long as the options live. */
struct grouping selection_grouping(const struct selection *);

/*
 * After run_begin(): the cells of all records, counted; what is odd about
 * them is told.  NULL: status is the end.
 */
struct metrics *
selection_count(struct run *, struct selection *, struct evaluator **);

#endif
