/* The words of a command line (options.h). */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

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

static void
add_rows(struct parser *p, const struct command *c)
{
	const struct option_row *row[OPTIONS_MAX];
	size_t n = common_rows(c, row);

	p->command = c;
	strcpy(p->shorts, ":"); /* a missing argument is ':' */
	for (size_t i = 0; i < c->nown; i++)
		add_row(p, &c->own[i]);
	for (size_t i = 0; i < n; i++)
		add_row(p, row[i]);
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

/* "--strict=1": getopt_long tells which one it is. */
static void
refuse_argument(const struct parser *p, int id)
{
	struct err e;

	for (size_t i = 0; i < p->n; i++) {
		if (p->row[i]->id != id || p->row[i]->argument != NULL)
			continue;
		err_set(&e, STATUS_USAGE, "--%s takes no argument",
		    p->row[i]->name);
		usage_error(p->command, &e);
	}
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
	refuse_argument(p, optopt);
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

static bool
is_own(const struct command *c, int id)
{
	for (size_t i = 0; i < c->nown; i++)
		if (c->own[i].id == id)
			return true;
	return false;
}

static void
note_given(struct parser *p, int id, const char *argument)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->row[i]->id == id) {
			p->given.given[i] = true;
			p->given.argument[i] = argument;
		}
}

void
options_parse(struct options *o, const struct command *c, void *own, int argc,
    char *argv[])
{
	struct parser p = { 0 };
	struct err e;
	int id;

	common_begin(o, c);
	add_rows(&p, c);
	p.given.all = p.row;
	p.given.nall = p.n;
	opterr = 0;
	optind = 0; /* glibc: start afresh, for verbs */
	while ((id = getopt_long(argc, argv, p.shorts, p.longs, NULL)) != -1) {
		int r = 0;
		note_given(&p, id, optarg);
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
			r = common_take(o, id, optarg, &e);
		if (r == -1)
			usage_error(c, &e);
	}
	o->file = argv + optind;
	p.given.files = *o->file != NULL;
	if (rules_check(&p.given, c->rule, &e) == -1 ||
	    outputs_check(&p.given, c, &e) == -1)
		usage_error(c, &e);
	allow_scratch(c);
	o->explain_to = o->output;
}

void
options_release(struct options *o)
{
	free(o->override);
}
