/* Where a command writes: each place is for one thing (options.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/links.h"
#include "common.h"

static bool
is_stdout(const char *file)
{
	return strcmp(file, "-") == 0;
}

/* What follows the last slash, and the directory before it. */
static const char *
base_name(const char *file, struct stat *directory)
{
	const char *slash = strrchr(file, '/');
	char *path;
	bool bad;

	if (slash == NULL)
		return stat(".", directory) == -1 ? NULL : file;
	/* with the slash, so that it is a directory, and "/" is there */
	if ((path = strndup(file, (size_t)(slash + 1 - file))) == NULL)
		memory_exhausted();
	bad = stat(path, directory) == -1;
	free(path);
	return bad ? NULL : slash + 1;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether both would be made at one place, wherever links lead. */
static bool
is_one_place(const char *a, const char *b)
{
	char *a_target = NULL, *b_target = NULL;
	const char *a_base, *b_base;
	struct stat x, y;
	bool one = false;

	if (links_follow(a, &a_target) == 0 &&
	    links_follow(b, &b_target) == 0 && a_target != NULL &&
	    b_target != NULL) {
		a_base = base_name(a_target, &x);
		b_base = base_name(b_target, &y);
		one = a_base != NULL && b_base != NULL && is_same(&x, &y) &&
		      strcmp(a_base, b_base) == 0;
	}
	free(a_target);
	free(b_target);
	return one;
}

/* Whether the later one would replace the earlier; a device may be both. */
static bool
is_one_file(const char *a, const char *b)
{
	struct stat x, y;
	bool a_there = stat(a, &x) == 0, b_there = stat(b, &y) == 0;

	if (a_there && b_there)
		return S_ISREG(x.st_mode) && is_same(&x, &y);
	return !a_there && !b_there &&
	       (strcmp(a, b) == 0 || is_one_place(a, b));
}

/* A shell's >file: what is written there by two is lost in parts. */
static bool
is_where_stdout_goes(const char *file)
{
	struct stat x, y;

	return fstat(STDOUT_FILENO, &x) == 0 && S_ISREG(x.st_mode) &&
	       stat(file, &y) == 0 && is_same(&x, &y);
}

int
file_option(const char *name, const char *argument, const char *const others[],
    size_t n, struct err *e)
{
	for (size_t i = 0; argument != NULL && i < n; i++) {
		bool first, second;
		if (others[i] == NULL)
			continue;
		first = is_stdout(others[i]);
		second = is_stdout(argument);
		if (first != second &&
		    is_where_stdout_goes(first ? argument : others[i]))
			return err_set(e, STATUS_USAGE,
			    "%s %s: standard output is a file, and one of both "
			    "would be lost there",
			    name, argument);
		if (first != second)
			continue;
		if (second)
			return err_set(e, STATUS_USAGE,
			    "%s -: standard output is taken already", name);
		if (is_one_file(others[i], argument))
			return err_set(e, STATUS_USAGE,
			    "%s %s: something else is written there", name,
			    argument);
	}
	return 0;
}

/* What an option's argument is. */
enum writes { WRITES_NOTHING, WRITES_OUTPUT, WRITES_BESIDE };

static enum writes
what_is_written(const struct command *c, int id, const char *argument)
{
	const struct option_file *f = c->file;
	const int *output = c->outputs;
	bool beside = id == 'R';

	for (; f != NULL && f->id != 0; f++)
		beside |= f->id == id && f->right == SANDBOX_REPLACE;
	for (; output != NULL && *output != 0; output++)
		if (*output == id && (!beside || is_stdout(argument)))
			return WRITES_OUTPUT;
	if (id == 'o')
		return WRITES_OUTPUT;
	return beside ? WRITES_BESIDE : WRITES_NOTHING;
}

int
outputs_check(
    const struct options_given *g, const struct command *c, struct err *e)
{
	const char *file[OPTIONS_MAX + 1] = { "-" }; /* the output first */
	const struct option_row *row[OPTIONS_MAX + 1];
	char name[64];
	size_t n = 1;

	for (size_t i = 0; i < g->nall; i++) {
		if (!g->given[i])
			continue;
		switch (what_is_written(c, g->all[i]->id, g->argument[i])) {
		case WRITES_OUTPUT: file[0] = g->argument[i]; break;
		case WRITES_BESIDE:
			row[n] = g->all[i];
			file[n++] = g->argument[i];
			break;
		default: break;
		}
	}
	for (size_t i = 1; i < n; i++) {
		snprintf(name, sizeof(name), "--%s", row[i]->name);
		if (file_option(name, file[i], file, i, e) == -1)
			return -1;
	}
	return 0;
}
