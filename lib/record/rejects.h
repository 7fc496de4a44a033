/*
 * Lines that are refused: told on stderr with file and line, the first ten,
 * then counted; and kept in a file as they came.
 */
#ifndef HITL_RECORD_REJECTS_H
#define HITL_RECORD_REJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/output.h"

struct rejects { /* all zero: kept nowhere */
	struct output *kept; /* NULL: nowhere */
	struct output own; /* that is `kept`, or unused */
	uint64_t n, told;
	unsigned char begins[2]; /* the first of them, for rejects_hint() */
};

/* Kept as the options say, or only told and counted; -1 with *e. */
struct stream_options;
int
rejects_of_run(struct rejects *, const struct stream_options *, struct err *e);
/* For what never ends: they are added to the file, by rejects_keep(). */
int rejects_open_end(struct rejects *, const char *file, struct err *e);
/*
 * One line; -1 when it could not be kept.
 *   raw  as it came, without its newline
 */
int rejects_add(struct rejects *, const char *file, uint64_t lineno,
    const char *why, struct str raw);

/* For a line too long to be held: rejects_add() without an end, its rest. */
void rejects_begin(struct rejects *, const char *file, uint64_t lineno,
    const char *why, struct str raw);
void rejects_more(struct rejects *, struct str);
int rejects_end(struct rejects *);

/* What to do with a log of which every line is refused, by the first one. */
const char *rejects_hint(const struct rejects *);

/* Those until now are on disk; -1 with *e if they could not be kept. */
int rejects_keep(struct rejects *, struct err *e);

/*
 * The end of these.  Tells how many there were; 0, or -1 with *e if some could
 * not be kept, which is not said again after rejects_keep().
 */
int rejects_close(struct rejects *, struct err *e);

#endif
