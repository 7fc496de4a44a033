/*
 * Somebody who looks at the clock while libjq runs: it cannot be told to
 * stop, and an expression may run for ever.
 */
#ifndef HITL_EXPR_WATCH_H
#define HITL_EXPR_WATCH_H

#include <stdatomic.h>
#include <stdint.h>

struct watch { /* of one thread's runs */
	atomic_int_fast64_t since; /* CLOCK_MONOTONIC, ns; 0: not running */
	struct watch *next;
};

/*
 * After `seconds` of one run `late` is called, in a thread of its own; it
 * must end the program.  0 seconds: nobody looks.  Before any evaluator.
 */
void watch_limit(double seconds, void (*late)(void));

/* In and out of the list of those that are looked at. */
void watch_add(struct watch *);
void watch_remove(struct watch *);

void watch_begin(struct watch *);
void watch_end(struct watch *);

#endif
