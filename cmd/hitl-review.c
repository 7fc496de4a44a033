/* hitl-review: a reviewer at his terminal (hitl-review(1)). */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/printable.h"
#include "base/timestamp.h"

#include "queue/verbs.h"
#include "review/review.h"

enum {
	OPTION_KIND = OPTION_VERB,
	OPTION_LEASE,
	OPTION_PLAIN,
	OPTION_QUEUE,
	OPTION_REVIEWER,
	OPTION_SKILLS,
};

struct own {
	struct desk_options desk;
	struct session_options session;
	struct names skills, queues;
	bool plain;
};

static const struct option_row rows[] = {
	DESK_ROWS,
	{ OPTION_REVIEWER, "reviewer", "R", "who you are ($USER)" },
	{ OPTION_SKILLS, "skills", "A,B", "what you can" },
	{ OPTION_QUEUE, "queue", "Q,R", "from these queues alone" },
	{ OPTION_KIND, "kind", "KIND", "approval, escalation or audit alone" },
	{ OPTION_LEASE, "lease", "DURATION",
	    "a task is yours for so long, and longer while it is shown (10m)" },
	{ OPTION_PLAIN, "plain", NULL, "by lines, without a screen" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;
	struct session_options *s = &o->session;

	switch (id) {
	case OPTION_KIND:
		return word_option(
		    "--kind", argument, task_kind_words, &s->kind, e);
	case OPTION_LEASE:
		return duration_option("--lease", argument, &s->lease, e);
	case OPTION_PLAIN: o->plain = true; return 0;
	case OPTION_QUEUE:
		return names_option("--queue", argument, &o->queues, e);
	case OPTION_REVIEWER: return reviewer_option(argument, &s->reviewer, e);
	case OPTION_SKILLS:
		return names_option("--skills", argument, &o->skills, e);
	default: return desk_take(&o->desk, id, argument, e);
	}
}

static const struct command command = {
	.usage = "[--db QUEUE] [--reviewer R] [--plain] [OPTION...]",
	.about = "Shows one task after the other, and takes what you decide.",
	.own = rows,
	.nown = LENGTH(rows),
	.reads = READS_NOTHING,
	.take = take,
};

volatile sig_atomic_t review_stopped;

/*
 * One end may be asked for twice: a terminal that goes tells its programs, and
 * so does its shell.  What comes later is somebody who does not want to wait.
 */
#define MOMENT (USEC_PER_SECOND / 2)

static void
on_signal(int signum)
{
	static int64_t first;
	int64_t now = monotonic_now();

	if (review_stopped == 0) {
		first = now;
		review_stopped = signum;
		alarm(1);
	} else if (now - first > MOMENT) {
		review_leave_screen();
		signal(signum, SIG_DFL);
		raise(signum);
	}
}

/* Ends a wait that has begun when the signal had just been looked for. */
static void
on_alarm(int unused)
{
	(void)unused;
	alarm(1);
}

/* The task is given back, and the terminal is as it was, before the end. */
static void
catch_signals(void)
{
	static const int ending[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP };
	struct sigaction act = { .sa_handler = on_signal }, now;
	struct sigaction again = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &again, NULL);
	for (size_t i = 0; i < LENGTH(ending); i++)
		sigaddset(&act.sa_mask, ending[i]);
	for (size_t i = 0; i < LENGTH(ending); i++)
		if (sigaction(ending[i], NULL, &now) == 0 &&
		    now.sa_handler != SIG_IGN)
			sigaction(ending[i], &act, NULL);
}

static int
check(struct own *o, struct err *e)
{
	const char *user = getenv("USER");

	if (o->session.reviewer.n == 0 &&
	    (user == NULL ||
		reviewer_option(user, &o->session.reviewer, e) == -1))
		return err_set(
		    e, STATUS_USAGE, "who are you? give --reviewer R");
	if (!o->plain && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
		return err_set(
		    e, STATUS_USAGE, "this is no terminal; see --plain");
	o->session.skill = o->skills.name;
	o->session.nskill = o->skills.n;
	o->session.queue = o->queues.name;
	o->session.nqueue = o->queues.n;
	return 0;
}

static void
review(struct desk *d, struct own *o)
{
	struct session *s = session_new(d->queue, &o->session);
	struct buf name = { 0 };
	struct err e;
	enum status status;

	catch_signals();
	queue_heed(d->queue, &review_stopped, false);
	printable_cut(o->session.reviewer, 20, &name);
	buf_char(&name, '\0');
	status = o->plain ? review_lines(s, &e) : review_screen(s, name.s, &e);
	if (status == STATUS_NO)
		desk_no(d);
	else if (status != STATUS_OK)
		desk_fail(d, &e);
	/* also after a signal the task is given back, if that goes quickly */
	queue_heed(d->queue, &review_stopped, true);
	if (session_end(s, &e) == -1)
		desk_fail(d, &e);
	buf_release(&name);
}

int
main(int argc, char *argv[])
{
	struct own own = { .desk = DESK_INIT,
		.session = { .kind = -1, .lease = 600 * USEC_PER_SECOND } };
	struct desk d;
	struct err e;
	int status;

	program_init("hitl-review");
	printable_locale();
	if (desk_open(&d, &command, &own, (struct desk_kind){ .bare = true },
		argc, argv) == 0) {
		if (check(&own, &e) == -1)
			desk_fail(&d, &e);
		else
			review(&d, &own);
	}
	free(own.skills.name);
	free(own.queues.name);
	status = desk_end(&d);
	if (review_stopped != 0) {
		signal(review_stopped, SIG_DFL);
		raise(review_stopped);
	}
	return status;
}
