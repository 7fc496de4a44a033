/* hitl-queue import and verify: the queue out of its events. */
#include <stdlib.h>

#include "queue/replay.h"
#include "queue/store.h"

#include "queue/verbs.h"

enum { OPTION_HEAD = OPTION_VERB };

struct own {
	struct desk_options desk;
	struct str head;
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	return id == OPTION_HEAD ? text_option("--head", argument, &o->head, e)
				 : desk_take(&o->desk, id, argument, e);
}

/* Exported events on their way into a queue. */
struct importing {
	struct desk *desk;
	struct buf lines;
	struct exported {
		size_t end; /* of its line */
		const char *file;
		uint64_t lineno;
	} * event; /* [n] */
	size_t n, cap;
	uint64_t imported, known;
	uint64_t attempt; /* imported of this piece */
	bool failed, told;
	struct err e;
};

static int
add(struct record *r, void *state, struct err *e)
{
	struct importing *x = state;

	if (x->failed) {
		*e = x->e;
		x->told = true;
		return -1;
	}
	buf_str(&x->lines, r->line);
	VEC_ROOM(x->event, x->n, x->cap);
	x->event[x->n++] = (struct exported){ x->lines.n, r->file, r->lineno };
	return 0;
}

static int
import_all(struct queue *q, void *state, struct err *e)
{
	struct importing *x = state;
	uint64_t imported = 0;
	size_t at = 0;

	for (size_t i = 0; i < x->n; i++) {
		const struct exported *v = &x->event[i];
		struct str line = { x->lines.s + at, v->end - at };
		int got = queue_import(q, line, e);
		if (got == -1)
			return err_prefix(e, "%s:%llu", v->file,
			    (unsigned long long)v->lineno);
		imported += (uint64_t)got;
		at = v->end;
	}
	x->attempt = imported;
	return 0;
}

static void
keep(void *state)
{
	struct importing *x = state;

	if (!x->failed && x->n > 0) {
		x->failed =
		    queue_change(x->desk->queue, import_all, x, &x->e) == -1;
		if (!x->failed) {
			x->imported += x->attempt;
			x->known += x->n - x->attempt;
		}
	}
	x->n = 0;
	buf_clear(&x->lines);
}

static const struct option_row import_rows[] = { DESK_ROWS };

static void
import(struct desk *d, struct importing *x)
{
	struct buf *out;

	run_stream(&d->run,
	    &(struct stream_job){ .record = add, .piece = keep, .state = x });
	keep(x);
	if (x->failed && !x->told)
		desk_fail(d, &x->e);
	out = rows_text(&d->rows);
	buf_printf(out, "{\"imported\":%llu", (unsigned long long)x->imported);
	buf_json_count(out, "known", x->known);
	buf_char(out, '}');
	rows_line(&d->rows);
}

int
run_import(int argc, char *argv[])
{
	static const struct command c = {
		.usage = "import [--db QUEUE] [OPTION...] [FILE...]",
		.about = "Makes a queue out of exported events, or adds those "
			 "it has not.",
		.own = import_rows,
		.nown = LENGTH(import_rows),
		.reads = READS_LINES,
		.results = true,
		.take = take,
	};
	struct own own = { .desk = DESK_INIT };
	struct importing x = { 0 };
	struct desk d;
	struct err e;

	if (desk_begin(&d, &c, &own,
		(struct desk_kind){ .create = true, .records = true }, argc,
		argv) == -1)
		return desk_end(&d);
	x.desk = &d;
	if (program_compile(&d.run.options, d.run.policy->exprs, &e) == -1)
		desk_fail(&d, &e);
	else if (desk_start(&d) == 0)
		import(&d, &x);
	buf_release(&x.lines);
	free(x.event);
	return desk_end(&d);
}

static const struct option_row verify_rows[] = {
	DESK_ROWS,
	{ OPTION_HEAD, "head", "HASH",
	    "that an earlier verify said; it must be there still" },
};

static void
print_verdict(struct desk *d, const struct verdict_of_queue *v)
{
	struct buf *out = rows_text(&d->rows);

	buf_printf(out, "{\"intact\":%s", v->intact ? "true" : "false");
	if (!v->intact) {
		buf_cstr(out, ",\"why\":");
		buf_json_string(out, str_of(v->why));
	}
	buf_json_count(out, "events", (uint64_t)v->events);
	buf_json_count(out, "tasks", (uint64_t)v->tasks);
	buf_printf(out, ",\"head\":\"%s\"}", v->hash);
	rows_line(&d->rows);
	if (v->intact)
		return;
	/* for who keeps of the output but the head, or nothing */
	diag("%s: is not intact: %s; keep the head noted before, and import "
	     "events exported before into another queue",
	    store_name(d->queue->store), v->why);
	desk_no(d);
}

int
run_verify(int argc, char *argv[])
{
	static const struct command c = {
		.usage = "verify [--head HASH] [OPTION...]",
		.about = "Checks that the events are a chain, and that the "
			 "queue is what they lead to.",
		.own = verify_rows,
		.nown = LENGTH(verify_rows),
		.reads = READS_NOTHING,
		.results = true,
		.take = take,
	};
	struct own own = { .desk = DESK_INIT };
	struct verdict_of_queue v;
	struct desk d;
	struct err e;

	if (desk_open(&d, &c, &own, (struct desk_kind){ .bare = true }, argc,
		argv) == 0) {
		if (queue_verify(d.queue, own.head, &v, &e) == -1)
			desk_fail(&d, &e);
		else
			print_verdict(&d, &v);
	}
	return desk_end(&d);
}
