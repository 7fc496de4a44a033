/* The verbs of hitl-queue, and what they have in common. */
#ifndef HITL_CMD_QUEUE_VERBS_H
#define HITL_CMD_QUEUE_VERBS_H

#include "queue/queue.h"
#include "run.h"

int run_access(int argc, char *argv[]);
int run_approve(int argc, char *argv[]);
int run_clock(int argc, char *argv[]);
int run_claim(int argc, char *argv[]);
int run_decline(int argc, char *argv[]);
int run_escalate(int argc, char *argv[]);
int run_expire(int argc, char *argv[]);
int run_export(int argc, char *argv[]);
int run_import(int argc, char *argv[]);
int run_list(int argc, char *argv[]);
int run_push(int argc, char *argv[]);
int run_reject(int argc, char *argv[]);
int run_release(int argc, char *argv[]);
int run_renew(int argc, char *argv[]);
int run_show(int argc, char *argv[]);
int run_stats(int argc, char *argv[]);
int run_submit(int argc, char *argv[]);
int run_verify(int argc, char *argv[]);
int run_withdraw(int argc, char *argv[]);

/* Which queue: every verb has that first in what is its own. */
struct desk_options {
	const char *db; /* NULL: $HITL_DB */
	int64_t now; /* TIMESTAMP_NONE: the clock */
	int64_t patience;
};
#define DESK_INIT                                                              \
	{                                                                      \
		.now = TIMESTAMP_NONE, .patience = 30 * USEC_PER_SECOND        \
	}

/* Their option rows, and where a verb's own begin. */
enum {
	OPTION_DB = OPTION_OWN,
	OPTION_NOW,
	OPTION_PATIENCE,
	OPTION_VERB,
};
#define DESK_ROWS                                                              \
	{ OPTION_DB, "db", "QUEUE",                                            \
		"a file, or postgres://HOST/NAME ($HITL_DB)" },                \
	    { OPTION_NOW, "now", "TIME", "instead of the clock" },             \
	{                                                                      \
		OPTION_PATIENCE, "patience", "DURATION",                       \
		    "to wait for other writers (30s)"                          \
	}

/* Takes one of them; -1 with *e. */
int
desk_take(struct desk_options *, int id, const char *argument, struct err *e);

/* A text that can be kept: UTF-8, with something in it. */
int text_option(
    const char *name, const char *argument, struct str *text, struct err *e);

/* A reviewer, as a queue can keep him. */
int reviewer_option(const char *argument, struct str *name, struct err *e);

/* A run with a queue. */
struct desk {
	struct run run;
	const struct desk_options *options;
	bool create; /* the queue, if there is none */
	struct queue *queue;
	struct row_printer rows;
};

/*
 * Parses options, into `own` whose first member is a struct desk_options, and
 * opens the queue and the output; -1: desk_end() is all there is to do.
 *   create   makes the queue if there is none
 *   records  FILEs are records, which are looked for, and read later;
 *            else they are the names of tasks
 *   bare     there are to be none
 *   question without a FILE nothing is made
 */
struct desk_kind {
	bool create, records, bare, question;
};
int desk_open(struct desk *, const struct command *, void *own,
    struct desk_kind, int argc, char *argv[]);

/* Its halves: all up to the queue, and the rest, behind program_compile(). */
int desk_begin(struct desk *, const struct command *, void *own,
    struct desk_kind, int argc, char *argv[]);
int desk_start(struct desk *);

/* An error that ends the run; -1. */
int desk_fail(struct desk *, const struct err *);

/* Lines, each an object, as rows. */
void desk_lines(struct desk *, struct str lines);

/* The answer is no. */
void desk_no(struct desk *);

int desk_end(struct desk *);

/* The names on the command line, at least `least`; NULL with *e. */
const struct str *
desk_names(struct desk *, size_t least, size_t *n, struct err *e);

/* "a,b" as a list, added to what is there; -1 with *e if it is none. */
struct names {
	struct str *name; /* [n] */
	size_t n, cap;
};
int names_option(
    const char *name, const char *argument, struct names *, struct err *e);

#endif
