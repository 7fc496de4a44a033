/*
 * Another program, run to its end: text in, bytes out.  No shell is between.
 */
#ifndef HITL_BASE_SPAWN_H
#define HITL_BASE_SPAWN_H

#include "base/error.h"
#include "base/text.h"

/*
 * Runs argv[0], looked up in PATH, with `input` on its standard input, and
 * appends what it writes to `out`.  Its messages go where ours go.  -1 with
 * *e (STATUS_SYSTEM) if it cannot be run or does not end with 0.
 */
int
spawn_run(char *const argv[], struct str input, struct buf *out, struct err *e);

#endif
