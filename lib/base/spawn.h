/*
 * Another program, run to its end: text in, bytes out.  No shell is between.
 */
#ifndef HITL_BASE_SPAWN_H
#define HITL_BASE_SPAWN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

/*
 * Starts argv[0], looked up in PATH, in a process group of its own, with
 * signals as those of a new program, memory as it would have without us
 * (bound.h), and these descriptors for its standard input and output.  0, or
 * an errno.
 */
int spawn_start(char *const argv[], int in, int out, pid_t *pid);

/*
 * A signal to one that was started and not yet waited for, wherever it has
 * gone, and to the process group it was started in.  What of it has left that
 * group, by setsid(2) say, is not reached.  May be called by a handler.
 */
void spawn_signal(pid_t pid, int signum);

/* How it ended. */
struct spawn_end {
	bool timed_out; /* it was killed because it took too long */
	int exit; /* its exit status; -1: a signal killed it, or unknown */
	int signal; /* that one; else 0 */
	bool lost; /* not all of its output could be read */
};

/*
 * Runs argv[0], looked up in PATH, with `input` on its standard input, and
 * appends what it writes to `out`; its messages go where ours go.  It is
 * started as spawn_start() does, for so long at most: then the whole group is
 * asked to end (SIGTERM), and after two seconds killed (spawn_signal()).  What
 * it has left running when it ends itself is left alone.
 *   usec  0: as long as it takes
 *   most  bytes of its output that are kept
 * -1 with *e only if it could not be started: then it has done nothing.
 */
int spawn_within(char *const argv[], struct str input, int64_t usec,
    size_t most, struct buf *out, struct spawn_end *, struct err *e);

#endif
