/*
 * Another program that runs beside ours and answers: a line in, a line out,
 * one at a time.  No shell is between.
 *
 * It is not trusted: every answer has a deadline, and after whatever goes
 * wrong it is killed with its process group, to be started anew when it is
 * asked again.  What it says out of turn is not taken for an answer.
 */
#ifndef HITL_BASE_COPROCESS_H
#define HITL_BASE_COPROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

enum { COPROCESS_ANSWER_MAX = 1 << 20 }; /* bytes of a line */

struct coprocess { /* all zero but argv to begin */
	char *const *argv; /* borrowed; argv[0] is looked up in PATH */
	pid_t pid; /* 0: it does not run */
	int to, from; /* its standard input and output, non-blocking */
	struct buf answer;
};

/*
 * Starts it unless it runs.  Its messages go where ours go, its signals are
 * as those of a new program.  -1 with *e (STATUS_SYSTEM).
 */
int coprocess_start(struct coprocess *, struct err *e);

/*
 * Writes `line` and a newline, and reads a line back, without its newline,
 * valid until the next call.  -1 with *e (STATUS_SYSTEM) if there is none
 * within `usec`, or it is too long, or there was more than one; then it runs
 * no more.
 */
int coprocess_ask(struct coprocess *, struct str line, int64_t usec,
    struct str *answer, struct err *e);

/* Kills it and its process group; see spawn_signal(). */
void coprocess_kill(struct coprocess *);

/*
 * Ends it: it has a moment to see the end of its input and go by itself.
 * Releases the memory.
 */
void coprocess_end(struct coprocess *);

#endif
