/*
 * The run of a program, or of one of its verbs, that reads records and prints
 * results: from its options to its exit status.
 */
#ifndef HITL_CMD_RUN_H
#define HITL_CMD_RUN_H

#include "options.h"

struct run {
	struct options options;
	struct arena perm;
	struct policy *policy;
	struct output out;
	enum status status;
	bool opened; /* the output */
	bool discard; /* it: what was there stays */
	struct output rejects; /* of several streams, if it keeps them */
	bool keeps;
	bool leave; /* the same of a file; what there is goes to stdout */
};

/* Parses options into `own` and loads the policy; -1: status is the end. */
int run_begin(
    struct run *, const struct command *, void *own, int argc, char *argv[]);

/* An error that ends the run, told; the worst status is kept; -1. */
int run_fail(struct run *, const struct err *);

/* Compiles the expressions, looks at the input, opens the output; -1. */
int run_open(struct run *);
/* The output alone; -1. */
int run_open_output(struct run *);

/* For what reads more than once: -R is opened here, for all of it; -1. */
int run_keep_rejects(struct run *);

/* Records through a job; the worst status is kept. */
struct stream_totals run_stream(struct run *, const struct stream_job *);

/*
 * The same for results, which need all records: if some could not be read, or
 * --strict has stopped it, it ends the program, without any, and files that
 * were to be replaced stay.
 */
struct stream_totals run_collect(struct run *, const struct stream_job *);

/*
 * Another file than the records' could not be read to its end, or one of its
 * lines was rejected and that is enough (--strict).
 */
bool run_is_over(const struct run *);

/*
 * No record has `what`: said, and the answer is no.  A file that was to be
 * replaced stays, as nothing has been computed that could take its place.
 */
bool run_nothing(struct run *, uint64_t n, const char *what);

/* The same, said already. */
void run_no_result(struct run *);

void run_print(struct run *, struct results *);

/* A text as another file, which it replaces; the worst status is kept. */
void run_write(struct run *, const char *file, struct str text);

/*
 * Rows one after the other, as the format wants them: NDJSON goes out at
 * once, the others when all are there.
 */
struct row_printer {
	struct run *run;
	struct output *out; /* the run's, unless it is set to another */
	struct results results;
	struct buf text;
};
void rows_begin(struct row_printer *, struct run *);
struct buf *rows_text(struct row_printer *); /* where the next one goes */
void rows_line(struct row_printer *); /* it is there */
void rows_drop(struct row_printer *); /* it will not be whole */
void rows_end(struct row_printer *);
/* Lines, each an object, as rows. */
void rows_lines(struct row_printer *, struct str lines);

/* Completes the output, if it is open; the exit status. */
int run_end(struct run *);

#endif
