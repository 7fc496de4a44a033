/* hitl-act: runs what was approved, once each (hitl-act(1)). */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"

#include "act/act.h"
#include "base/ending.h"

/* A signal ends us as it ends others, but not while a command runs. */
static volatile sig_atomic_t stopped_by, busy;

static void
on_signal(int signum)
{
	if (busy == 0)
		ending_take(signum);
	else
		stopped_by = signum;
}

static void
catch_signals(void)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction act = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART },
			 now;

	for (size_t i = 0; i < LENGTH(ending); i++)
		if (sigaction(ending[i], NULL, &now) == 0 &&
		    now.sa_handler != SIG_IGN)
			sigaction(ending[i], &act, NULL);
}

/* The actor, and where its rows go. */
struct acting {
	struct actor *actor;
	struct row_printer rows;
	struct buf line;
	bool at_once; /* rows are out when they are done */
	bool told; /* of something, by a row */
};

/* What has been done stays said, however it ends. */
static void
keep_rows(struct acting *x)
{
	x->rows.out->lasting = x->told;
}

static int
each(struct record *r, void *state, struct err *e)
{
	struct acting *x = state;
	int bad;

	buf_clear(&x->line);
	r->out = &x->line;
	busy = 1;
	bad = actor_record(r, x->actor, e);
	if (x->line.n > 0) {
		/* without its newline, which rows_line() makes */
		buf_add(rows_text(&x->rows), x->line.s, x->line.n - 1);
		rows_line(&x->rows);
		x->told = true;
	}
	/* what has been done has been said; or nothing more is done */
	if (output_flush(x->rows.out) == -1 && bad == 0)
		bad = err_set(e, STATUS_SYSTEM,
		    "what has been done cannot be said: stopped");
	if (x->at_once)
		keep_rows(x);
	busy = 0;
	if (stopped_by != 0 && bad == 0)
		bad = err_set(e, STATUS_SYSTEM,
		    "a signal has come: stopped behind what was begun");
	r->out = NULL;
	return bad;
}

static void
act_all(struct run *r, struct act_own *o, struct journal *j, struct queue *q)
{
	struct acting x = { 0 };
	struct stream_totals totals;
	struct evaluator *ev;
	struct err e;

	o->act.stop = &stopped_by;
	if ((x.actor = actor_new(r->policy, &o->act, j, q, &e)) == NULL ||
	    run_open(r) == -1) {
		if (x.actor == NULL)
			run_fail(r, &e);
		actor_free(x.actor);
		return;
	}
	ev = evaluator_new(r->policy->exprs);
	actor_start(x.actor, ev);
	rows_begin(&x.rows, r);
	x.at_once = r->options.format == FORMAT_NDJSON && !o->act.dry_run;
	catch_signals();
	r->options.stream.jobs = 1;
	totals =
	    run_stream(r, &(struct stream_job){ .record = each, .state = &x });
	rows_end(&x.rows);
	if (!o->act.dry_run)
		keep_rows(&x);
	if (program_stopped(&r->options, &totals) && !r->out.lasting)
		r->discard = true;
	if (actor_failures(x.actor) > 0)
		r->status = status_worse(r->status, STATUS_NO);
	evaluator_free(ev);
	actor_free(x.actor);
	buf_release(&x.line);
}

static void
print_journal(struct run *r, struct journal *j)
{
	struct row_printer printer;
	struct buf lines = { 0 };
	struct err e;

	if (journal_list(j, &lines, &e) == -1) {
		run_fail(r, &e);
		return;
	}
	if (run_open(r) == -1)
		return;
	rows_begin(&printer, r);
	rows_lines(&printer, buf_view(&lines));
	rows_end(&printer);
	buf_release(&lines);
}

static void
settle(struct run *r, const struct act_own *o, struct journal *j)
{
	struct err e;
	int got = journal_settle(j, o->settle, o->settled, &e);

	if (got == -1)
		run_fail(r, &e);
	else if (got == 0) {
		diag("--settle: the journal has no such key");
		r->status = STATUS_NO;
	}
}

/* What does not go together, or is not there. */
static int
check(struct act_own *o, const struct options *options, struct err *e)
{
	if (o->journal == NULL)
		return err_set(e, STATUS_USAGE,
		    "which journal? give --journal FILE, or set HITL_JOURNAL");
	if (o->list || o->settle.n > 0)
		return o->act.command == NULL && options->file[0] == NULL
			   ? 0
			   : err_set(e, STATUS_USAGE,
				 "--list, --settle: run nothing, and read "
				 "nothing but the journal");
	if (o->act.command == NULL || o->act.command[0] == NULL)
		return err_set(e, STATUS_USAGE,
		    "which command? give it behind --, such as -- ./refund");
	if (o->verify_policy && o->db == NULL)
		o->db = getenv("HITL_DB");
	if (o->verify_policy && o->db == NULL)
		return err_set(e, STATUS_USAGE,
		    "--verify-policy: which queue? give --db, or set HITL_DB");
	return 0;
}

/* Before anything was done there is nothing to list; or the name is wrong. */
static bool
is_missing(const char *journal, struct err *e)
{
	if (access(journal, F_OK) == 0)
		return false;
	err_errno(e, errno, "%s", journal);
	return true;
}

static int
run(struct act_own *o, struct run *r)
{
	struct journal *j = NULL;
	struct queue *q = NULL;
	struct err e;

	if (check(o, &r->options, &e) == -1 ||
	    (o->list && is_missing(o->journal, &e)) ||
	    (j = journal_open(o->journal, o->act.dry_run || o->list, &e)) ==
		NULL ||
	    (o->verify_policy &&
		(q = queue_open(&(struct queue_options){ .where = o->db,
				    .now = o->act.now,
				    .patience = 30 * USEC_PER_SECOND },
		     &e)) == NULL)) {
		run_fail(r, &e);
		journal_close(j);
		return run_end(r);
	}
	if (o->list)
		print_journal(r, j);
	else if (o->settle.n > 0)
		settle(r, o, j);
	else
		act_all(r, o, j, q);
	queue_close(q);
	journal_close(j);
	return run_end(r);
}

int
main(int argc, char *argv[])
{
	struct act_own own = { .act = { .timeout = 60 * USEC_PER_SECOND,
				   .retries = 3,
				   .backoff = USEC_PER_SECOND,
				   .now = TIMESTAMP_NONE },
		.journal = getenv("HITL_JOURNAL") };
	struct run r;
	int status;

	program_init("hitl-act");
	/* the command is not ours to parse */
	for (int i = 1; i < argc && own.act.command == NULL; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		own.act.command = argv + i + 1;
		argc = i;
		argv[i] = NULL;
	}
	if (run_begin(&r, &act_command, &own, argc, argv) == -1)
		return (int)r.status;
	status = run(&own, &r);
	if (stopped_by != 0) {
		signal(stopped_by, SIG_DFL);
		raise(stopped_by);
	}
	return status;
}
