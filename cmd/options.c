/* What all programs have in common (options.h). */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

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

/* The rows of one command, and what getopt_long wants of them. */
struct parser {
	const struct command *command;
	const struct option_row *row[OPTIONS_MAX];
	size_t n;
	struct options_given given;
	struct option longs[OPTIONS_MAX + 1];
	char shorts[3 * OPTIONS_MAX + 2];
};

/* What getopt_long calls it: a "[=x]" may be left out. */
static int
argument_kind(const char *argument)
{
	return argument == NULL                  ? no_argument
	       : strncmp(argument, "[=", 2) == 0 ? optional_argument
						 : required_argument;
}

static void
add_row(struct parser *p, const struct option_row *row)
{
	size_t at = strlen(p->shorts);

	p->row[p->n] = row;
	p->longs[p->n++] = (struct option){ row->name,
		argument_kind(row->argument), NULL, row->id };
	if (row->id < 256) {
		p->shorts[at++] = (char)row->id;
		if (row->argument != NULL)
			p->shorts[at++] = ':';
		p->shorts[at] = '\0';
	}
}

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
	case OPTION_NO_SANDBOX: return c->reads == READS_RECORDS;
	default: return c->reads <= READS_TASKS;
	}
}

static void
add_rows(struct parser *p, const struct command *c)
{
	p->command = c;
	strcpy(p->shorts, ":"); /* a missing argument is ':' */
	for (size_t i = 0; i < c->nown; i++)
		add_row(p, &c->own[i]);
	if (c->results)
		add_row(p, &format_row);
	if (c->filter)
		add_row(p, &line_buffered_row);
	for (size_t i = 0; i < LENGTH(common); i++)
		if (has_option(c, common[i].id))
			add_row(p, &common[i]);
}

static _Noreturn void
usage_error(const struct command *c, const struct err *e)
{
	diag_err(e);
	diag("usage: %s %s", diag_program(), c->usage);
	exit(STATUS_USAGE);
}

static _Noreturn void
print_help(const struct parser *p)
{
	printf("usage: %s %s\n%s\n\n", diag_program(), p->command->usage,
	    p->command->about);
	for (size_t i = 0; i < p->n; i++) {
		const struct option_row *r = p->row[i];
		char left[64], letter[8] = "    ";
		bool blank = argument_kind(r->argument) == required_argument;
		if (r->id < 256)
			snprintf(letter, sizeof(letter), "-%c, ", r->id);
		snprintf(left, sizeof(left), "%s--%s%s%s", letter, r->name,
		    blank ? " " : "", r->argument == NULL ? "" : r->argument);
		printf("  %-30s  %s\n", left, r->help);
	}
	exit(fflush(stdout) == 0 && fclose(stdout) == 0 ? STATUS_OK
							: STATUS_SYSTEM);
}

static _Noreturn void
unknown_option(const struct parser *p, const char *word)
{
	const char *name[OPTIONS_MAX], *nearest;
	struct err e;
	struct str text = str_of(word);

	for (size_t i = 0; i < p->n; i++)
		name[i] = p->row[i]->name;
	while (text.n > 0 && text.s[0] == '-')
		text.s++, text.n--;
	for (size_t i = 0; i < text.n; i++)
		if (text.s[i] == '=')
			text.n = i;
	nearest = optopt != 0 ? NULL : str_nearest(text, name, p->n);
	if (optopt != 0)
		err_set(
		    &e, STATUS_USAGE, "-%c: there is no such option", optopt);
	else if (nearest != NULL)
		err_set(&e, STATUS_USAGE,
		    "--%.*s: there is no such option, or "
		    "it is ambiguous; did you mean --%s?",
		    (int)text.n, text.s, nearest);
	else
		err_set(&e, STATUS_USAGE,
		    "--%.*s: there is no such option, or "
		    "it is ambiguous; --help lists them",
		    (int)text.n, text.s);
	usage_error(p->command, &e);
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

static int
take_common(struct options *o, int id, const char *argument, struct err *e)
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

static bool
is_own(const struct command *c, int id)
{
	for (size_t i = 0; i < c->nown; i++)
		if (c->own[i].id == id)
			return true;
	return false;
}

static void
note_given(struct parser *p, int id)
{
	for (size_t i = 0; i < p->n; i++)
		p->given.given[i] |= p->row[i]->id == id;
}

void
options_parse(struct options *o, const struct command *c, void *own, int argc,
    char *argv[])
{
	struct parser p = { 0 };
	struct err e;
	int id;

	*o = (struct options){ .max_time = MAX_TIME,
		.sandbox = c->reads == READS_RECORDS,
		.stream = { .delimiter = ',', .max_line = MAX_LINE } };
	add_rows(&p, c);
	p.given.all = p.row;
	p.given.nall = p.n;
	opterr = 0;
	optind = 0; /* glibc: start afresh, for verbs */
	while ((id = getopt_long(argc, argv, p.shorts, p.longs, NULL)) != -1) {
		int r = 0;
		note_given(&p, id);
		if (id == 'h')
			print_help(&p);
		else if (id == 'V')
			print_version();
		else if (id == '?')
			unknown_option(&p, argv[optind - 1]);
		else if (id == ':')
			r = err_set(&e, STATUS_USAGE,
			    "%s: an argument is "
			    "expected",
			    argv[optind - 1]);
		else if (is_own(c, id)) {
			allow_file(c, id, optarg);
			r = c->take(id, optarg, own, &e);
		} else
			r = take_common(o, id, optarg, &e);
		if (r == -1)
			usage_error(c, &e);
	}
	o->file = argv + optind;
	p.given.files = *o->file != NULL;
	if (rules_check(&p.given, c->rule, &e) == -1)
		usage_error(c, &e);
	allow_scratch(c);
	o->explain_to = o->output;
}

void
options_release(struct options *o)
{
	free(o->override);
}
