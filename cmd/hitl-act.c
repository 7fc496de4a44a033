/* hitl-act: runs what was approved, once each (hitl-act(1)). */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "queue/act.h"
#include "run.h"

enum {
	OPTION_BACKOFF = OPTION_OWN,
	OPTION_DB,
	OPTION_DRY_RUN,
	OPTION_JOURNAL,
	OPTION_LIST,
	OPTION_NOW,
	OPTION_RETRIES,
	OPTION_RETRY,
	OPTION_SETTLE,
	OPTION_TIMEOUT,
	OPTION_VERIFY_POLICY,
};

enum { RETRIES_MOST = 1000 };

struct own {
	struct act_options act;
	const char *journal, *db;
	bool verify_policy, list;
	struct str settle; /* the key; n == 0: none */
	enum act_state settled;
};

static const struct option_row rows[] = {
	{ OPTION_JOURNAL, "journal", "FILE",
	    "what has been run ($HITL_JOURNAL)" },
	{ OPTION_TIMEOUT, "timeout", "DURATION", "of a command (60s)" },
	{ OPTION_RETRY, "retry", "CODES",
	    "exit statuses to try again after, such as 75,111 (none)" },
	{ OPTION_RETRIES, "retries", "N", "at most so often (3)" },
	{ OPTION_BACKOFF, "backoff", "DURATION",
	    "before the first time; then doubled (1s)" },
	{ OPTION_DRY_RUN, "dry-run", NULL, "say what would be run" },
	{ OPTION_VERIFY_POLICY, "verify-policy", NULL,
	    "ask the queue whether the approval holds" },
	{ OPTION_DB, "db", "QUEUE", "that one ($HITL_DB)" },
	{ OPTION_NOW, "now", "TIME", "instead of the clock" },
	{ OPTION_LIST, "list", NULL, "print the journal, and stop" },
	{ OPTION_SETTLE, "settle", "KEY=STATE",
	    "what has come of an unknown one: done, failed, or again" },
};

static int
take_duration(
    const char *name, const char *argument, int64_t *usec, struct err *e)
{
	struct duration d;

	if (duration_parse(str_of(argument), &d) == -1 ||
	    duration_is_business(&d) || d.usec == 0)
		return err_set(e, STATUS_USAGE,
		    "%s: %s is no duration, such as 30s or 5m", name, argument);
	*usec = d.usec;
	return 0;
}

static int
take_codes(bool transient[ACT_CODES], const char *argument, struct err *e)
{
	while (*argument != '\0') {
		char *end;
		unsigned long code = strtoul(argument, &end, 10);
		if (end == argument || code == 0 || code >= ACT_CODES ||
		    (*end != ',' && *end != '\0'))
			return err_set(e, STATUS_USAGE,
			    "--retry: %s is no list of exit statuses in "
			    "1..255, such as 75,111",
			    argument);
		transient[code] = true;
		argument = end + (*end == ',');
	}
	return 0;
}

static int
take_settle(struct own *o, const char *argument, struct err *e)
{
	static const struct {
		const char *word;
		enum act_state state;
	} states[] = {
		{ "done", ACT_DONE },
		{ "failed", ACT_FAILED },
		{ "again", ACT_WAITING },
	};
	const char *equals = strrchr(argument, '=');

	for (size_t i = 0; equals != NULL && i < 3; i++) {
		if (strcmp(equals + 1, states[i].word) != 0)
			continue;
		o->settle =
		    (struct str){ argument, (size_t)(equals - argument) };
		o->settled = states[i].state;
	}
	if (o->settle.n > 0)
		return 0;
	return err_set(e, STATUS_USAGE,
	    "--settle: %s is not KEY=done, KEY=failed or KEY=again", argument);
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;
	struct act_options *a = &o->act;

	switch (id) {
	case OPTION_BACKOFF:
		return take_duration("--backoff", argument, &a->backoff, e);
	case OPTION_DB: o->db = argument; return 0;
	case OPTION_DRY_RUN: a->dry_run = true; return 0;
	case OPTION_JOURNAL: o->journal = argument; return 0;
	case OPTION_LIST: o->list = true; return 0;
	case OPTION_NOW:
		if (timestamp_parse(str_of(argument), &a->now) == -1)
			return err_set(e, STATUS_USAGE,
			    "--now: %s is no RFC 3339 time", argument);
		return 0;
	case OPTION_RETRIES:
		return count_option(
		    "--retries", argument, 0, RETRIES_MOST, &a->retries, e);
	case OPTION_RETRY: return take_codes(a->transient, argument, e);
	case OPTION_SETTLE: return take_settle(o, argument, e);
	case OPTION_TIMEOUT:
		return take_duration("--timeout", argument, &a->timeout, e);
	default: o->verify_policy = true; return 0;
	}
}

static const struct command command = {
	.usage = "--journal FILE [OPTION...] [FILE...] -- COMMAND [ARG...]",
	.about = "Runs a command once for each approved action, which it gets "
		 "on standard input.",
	.own = rows,
	.nown = sizeof(rows) / sizeof(rows[0]),
	.results = true,
	.take = take,
};

/* A signal ends us at once, but not while a command runs. */
static volatile sig_atomic_t stopped_by;

static void
on_signal(int signum)
{
	if (!actor_is_busy()) {
		signal(signum, SIG_DFL);
		raise(signum);
	}
	stopped_by = signum;
}

static void
catch_signals(void)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction act = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART };

	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		sigaction(ending[i], &act, NULL);
}

/* The actor, and where its rows go. */
struct acting {
	struct actor *actor;
	struct row_printer rows;
	struct buf line;
};

static int
each(struct record *r, void *state, struct err *e)
{
	struct acting *x = state;
	int bad;

	if (stopped_by != 0)
		return err_set(e, STATUS_SYSTEM,
		    "a signal has come: stopped behind what was begun");
	buf_clear(&x->line);
	r->out = &x->line;
	if ((bad = actor_record(r, x->actor, e)) == 0) {
		/* without its newline, which rows_line() makes */
		buf_add(rows_text(&x->rows), x->line.s, x->line.n - 1);
		rows_line(&x->rows);
		/* what has been done has been said */
		output_flush(x->rows.out);
	}
	r->out = NULL;
	return bad;
}

static void
act_all(struct run *r, struct own *o, struct journal *j, struct queue *q)
{
	struct acting x = { 0 };
	struct evaluator *ev;
	struct err e;

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
	catch_signals();
	r->options.stream.jobs = 1;
	run_stream(r, &(struct stream_job){ .record = each, .state = &x });
	rows_end(&x.rows);
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
settle(struct run *r, const struct own *o, struct journal *j)
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

/* What does not go together. */
static int
check(const struct own *o, struct err *e)
{
	if (o->journal == NULL)
		return err_set(e, STATUS_USAGE,
		    "which journal? give --journal FILE, or set HITL_JOURNAL");
	if (o->list || o->settle.n > 0)
		return 0;
	if (o->act.command == NULL || o->act.command[0] == NULL)
		return err_set(e, STATUS_USAGE,
		    "which command? give it behind --, such as -- ./refund");
	if (o->verify_policy && o->db == NULL)
		return err_set(e, STATUS_USAGE,
		    "--verify-policy: which queue? give --db, or set HITL_DB");
	if (!o->verify_policy && o->db != NULL && getenv("HITL_DB") == NULL)
		return err_set(e, STATUS_USAGE, "--db: is for --verify-policy");
	return 0;
}

static int
run(struct own *o, struct run *r)
{
	struct journal *j = NULL;
	struct queue *q = NULL;
	struct err e;

	if (check(o, &e) == -1 ||
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
	struct own own = { .act = { .timeout = 60 * USEC_PER_SECOND,
			       .retries = 3,
			       .backoff = USEC_PER_SECOND,
			       .now = TIMESTAMP_NONE },
		.journal = getenv("HITL_JOURNAL"),
		.db = getenv("HITL_DB") };
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
	if (run_begin(&r, &command, &own, argc, argv) == -1)
		return (int)r.status;
	status = run(&own, &r);
	if (stopped_by != 0) {
		signal(stopped_by, SIG_DFL);
		raise(stopped_by);
	}
	return status;
}
