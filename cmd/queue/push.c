/* hitl-queue push: what has been routed to people. */
#include "queue/push.h"

#include "queue/verbs.h"

enum { OPTION_AGAIN = OPTION_VERB };

struct own {
	struct desk_options desk;
	bool again;
};

static const struct option_row rows[] = {
	DESK_ROWS,
	{ OPTION_AGAIN, "again", NULL,
	    "open again what is finished when it comes again" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	if (id != OPTION_AGAIN)
		return desk_take(&o->desk, id, argument, e);
	o->again = true;
	return 0;
}

static const struct command command = {
	.usage = "push [--db QUEUE] [OPTION...] [FILE...]",
	.about = "Puts what is to be looked at in the queue: routed records, "
		 "or tasks.",
	.own = rows,
	.nown = sizeof(rows) / sizeof(rows[0]),
	.results = true,
	.take = take,
};

static void
print_totals(struct desk *d, const struct push_totals *t)
{
	struct buf *out = rows_text(&d->rows);

	buf_printf(out, "{\"read\":%llu", (unsigned long long)t->read);
	buf_json_count(out, "pushed", t->pushed);
	buf_json_count(out, "again", t->again);
	buf_json_count(out, "known", t->known);
	buf_json_count(out, "alone", t->alone);
	buf_char(out, '}');
	rows_line(&d->rows);
}

static void
push(struct desk *d, struct pusher *p)
{
	struct push_totals totals;
	struct evaluator *ev;
	struct err e;

	if (program_compile(&d->run.options, d->run.policy->exprs, &e) == -1) {
		desk_fail(d, &e);
		return;
	}
	ev = evaluator_new(d->run.policy->exprs);
	pusher_start(p, ev);
	run_stream(&d->run,
	    &(struct stream_job){
		.record = push_record, .piece = push_piece, .state = p });
	if (pusher_end(p, &e) == -1)
		desk_fail(d, &e);
	totals = pusher_totals(p);
	print_totals(d, &totals);
	evaluator_free(ev);
}

int
run_push(int argc, char *argv[])
{
	struct own own = { .desk = DESK_INIT };
	struct pusher *p = NULL;
	struct desk d;
	struct err e;

	if (desk_open(&d, &command, &own,
		(struct desk_kind){ .create = true, .records = true }, argc,
		argv) == -1)
		return desk_end(&d);
	if ((p = pusher_new(d.queue, d.run.policy, own.again, &e)) == NULL)
		desk_fail(&d, &e);
	else
		push(&d, p);
	pusher_free(p);
	return desk_end(&d);
}
