/*
 * What a program gives up once its files are open, so that a fault in what
 * reads them cannot be made to do more than write wrong lines: by Landlock
 * the files that it has not named, by seccomp sockets, other programs, other
 * processes and all but some 80 system calls, which then fail with EPERM.
 *
 * A kernel that lacks one of them (Landlock: 5.13) or does not let it be used
 * is no error.  Nothing of it can be undone, and threads inherit it: it is
 * entered by the only thread there is.
 */
#ifndef HITL_BASE_SANDBOX_H
#define HITL_BASE_SANDBOX_H

#include <stdbool.h>

enum sandbox_right {
	SANDBOX_NONE,
	SANDBOX_READ, /* this file, as it is now */
	SANDBOX_READ_ALL, /* what is in this directory */
	SANDBOX_WATCH, /* to read this file, and what takes its place */
	SANDBOX_REPLACE, /* to make another one beside it, or beside what it
			    is a link to, and rename that */
	SANDBOX_SCRATCH, /* files without a name in this directory */
};

/*
 * What will still be opened; "-" is nothing.  Rights to what stands beside a
 * file are rights to its directory, so what is named should have one of its
 * own if that matters.
 */
void sandbox_allow(const char *path, enum sandbox_right);

/* From now on.  Which of the two are in force. */
struct sandbox_state {
	bool files; /* Landlock */
	bool calls; /* seccomp */
};
struct sandbox_state sandbox_enter(void);

#endif
