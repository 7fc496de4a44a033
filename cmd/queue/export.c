/* hitl-queue export: reviews, approvals, tasks, events. */
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "queue/export.h"
#include "queue/redis.h"

#include "queue/verbs.h"

enum {
	OPTION_AFTER = OPTION_VERB,
	OPTION_AS,
	OPTION_FOLLOW,
	OPTION_TO,
};

struct own {
	struct desk_options desk;
	int as;
	size_t after; /* the number of an event */
	bool after_given, follow;
	const char *to; /* NULL: standard output */
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	switch (id) {
	case OPTION_AFTER:
		o->after_given = true;
		return count_option("--after", argument, 0, 1e15, &o->after, e);
	case OPTION_AS:
		return word_option("--as", argument, export_words, &o->as, e);
	case OPTION_FOLLOW: o->follow = true; return 0;
	case OPTION_TO: o->to = argument; return 0;
	default: return desk_take(&o->desk, id, argument, e);
	}
}

static const struct option_row export_rows[] = {
	DESK_ROWS,
	{ OPTION_AS, "as", "KIND",
	    "reviews (default), approvals, tasks or events" },
	{ OPTION_AFTER, "after", "N", "what happened behind event N (0)" },
	{ OPTION_FOLLOW, "follow", NULL, "and then what comes, for ever" },
	{ OPTION_TO, "to", "URL",
	    "into a stream, redis://HOST/STREAM, from its last entry on" },
};

static const struct option_rule rules[] = {
	{ OPTION_TO, .without = { 'f', 'o' } },
	/* what is replaced when all is written, which it never is */
	{ OPTION_FOLLOW, .without = { 'o' } },
	{ 0 },
};

static int
print(void *arg, int64_t n, struct str line)
{
	struct desk *d = arg;

	(void)n;
	buf_str(rows_text(&d->rows), line);
	rows_line(&d->rows);
	return d->run.out.errnum != 0 ? -1 : 0;
}

/* The same into a stream. */
struct adding {
	struct redis_stream *stream;
	const char *as;
	bool failed;
	struct err e;
};

static int
add_entry(void *arg, int64_t n, struct str line)
{
	struct adding *x = arg;

	x->failed = redis_stream_add(x->stream, x->as, n, line, &x->e) == -1;
	return x->failed ? -1 : 0;
}

enum { LOOK_MS = 1000 }; /* between two looks for what has come */

/* Waits; false when nobody reads any more. */
static bool
wait_for_more(struct desk *d)
{
	struct pollfd p = { .fd = d->run.out.fd };

	if (output_flush(&d->run.out) == -1)
		return false;
	(void)poll(&p, 1, LOOK_MS);
	return (p.revents & (POLLERR | POLLNVAL)) == 0;
}

static int
print_all(struct desk *d, const struct own *o, int64_t from, struct err *e)
{
	do {
		if (queue_export(d->queue, (enum export_kind)o->as, &from,
			print, d, e) == -1)
			return -1;
	} while (o->follow && wait_for_more(d));
	return 0;
}

/* From behind the last one that is there already. */
static int
open_stream(struct adding *x, const struct own *o, int64_t *from, struct err *e)
{
	int64_t last;

	x->stream = redis_stream_open(o->to, o->desk.patience, e);
	if (x->stream == NULL ||
	    redis_stream_last(x->stream, x->as, &last, e) == -1)
		return -1;
	if (last == REDIS_NOBODY_KNOWS && !o->after_given)
		return err_set(e, STATUS_USAGE,
		    "%s: has had entries, but none of the last %s says which "
		    "event it is of; say with --after N where to go on, "
		    "--after 0 from the first",
		    redis_stream_name(x->stream), REDIS_LOOK_BACK);
	if (last > *from)
		*from = last;
	return 0;
}

static int
add_all(struct desk *d, const struct own *o, int64_t from, struct err *e)
{
	struct adding x = { .as = export_words[o->as] };
	int bad = open_stream(&x, o, &from, e);

	while (bad == 0) {
		bad = queue_export(
		    d->queue, (enum export_kind)o->as, &from, add_entry, &x, e);
		if (bad == 0 && x.failed) {
			*e = x.e;
			bad = -1;
		}
		if (!o->follow)
			break;
		nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
	}
	redis_stream_close(x.stream);
	return bad;
}

static int
export_all(struct desk *d, const struct own *o, struct err *e)
{
	if (o->as == EXPORT_TASKS &&
	    (o->follow || o->after > 0 || o->to != NULL))
		return err_set(e, STATUS_USAGE,
		    "--as tasks: these are exported as they are, all of "
		    "them, and to standard output");
	if (o->follow && d->run.options.format != FORMAT_NDJSON)
		return err_set(e, STATUS_USAGE,
		    "--follow: what never ends is written line by line, as "
		    "NDJSON");
	return o->to == NULL ? print_all(d, o, (int64_t)o->after, e)
			     : add_all(d, o, (int64_t)o->after, e);
}

int
run_export(int argc, char *argv[])
{
	static const struct command c = {
		.usage = "export [--as KIND] [--after N] [OPTION...]",
		.about = "Reviews for hitl-feedback, approvals for hitl-act, "
			 "tasks, or all that happened.",
		.own = export_rows,
		.nown = LENGTH(export_rows),
		.reads = READS_NOTHING,
		.results = true,
		.rule = rules,
		.take = take,
	};
	struct own own = { .desk = DESK_INIT };
	struct desk d;
	struct err e;

	if (desk_open(&d, &c, &own, (struct desk_kind){ .bare = true }, argc,
		argv) == 0 &&
	    export_all(&d, &own, &e) == -1)
		desk_fail(&d, &e);
	return desk_end(&d);
}
