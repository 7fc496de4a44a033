/* How the verbs that print metrics do so. */
#ifndef HITL_CMD_METRICS_PRINT_H
#define HITL_CMD_METRICS_PRINT_H

#include "base/gnuplot.h"
#include "metrics/rows.h"
#include "metrics/state.h"
#include "metrics/verbs.h"

/* Those of them that are opened once all is counted. */
extern const struct option_file print_files[];
extern const int print_outputs[];

struct printing {
	struct rows_options rows;
	bool check, by_value;
	const char *state; /* where lines for merge go, "-", or NULL */
	const char *plot, *html; /* files, or NULL */
	enum plot_terminal terminal; /* of plot */
	enum results_format format;
	bool prometheus;
};
#define PRINTING_INIT                                                          \
	{                                                                      \
		.rows = {.level = 0.95, .top = 5 }                             \
	}

/* Option rows, to be put among a verb's own. */
enum {
	OPTION_CHECK = OPTION_VERB,
	OPTION_CONFIDENCE_LEVEL,
	OPTION_HTML,
	OPTION_ONLY,
	OPTION_PLOT,
	OPTION_STATE_OUT,
	OPTION_TOP,
	OPTION_PRINTED, /* a verb's own begin here */
};
#define PRINTING_ROWS                                                          \
	{ OPTION_CHECK, "check", "[=value]",                                   \
		"exit 1 when an interval (or the value) misses its target; a " \
		"line on stderr for each" },                                   \
	    { OPTION_CONFIDENCE_LEVEL, "confidence-level", "L",                \
		    "of the intervals (0.95)" },                               \
	    { 'f', "format", "FORMAT",                                         \
		    "ndjson, json, csv, tsv, table or prometheus" },           \
	    { OPTION_HTML, "html", "FILE", "a page for people, too" },         \
	    { OPTION_ONLY, "only", "NAME,...", "these metrics" },              \
	    { OPTION_PLOT, "plot", "FILE",                                     \
		    "draw windows instead: FILE.svg, FILE.png, or - for the "  \
		    "terminal" },                                              \
	    { OPTION_STATE_OUT, "state-out", "FILE",                           \
		    "what was counted, for merge; -: that instead of rows" },  \
	{                                                                      \
		OPTION_TOP, "top", "K", "so many reasons, the commonest (5)"   \
	}

/* And what goes with them, among a verb's rules. */
#define PRINTING_RULES                                                         \
	{                                                                      \
		OPTION_PLOT, .without = { 'f', 'o' }                           \
	}

/* Takes one of them; 1 if it is none, -1 with *e. */
int
printing_take(struct printing *, int id, const char *argument, struct err *e);

/* After run_begin(): where the output goes; -1: status is the end. */
int printing_begin(struct run *, struct printing *);

/* Prints what was counted; the run's status follows. */
void print_metrics(struct run *, struct printing *, struct metrics *,
    const struct state_frame *, const struct window *);

#endif
