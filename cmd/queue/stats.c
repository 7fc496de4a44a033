/* hitl-queue stats: how much waits, and for how long. */
#include "queue/stats.h"

#include "queue/verbs.h"

enum { OPTION_BY = OPTION_VERB, OPTION_WINDOW };

struct own {
	struct desk_options desk;
	int by;
	int64_t window;
};

static const struct option_row rows[] = {
	DESK_ROWS,
	{ OPTION_BY, "by", "WHAT", "a row for each queue, risk, tier or kind" },
	{ OPTION_WINDOW, "window", "DURATION",
	    "how far back reviews are counted (24h)" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	switch (id) {
	case OPTION_BY:
		return word_option("--by", argument, stats_by_words, &o->by, e);
	case OPTION_WINDOW:
		return duration_option("--window", argument, &o->window, e);
	default: return desk_take(&o->desk, id, argument, e);
	}
}

static void
print(void *arg, struct str object)
{
	struct desk *d = arg;

	buf_str(rows_text(&d->rows), object);
	rows_line(&d->rows);
}

int
run_stats(int argc, char *argv[])
{
	static const struct command c = {
		.usage = "stats [--by queue] [--window 24h] [OPTION...]",
		.about = "How much waits, who is at it, and how long what "
			 "comes now will wait.",
		.own = rows,
		.nown = LENGTH(rows),
		.reads = READS_NOTHING,
		.results = true,
		.take = take,
	};
	struct own own = { .desk = DESK_INIT,
		.window = 24 * 3600 * USEC_PER_SECOND };
	struct desk d;
	struct err e;

	if (desk_open(&d, &c, &own, (struct desk_kind){ .bare = true }, argc,
		argv) == 0 &&
	    queue_stats(d.queue, (enum stats_by)own.by, own.window, print, &d,
		&e) == -1)
		desk_fail(&d, &e);
	return desk_end(&d);
}
