/*
 * Somebody who looks while libjq runs: at the clock, because it cannot be told
 * to stop and an expression may run for ever; and at how it ends, because at
 * lack of memory 1.6 does not ask its handler but dies.
 */
#ifndef HITL_EXPR_WATCH_H
#define HITL_EXPR_WATCH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

struct watch { /* of one program, which one thread at a time runs */
	/* for messages: its expressions, and on which line; NULL: not known */
	const char *what;
	const char *file;
	uint64_t lineno;
	atomic_int_fast64_t since; /* CLOCK_MONOTONIC, ns; 0: not running */
	pthread_t thread; /* that runs it, while since is not 0 */
	struct watch *next;
};

/*
 * After `seconds` of one run `late` is called, in the thread that runs, by
 * SIGVTALRM: what it interrupts is libjq, so nothing of ours is half done.
 * It must end the program.  0 seconds: nobody looks.  Before any evaluator.
 */
void watch_limit(double seconds, void (*late)(const struct watch *));

/*
 * `broken` is called when the thread that runs libjq is at its end by SIGSEGV,
 * SIGBUS, SIGFPE or SIGABRT; what libjq holds is lost, all else is as it was.
 * It must end the program.  Before any evaluator.
 */
void watch_breakdown(void (*broken)(const struct watch *));

/* In and out of the list of those that are looked at. */
void watch_add(struct watch *);
void watch_remove(struct watch *);

/*
 * Until libjq is asked again nobody looks, and there is no thread.  While
 * nothing is asked of it.
 */
void watch_rest(void);

/* Around whatever is asked of libjq. */
void watch_begin(struct watch *);
void watch_end(struct watch *);

#endif
