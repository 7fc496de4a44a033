/* hitl-queue clock: whether it is right. */
#include "queue/verbs.h"

enum { OPTION_BY = OPTION_VERB, OPTION_TRUST };

struct own {
	struct desk_options desk;
	struct str by;
	bool trust;
};

static const struct option_row rows[] = {
	DESK_ROWS,
	{ OPTION_TRUST, "trust", NULL,
	    "it is right, though the queue has seen later times" },
	{ OPTION_BY, "by", "NAME", "who says so, for the record" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	switch (id) {
	case OPTION_BY: return text_option("--by", argument, &o->by, e);
	case OPTION_TRUST: o->trust = true; return 0;
	default: return desk_take(&o->desk, id, argument, e);
	}
}

static int
look(struct desk *d, const struct own *o, struct err *e)
{
	struct buf *out = rows_text(&d->rows);
	int64_t now, latest;

	if ((o->trust && queue_trust_clock(d->queue, o->by, e) == -1) ||
	    queue_times(d->queue, &now, &latest, e) == -1)
		return -1;
	buf_cstr(out, "{\"now\":");
	timestamp_json(out, now);
	timestamp_member(out, "latest", latest);
	buf_cstr(out, ",\"behind\":");
	buf_json_bool(out, queue_clock_is_behind(d->queue));
	buf_char(out, '}');
	rows_line(&d->rows);
	if (queue_clock_is_behind(d->queue))
		desk_no(d);
	return 0;
}

static const struct option_rule rules[] = {
	{ OPTION_BY, .with = { OPTION_TRUST } },
	{ 0 },
};

int
run_clock(int argc, char *argv[])
{
	static const struct command c = {
		.usage = "clock [--trust] [--by NAME] [OPTION...]",
		.about = "Whether the clock is behind what the queue has "
			 "seen; and that it is right.",
		.own = rows,
		.nown = LENGTH(rows),
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
	    look(&d, &own, &e) == -1)
		desk_fail(&d, &e);
	return desk_end(&d);
}
