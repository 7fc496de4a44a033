/* hitl-queue push: what has been routed to people. */
#include <unistd.h>

#include "queue/push.h"
#include "queue/redis.h"
#include "record/rejects.h"
#include "record/single.h"

#include "queue/verbs.h"

enum {
	OPTION_AGAIN = OPTION_VERB,
	OPTION_CONSUMER,
	OPTION_FOLLOW,
	OPTION_FROM,
	OPTION_GROUP,
};

struct own {
	struct desk_options desk;
	bool again, follow;
	const char *from; /* NULL: FILEs */
	const char *group, *consumer;
};

static const struct option_row rows[] = {
	DESK_ROWS,
	{ OPTION_AGAIN, "again", NULL,
	    "open again what is finished when it comes again" },
	{ OPTION_FROM, "from", "URL",
	    "out of a stream, redis://HOST/STREAM, instead of FILEs" },
	{ OPTION_GROUP, "group", "NAME", "of its consumers (hitl)" },
	{ OPTION_CONSUMER, "consumer", "NAME", "one of them (the host)" },
	{ OPTION_FOLLOW, "follow", NULL, "and then what comes, for ever" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	switch (id) {
	case OPTION_AGAIN: o->again = true; return 0;
	case OPTION_CONSUMER: o->consumer = argument; return 0;
	case OPTION_FOLLOW: o->follow = true; return 0;
	case OPTION_FROM: o->from = argument; return 0;
	case OPTION_GROUP: o->group = argument; return 0;
	default: return desk_take(&o->desk, id, argument, e);
	}
}

static const struct option_rule rules[] = {
	{ OPTION_FROM, .without = { OPTION_FILES, OPTION_CSV, OPTION_PROGRESS,
			   OPTION_STRICT } },
	{ OPTION_GROUP, .with = { OPTION_FROM } },
	{ OPTION_CONSUMER, .with = { OPTION_FROM } },
	/* the totals come at the end, which there is none of */
	{ OPTION_FOLLOW, .with = { OPTION_FROM }, .without = { 'o' } },
	{ 0 },
};

static const struct command command = {
	.usage = "push [--db QUEUE] [OPTION...] [FILE...]",
	.about = "Puts what is to be looked at in the queue: routed records, "
		 "or tasks.",
	.own = rows,
	.nown = LENGTH(rows),
	.results = true,
	.reads = READS_TASKS,
	.rule = rules,
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

/* Entries of a stream on their way into the queue. */
struct entries {
	struct desk *desk;
	struct pusher *pusher;
	struct redis_stream *stream;
	struct single single;
	struct rejects rejects;
	uint64_t n;
};

/* -1 with *e only for what ends the run. */
static int
push_entry(void *arg, const char *id, struct str line, struct err *e)
{
	struct entries *x = arg;
	const char *name = redis_stream_name(x->stream);

	(void)id;
	x->n++;
	if (line.n == 0)
		err_set(e, STATUS_REJECTED, "has no field \"record\"");
	else if (single_scan(&x->single, line, e) == 0 &&
		 push_record(&x->single.record, x->pusher, e) == 0)
		return 0;
	if (e->code != STATUS_REJECTED)
		return -1;
	x->desk->run.status =
	    status_worse(x->desk->run.status, STATUS_REJECTED);
	/* whether it could be kept is said by rejects_keep() */
	(void)rejects_add(&x->rejects, name, x->n, e->msg, line);
	return 0;
}

/*
 * Some at a time: they are acknowledged when they are kept, in the queue or
 * among the rejected ones.
 */
static int
push_entries(struct entries *x, bool follow, struct err *e)
{
	int n;

	do {
		n = redis_stream_read(x->stream,
		    follow ? REDIS_WAIT_MOST * USEC_PER_SECOND : 0, push_entry,
		    x, e);
		if (n == -1 || pusher_end(x->pusher, e) == -1 ||
		    rejects_keep(&x->rejects, e) == -1 ||
		    redis_stream_acknowledge(x->stream, e) == -1)
			return -1;
	} while (n > 0 || follow);
	return 0;
}

static void
push_stream(struct desk *d, const struct own *o, struct pusher *p)
{
	struct entries x = { .desk = d, .pusher = p };
	char host[256] = "hitl";
	struct err e;

	gethostname(host, sizeof(host) - 1);
	single_init(&x.single, expr_set_fields(d->run.policy->exprs));
	x.stream = redis_stream_open(o->from, o->desk.patience, &e);
	if (x.stream == NULL ||
	    redis_stream_join(x.stream, o->group,
		o->consumer == NULL ? host : o->consumer, &e) == -1 ||
	    rejects_open_end(&x.rejects, d->run.options.stream.rejects, &e) ==
		-1 ||
	    push_entries(&x, o->follow, &e) == -1)
		desk_fail(d, &e);
	if (rejects_close(&x.rejects, &e) == -1)
		desk_fail(d, &e);
	redis_stream_close(x.stream);
	single_release(&x.single);
}

static void
push_files(struct desk *d, struct pusher *p)
{
	struct err e;

	run_stream(&d->run,
	    &(struct stream_job){
		.record = push_record, .piece = push_piece, .state = p });
	if (pusher_end(p, &e) == -1)
		desk_fail(d, &e);
}

static void
push(struct desk *d, const struct own *o, struct pusher *p)
{
	struct push_totals totals;
	struct evaluator *ev;

	ev = evaluator_new(d->run.policy->exprs);
	pusher_start(p, d->queue, ev);
	if (o->from != NULL)
		push_stream(d, o, p);
	else
		push_files(d, p);
	totals = pusher_totals(p);
	print_totals(d, &totals);
	evaluator_free(ev);
}

int
run_push(int argc, char *argv[])
{
	struct own own = { .desk = DESK_INIT, .group = "hitl" };
	struct pusher *p = NULL;
	struct desk d;
	struct err e;

	if (desk_begin(&d, &command, &own,
		(struct desk_kind){ .create = true, .records = true }, argc,
		argv) == -1)
		return desk_end(&d);
	if ((p = pusher_new(d.run.policy, own.again, &e)) == NULL ||
	    program_compile(&d.run.options, d.run.policy->exprs, &e) == -1)
		desk_fail(&d, &e);
	else if (desk_start(&d) == 0)
		push(&d, &own, p);
	pusher_free(p);
	return desk_end(&d);
}
