/* The options that several programs have (common.h). */
#include <string.h>

#include "common.h"

enum {
	MAX_LINE = 64 << 20,
	MAX_LINE_MOST = 1 << 30,
	MAX_TIME = 10, /* seconds */
};

static const struct option_row common[] = {
	{ 'p', "policy", "FILE", "the policy, hitl-policy(5)" },
	{ 'F', "field", "NAME=EXPR",
	    "where a field stands: id, time, task, "
	    "confidence, correct, weight, draft" },
	{ OPTION_EXPLAIN_POLICY, "explain-policy", NULL,
	    "list the expressions in use and what "
	    "runs them, and stop" },
	{ OPTION_CSV, "csv", NULL, "input is CSV with a header" },
	{ OPTION_DELIMITER, "delimiter", "C",
	    "of CSV, instead of a comma; "
	    "'\\t' for a tab" },
	{ OPTION_SCALE, "scale", "unit|percent",
	    "plain confidences are 0..1 "
	    "(unit) or 0..100 (percent)" },
	{ 'o', "output", "FILE", "write there, replacing it when complete" },
	{ 'R', "rejects", "FILE",
	    "keep rejected input lines there, as they "
	    "came" },
	{ OPTION_STRICT, "strict", NULL, "stop at the first rejected line" },
	{ OPTION_MAX_LINE, "max-line", "BYTES", "longest input line (64 MiB)" },
	{ OPTION_MAX_TIME, "max-time", "SECONDS",
	    "of an expression on one record (10); 0: no bound" },
	{ 'j', "jobs", "N",
	    "threads (1); 0: as many as there are "
	    "processors" },
	{ OPTION_NO_SANDBOX, "no-sandbox", NULL,
	    "may open other files, and what else it does not need" },
	{ OPTION_PROGRESS, "progress", NULL, "tell on stderr how far it is" },
	{ 'h', "help", NULL, "this text" },
	{ 'V', "version", NULL, "the version" },
};

static const struct option_row format_row = { 'f', "format", "FORMAT",
	"ndjson, json, csv, tsv or table" };

static const struct option_row line_buffered_row = { OPTION_LINE_BUFFERED,
	"line-buffered", NULL, "write each line as soon as it is done" };

static bool
has_option(const struct command *c, int id)
{
	switch (id) {
	case 'o': return c->results || c->reads <= READS_TASKS;
	case 'R':
	case OPTION_STRICT:
	case OPTION_MAX_LINE:
	case OPTION_PROGRESS: return c->reads <= READS_LINES;
	case 'h':
	case 'V': return true;
	case 'p':
	case OPTION_EXPLAIN_POLICY:
	case OPTION_MAX_TIME:
		return c->reads <= READS_TASKS || c->reads == READS_POLICY;
	case 'j': return c->threads;
	case OPTION_SCALE: return c->confidences;
	case OPTION_NO_SANDBOX: return c->reads <= READS_STATES;
	default: return c->reads == READS_RECORDS || c->reads == READS_TASKS;
	}
}

size_t
common_rows(const struct command *c, const struct option_row *row[])
{
	size_t n = 0;

	if (c->results)
		row[n++] = &format_row;
	if (c->filter)
		row[n++] = &line_buffered_row;
	for (size_t i = 0; i < LENGTH(common); i++)
		if (has_option(c, common[i].id))
			row[n++] = &common[i];
	return n;
}

void
common_begin(struct options *o, const struct command *c)
{
	*o = (struct options){ .max_time = MAX_TIME,
		.sandbox = c->reads <= READS_STATES,
		.stream = { .delimiter = ',', .max_line = MAX_LINE } };
}

static int
take_field(struct options *o, const char *argument, struct err *e)
{
	const char *equals = strchr(argument, '=');

	if (equals == NULL)
		return err_set(e, STATUS_USAGE,
		    "-F %s: NAME=EXPR is expected, such as confidence=.score",
		    argument);
	VEC_ROOM(o->override, o->noverride, o->override_cap);
	o->override[o->noverride++] =
	    (struct field_override){ { argument, (size_t)(equals - argument) },
		    str_of(equals + 1) };
	return 0;
}

int
common_take(struct options *o, int id, const char *argument, struct err *e)
{
	static const char *const scales[] = { "unit", "percent", NULL };
	int i;

	switch (id) {
	case 'p': o->policy = argument; return 0;
	case 'F': return take_field(o, argument, e);
	case 'o': o->output = argument; return 0;
	case 'R':
		o->stream.rejects = argument;
		sandbox_allow(argument, SANDBOX_REPLACE);
		return 0;
	case 'f':
		if (word_option("--format", argument, format_words, &i, e) ==
		    -1)
			return -1;
		o->format = (enum results_format)i;
		o->format_given = true;
		return 0;
	case OPTION_EXPLAIN_POLICY: o->explain_policy = true; return 0;
	case OPTION_CSV: o->stream.csv = true; return 0;
	case OPTION_DELIMITER:
		return delimiter_option(argument, &o->stream.delimiter, e);
	case 'j': return jobs_option(argument, &o->stream.jobs, e);
	case OPTION_LINE_BUFFERED: o->stream.line_buffered = true; return 0;
	case OPTION_NO_SANDBOX: o->sandbox = false; return 0;
	case OPTION_STRICT: o->stream.strict = true; return 0;
	case OPTION_PROGRESS: o->stream.progress = true; return 0;
	case OPTION_SCALE:
		if (word_option("--scale", argument, scales, &i, e) == -1)
			return -1;
		o->percent = i == 1;
		return 0;
	case OPTION_MAX_TIME:
		return number_option(
		    "--max-time", argument, 0, 1e6, &o->max_time, e);
	case OPTION_MAX_LINE:
		return size_option("--max-line", argument, 1, MAX_LINE_MOST,
		    &o->stream.max_line, e);
	default: return 0;
	}
}
