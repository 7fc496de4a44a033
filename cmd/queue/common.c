/* What the verbs of hitl-queue have in common (verbs.h). */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#include "queue/verbs.h"

int
text_option(
    const char *name, const char *argument, struct str *text, struct err *e)
{
	*text = str_of(argument);
	if (text->n > 0 && utf8_valid(*text))
		return 0;
	return err_set(e, STATUS_USAGE, "%s: is %s", name,
	    text->n == 0 ? "empty" : "not UTF-8");
}

int
reviewer_option(const char *argument, struct str *name, struct err *e)
{
	const char *wrong = person_fault(str_of(argument));

	if (wrong != NULL)
		return err_set(e, STATUS_USAGE, "--reviewer: %s", wrong);
	return text_option("--reviewer", argument, name, e);
}

int
desk_take(struct desk_options *o, int id, const char *argument, struct err *e)
{
	switch (id) {
	case OPTION_DB: o->db = argument; return 0;
	case OPTION_PATIENCE:
		if (duration_option("--patience", argument, &o->patience, e) ==
		    -1)
			return -1;
		if (o->patience > 24 * 3600 * USEC_PER_SECOND)
			return err_set(
			    e, STATUS_USAGE, "--patience: is at most 24h");
		return 0;
	default:
		if (time_option("--now", argument, &o->now, e) == -1)
			return -1;
		if (o->now > TASK_TIME_MOST || o->now < 0)
			return err_set(
			    e, STATUS_USAGE, "--now: is from 1970 to 9000");
		return 0;
	}
}

int
desk_fail(struct desk *d, const struct err *e)
{
	if (d->run.opened)
		rows_drop(&d->rows);
	return run_fail(&d->run, e);
}

static int
open_queue(struct desk *d)
{
	const struct desk_options *o = d->options;
	const char *where = o->db != NULL ? o->db : getenv("HITL_DB");
	struct err e;

	if (where == NULL || *where == '\0' || *where == ':') {
		err_set(&e, STATUS_USAGE,
		    where == NULL || *where == '\0'
			? "which queue? give --db FILE, or set HITL_DB"
			: "--db: is a file, or postgres://HOST/NAME");
		return desk_fail(d, &e);
	}
	d->queue = queue_open(&(struct queue_options){ .where = where,
				  .create = d->create,
				  .now = o->now,
				  .patience = o->patience },
	    &e);
	return d->queue == NULL ? desk_fail(d, &e) : 0;
}

int
desk_begin(struct desk *d, const struct command *c, void *own,
    struct desk_kind kind, int argc, char *argv[])
{
	struct run *r = &d->run;
	struct err e;

	memset(d, 0, sizeof(*d));
	if (run_begin(r, c, own, argc, argv) == -1)
		return -1;
	if (kind.records && stream_check(r->options.file, &e) == -1)
		return desk_fail(d, &e);
	if (kind.bare && r->options.file[0] != NULL) {
		err_set(&e, STATUS_USAGE, "%s: is one too many",
		    r->options.file[0]);
		return desk_fail(d, &e);
	}
	d->options = own;
	d->create =
	    kind.create && !(kind.question && r->options.file[0] == NULL);
	return 0;
}

int
desk_start(struct desk *d)
{
	if (open_queue(d) == -1 || run_open_output(&d->run) == -1)
		return -1;
	rows_begin(&d->rows, &d->run);
	return 0;
}

int
desk_open(struct desk *d, const struct command *c, void *own,
    struct desk_kind kind, int argc, char *argv[])
{
	return desk_begin(d, c, own, kind, argc, argv) == -1 ? -1
							     : desk_start(d);
}

void
desk_lines(struct desk *d, struct str lines)
{
	rows_lines(&d->rows, lines);
}

void
desk_no(struct desk *d)
{
	d->run.status = status_worse(d->run.status, STATUS_NO);
}

int
desk_end(struct desk *d)
{
	queue_close(d->queue);
	if (d->run.opened)
		rows_end(&d->rows);
	return run_end(&d->run);
}

const struct str *
desk_names(struct desk *d, size_t least, size_t *n, struct err *e)
{
	char **file = d->run.options.file;
	struct str *name;

	for (*n = 0; file[*n] != NULL;)
		++*n;
	if (*n < least) {
		err_set(e, STATUS_USAGE, "which tasks? give their ids");
		return NULL;
	}
	name = arena_new(&d->run.perm, struct str, *n + 1);
	for (size_t i = 0; i < *n; i++)
		if (text_option("an id", file[i], &name[i], e) == -1)
			return NULL;
	return name;
}

int
names_option(
    const char *option, const char *argument, struct names *x, struct err *e)
{
	struct str rest = str_of(argument);
	size_t before = x->n;

	while (rest.n > 0) {
		const char *comma = memchr(rest.s, ',', rest.n);
		size_t n = comma == NULL ? rest.n : (size_t)(comma - rest.s);
		struct str name = str_trim((struct str){ rest.s, n });
		if (name.n > 0) {
			VEC_ROOM(x->name, x->n, x->cap);
			x->name[x->n++] = name;
		}
		n += comma != NULL;
		rest.s += n;
		rest.n -= n;
	}
	return x->n > before
		   ? 0
		   : err_set(e, STATUS_USAGE, "%s: names none", option);
}
