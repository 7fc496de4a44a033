/* How all programs begin and end, and their verbs (options.h). */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/bound.h"
#include "base/ending.h"
#include "base/hash.h"
#include "base/io.h"
#include "expr/watch.h"
#include "options.h"
#include "record/json_index.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
const bool program_sanitized = true;
#else
const bool program_sanitized = false;
#endif

enum { VERBS_MAX = 32 };
#define LIBJQ_MEMORY ((uint64_t)4 << 30) /* bytes */

/* The end, at once, with a message; what is written stays whole lines. */
static _Noreturn void
die(const char *message)
{
	/* its handler would end the program, too, and wait for this end */
	signal(SIGVTALRM, SIG_IGN);
	outputs_abandon();
	io_write(STDERR_FILENO, diag_program(), strlen(diag_program()));
	io_write(STDERR_FILENO, message, strlen(message));
	_exit(STATUS_SYSTEM);
}

static void
out_of_memory(void)
{
	die(": out of memory\n");
}

static void
no_randomness(void)
{
	die(": the system gives no random numbers, which hashing needs\n");
}

/* The same of expressions, "%s", and a line; nothing in it takes memory. */
static _Noreturn void
die_at(const struct watch *at, const char *before, const char *after)
{
	static char text[4096];
	int n = 0;

	if (at->file != NULL)
		n = snprintf(text, sizeof(text), ": %.2000s:%llu", at->file,
		    (unsigned long long)at->lineno);
	snprintf(text + n, sizeof(text) - (size_t)n, ": %s%.1000s%s\n", before,
	    at->what == NULL ? "an expression" : at->what, after);
	die(text);
}

static void
out_of_time(const struct watch *at)
{
	die_at(at, "",
	    at->what == NULL
		? " takes libjq longer to compile than --max-time allows"
	    : at->file == NULL
		? " takes longer on one record than --max-time allows; does "
		  "it end? without -j it is told on which"
		: " takes longer than --max-time allows; does it end?");
}

static void
libjq_broken(const struct watch *at)
{
	die_at(at, "libjq broke down on ",
	    ": it ran out of memory, or met a fault of its own");
}

/*
 * A standard descriptor that is closed would be the next file's: messages
 * would get into an output.  In its place there is one that cannot be used.
 */
static void
fill_descriptors(void)
{
	static const int mode[] = { O_WRONLY, O_RDONLY, O_WRONLY };

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 &&
		    open("/dev/null", mode[fd]) != fd)
			exit(STATUS_SYSTEM);
}

void
program_init(const char *name)
{
	struct err e;

	fill_descriptors();
	diag_init(name);
	signal(SIGXFSZ, SIG_IGN); /* a write says EFBIG */
	signal(SIGCHLD, SIG_DFL); /* ignored, nobody says how a child ended */
	ending_prepare();
	memory_on_exhausted(out_of_memory);
	if (json_index_choose(getenv("HITL_SIMD"), &e) == -1)
		exit(diag_err(&e));
	hash_init(no_randomness);
}

_Noreturn void
print_version(void)
{
	printf("%s %s\n", diag_program(), HITL_VERSION);
	exit(fflush(stdout) == 0 && fclose(stdout) == 0 ? STATUS_OK
							: STATUS_SYSTEM);
}

int
program_compile(const struct options *o, struct expr_set *set, struct err *e)
{
	struct output out;

	watch_limit(o->max_time, out_of_time);
	if (!program_sanitized)
		watch_breakdown(libjq_broken);
	if (expr_set_compile(set, e) == -1)
		return -1;
	/*
	 * libjq's strings may not reach 2^31 bytes (lib/expr/jq.c): bounds the
	 * whole process, which otherwise takes far less.
	 */
	if (expr_set_needs_libjq(set) && !program_sanitized)
		bound_memory(LIBJQ_MEMORY);
	if (!o->explain_policy)
		return 0;
	if (output_open(&out, o->explain_to, e) == -1)
		return -1;
	expr_set_explain(set, &out.buf);
	exit(program_finish(&out, STATUS_OK));
}

bool
program_stopped(const struct options *o, const struct stream_totals *totals)
{
	return o->stream.strict && totals->rejected > 0;
}

static enum status
close_output(struct output *out, bool keep, enum status status)
{
	struct err e;
	bool told = out->told;

	if (output_close(out, keep, &e) == -1)
		status =
		    status_worse(status, told ? STATUS_SYSTEM : diag_err(&e));
	return status;
}

enum status
program_close(struct output *out, enum status status)
{
	return close_output(
	    out, status != STATUS_SYSTEM && status != STATUS_USAGE, status);
}

enum status
program_leave(struct output *out, enum status status)
{
	return close_output(out, false, status);
}

int
program_finish(struct output *out, enum status status)
{
	return (int)program_close(out, status);
}

int
program_discard(struct output *out, enum status status)
{
	struct err unused;

	buf_clear(&out->buf);
	output_close(out, false, &unused);
	return (int)status;
}

static _Noreturn void
list_verbs(const struct verb *list, FILE *to, int status)
{
	fprintf(to, "usage: %s VERB [OPTION...] [FILE...]\n", diag_program());
	for (; list->name != NULL; list++)
		fprintf(to, "  %-12s %s\n", list->name, list->help);
	exit(fflush(to) == 0 ? status : STATUS_SYSTEM);
}

const struct verb *
verb_find(const struct verb *list, int argc, char *argv[])
{
	const char *name[VERBS_MAX], *nearest;
	size_t n = 0;

	if (argc < 2) {
		diag("a verb is expected; --help lists them");
		exit(STATUS_USAGE);
	}
	if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)
		list_verbs(list, stdout, STATUS_OK);
	if (strcmp(argv[1], "-V") == 0 || strcmp(argv[1], "--version") == 0)
		print_version();
	for (; list[n].name != NULL; n++) {
		if (strcmp(list[n].name, argv[1]) == 0)
			return &list[n];
		name[n] = list[n].name;
	}
	nearest = str_nearest(str_of(argv[1]), name, n);
	diag("%s: there is no such verb; did you mean %s?", argv[1],
	    nearest == NULL ? "--help" : nearest);
	diag("usage: %s VERB [OPTION...] [FILE...]", diag_program());
	exit(STATUS_USAGE);
}
