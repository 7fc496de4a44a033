/*
 * A bound on the memory of this process, which the programs that it starts do
 * not have.
 */
#ifndef HITL_BASE_BOUND_H
#define HITL_BASE_BOUND_H

#include <stdint.h>

/* Of its address space, in bytes, for good; a lower one that is there stays. */
void bound_memory(uint64_t bytes);

/*
 * Between these the bounds are those that were there before, for a program
 * that is started; other threads that want the same wait.
 */
void bound_suspend(void);
void bound_resume(void);

#endif
