/*
 * What all programs have in common: their options, how they begin and how
 * they end.
 */
#ifndef HITL_CMD_OPTIONS_H
#define HITL_CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "arguments.h"
#include "base/diag.h"
#include "base/output.h"
#include "base/sandbox.h"
#include "policy/policy.h"
#include "record/results.h"
#include "record/stream.h"

/* One option, of all programs or of one.  Every short one has a long twin. */
struct option_row {
	int id; /* its letter, or OPTION_OWN and up */
	const char *name;
	const char *argument; /* NULL: takes none; "[=x]": or none */
	const char *help;
};
enum {
	OPTION_FILES = 1, /* in rules: the FILE arguments */
	OPTION_CSV = 256,
	OPTION_DELIMITER,
	OPTION_EXPLAIN_POLICY,
	OPTION_LINE_BUFFERED,
	OPTION_MAX_LINE,
	OPTION_MAX_TIME,
	OPTION_NO_SANDBOX,
	OPTION_PROGRESS,
	OPTION_SCALE,
	OPTION_STRICT,
	OPTION_OWN = 512,
};

/*
 * What an option goes with: one of `with`, unless there is none, and nothing
 * of `without`; ids that 0 ends.
 */
enum { OPTION_RULE_MOST = 16, OPTIONS_MAX = 64 };
struct option_rule {
	int id; /* 0 ends a list of them */
	int with[OPTION_RULE_MOST];
	int without[OPTION_RULE_MOST];
};

/* Which of the common options it has. */
enum command_reads {
	READS_RECORDS, /* all, but for those that `command` says it has */
	READS_STATES, /* as records, but for where members of these stand */
	READS_TASKS, /* as records, one after the other, into a queue */
	READS_LINES, /* those of input, but none of what stands in it */
	READS_POLICY, /* those of a policy, and those of every program */
	READS_NOTHING, /* those alone: -o, --help, --version */
};

/* An option's file that is opened when the sandbox is closed (confine.c). */
struct option_file {
	int id; /* 0 ends a list of them */
	enum sandbox_right right; /* SANDBOX_REPLACE: it is written */
};

/* What a program, or one of its verbs, is called with. */
struct command {
	const char *usage; /* SYNOPSIS, after the program's name */
	const char *about; /* one line */
	const struct option_row *own; /* [nown] */
	size_t nown;
	enum command_reads reads;
	bool results; /* prints results: has -f */
	bool filter; /* writes records: has --line-buffered */
	bool confidences; /* reads them: has --scale */
	bool threads; /* can take several: has -j */
	const struct option_rule *rule; /* NULL: none of its own */
	/* what its own options name that is opened later; NULL: nothing */
	const struct option_file *file;
	/*
	 * Its own that say, as -o does, where the output goes; of those among
	 * `file` "-" does.  Ids that 0 ends; NULL: none.
	 */
	const int *outputs;
	/* Takes one of its own options; -1 with *e. */
	int (*take)(int id, const char *argument, void *own, struct err *e);
};

/* The common options, as parsed. */
struct options {
	const char *policy; /* NULL: none */
	const char *output; /* NULL: standard output */
	struct stream_options stream;
	bool percent; /* --scale percent */
	bool explain_policy;
	bool sandbox; /* whether to be in one */
	const char *explain_to; /* as `output`, which a verb may set instead */
	double max_time; /* seconds of libjq on one record; 0: no bound */
	bool format_given;
	enum results_format format;
	struct field_override *override;
	size_t noverride, override_cap;
	char **file; /* NULL-terminated */
};

/*
 * Parses argv; `own` is handed to command->take.  --help and --version and
 * errors end the program (0 and 2).
 */
void options_parse(struct options *, const struct command *, void *own,
    int argc, char *argv[]);
void options_release(struct options *);

/* Whether those that are given go together; -1 with *e. */
struct options_given {
	const struct option_row *const *all; /* [nall] that there are */
	size_t nall;
	bool given[OPTIONS_MAX]; /* those of `all` that are there */
	const char *argument[OPTIONS_MAX]; /* of them, the last one's */
	bool files;
};
int rules_check(
    const struct options_given *, const struct option_rule *, struct err *e);

/*
 * A verb out of a list ended by a NULL name; a missing or unknown one ends
 * the program with a suggestion.
 */
struct verb {
	const char *name;
	int (*run)(int argc, char *argv[]);
	const char *help;
};
const struct verb *verb_find(const struct verb *, int argc, char *argv[]);

/*
 * The files that an option, or its being left out, names; those of `command`
 * alone that are opened later.
 */
void allow_file(const struct command *, int id, const char *argument);
void allow_scratch(const struct command *);
/*
 * Gives up what is not needed any more (sandbox.h): whoever calls it has
 * opened all but FILEs, -R, and what its command's files name.
 */
void program_confine(const struct options *);

_Noreturn void print_version(void);

/* Whether a sanitizer looks after memory and signals itself. */
extern const bool program_sanitized;

/* Names the program, prepares hashing and the end at lack of memory. */
void program_init(const char *name);
/*
 * Compiles all expressions.  With --explain-policy: says what runs them, and
 * ends the program.
 */
int program_compile(const struct options *, struct expr_set *, struct err *);
/* Whether --strict has stopped it: what there is so far is not all. */
bool program_stopped(const struct options *, const struct stream_totals *);
/* Closes the output; the exit status. */
int program_finish(struct output *, enum status);
/* The status with that of a further output, which is closed with it. */
enum status program_close(struct output *, enum status);
/*
 * The same of what is not all there is, or nothing: a file that was to be
 * replaced stays as it was; standard output has what there is.
 */
enum status program_leave(struct output *, enum status);
/* Closes it without what has not been written yet; a file stays, too. */
int program_discard(struct output *, enum status);

#endif
