/* The verbs of hitl-feedback, and what they have in common. */
#ifndef HITL_CMD_FEEDBACK_VERBS_H
#define HITL_CMD_FEEDBACK_VERBS_H

#include "run.h"

int run_consensus(int argc, char *argv[]);
int run_export(int argc, char *argv[]);
int run_join(int argc, char *argv[]);
int run_learn(int argc, char *argv[]);
int run_patterns(int argc, char *argv[]);
int run_requests(int argc, char *argv[]);
int run_stats(int argc, char *argv[]);

/* On stderr, how many did what; nothing of none. */
void tell_count(uint64_t n, const char *what);

/* The same of records that are left out, one line: "left out: 6 no_answer". */
struct left {
	uint64_t n;
	const char *word;
};
void tell_left_out(const struct left *, size_t n);

/* How much memory is taken, and where what does not fit goes. */
struct bounds {
	size_t memory; /* bytes */
	const char *directory; /* NULL: the usual one */
};
#define BOUNDS_INIT                                                            \
	{                                                                      \
		.memory = (size_t)1 << 30                                      \
	}

/* Their option rows: put BOUNDS_ROWS among a verb's own. */
enum { OPTION_MAX_MEMORY = OPTION_OWN, OPTION_VERB };
#define BOUNDS_ROWS                                                            \
	{ OPTION_MAX_MEMORY, "max-memory", "SIZE",                             \
		"such as 256M; more goes to temporary files (1G)" },           \
	{                                                                      \
		'T', "temporary-directory", "DIR",                             \
		    "of such files ($TMPDIR, else /tmp)"                       \
	}

/* Takes one of them; 1 if it is none, -1 with *e. */
int bounds_take(struct bounds *, int id, const char *argument, struct err *e);

#endif
