/* The system calls of a program in its sandbox (sandbox.h). */
#ifndef HITL_BASE_SANDBOX_CALLS_H
#define HITL_BASE_SANDBOX_CALLS_H

#include <stdbool.h>

/* All but those that are needed fail with EPERM; false if it cannot be. */
bool sandbox_give_up_calls(void);

#endif
