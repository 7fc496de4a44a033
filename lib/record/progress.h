/* How far the reading of a file is, told once a second. */
#ifndef HITL_RECORD_PROGRESS_H
#define HITL_RECORD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

struct progress {
	bool shown;
	const char *name; /* of the file */
	int fd;
	off_t size; /* 0: unknown */
	time_t told_at;
};

/*
 * A file is begun.  Shown when asked for, or unasked on a terminal when the
 * file is large.
 */
void progress_start(struct progress *, const char *name, int fd, bool asked);

/* So many records are read, of all files. */
void progress_show(struct progress *, uint64_t records);

#endif
