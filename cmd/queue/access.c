/* hitl-queue access: who may take and decide what. */
#include "queue/rules.h"
#include "record/json_tree.h"

#include "queue/verbs.h"

enum { OPTION_BY = OPTION_VERB };

struct own {
	struct desk_options desk;
	struct str by;
};

static const struct option_row rows[] = {
	DESK_ROWS,
	{ OPTION_BY, "by", "NAME", "who sets them, for the record" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	return id == OPTION_BY ? text_option("--by", argument, &o->by, e)
			       : desk_take(&o->desk, id, argument, e);
}

static int
set(struct desk *d, const struct own *o, const char *file, struct err *e)
{
	struct buf text = { 0 };
	int bad = file_read(file, &text, e) == -1 ||
			  queue_set_rules(
			      d->queue, file, buf_view(&text), o->by, e) == -1
		      ? -1
		      : 0;

	buf_release(&text);
	return bad;
}

static int
print(struct desk *d, struct err *e)
{
	struct buf *out = rows_text(&d->rows);

	if (queue_rules(d->queue, out, e) == -1)
		return -1;
	if (out->n > 0) {
		rows_line(&d->rows);
		return 0;
	}
	diag("there are no rules: everybody may do all that asks for no "
	     "authority");
	run_no_result(&d->run);
	return 0;
}

static const struct option_rule rules[] = {
	{ OPTION_BY, .with = { OPTION_FILES } },
	{ 0 },
};

int
run_access(int argc, char *argv[])
{
	static const struct command c = {
		.usage = "access [--by NAME] [OPTION...] [FILE]",
		.about = "Sets who may take and decide what, by a file; or "
			 "prints it.",
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
	char **file;
	int bad;

	if (desk_open(&d, &c, &own,
		(struct desk_kind){ .create = true, .question = true }, argc,
		argv) == -1)
		return desk_end(&d);
	file = d.run.options.file;
	if (file[0] == NULL)
		bad = print(&d, &e);
	else if (file[1] != NULL)
		bad = err_set(&e, STATUS_USAGE, "access: one file is enough");
	else
		bad = set(&d, &own, file[0], &e);
	if (bad == -1)
		desk_fail(&d, &e);
	return desk_end(&d);
}
