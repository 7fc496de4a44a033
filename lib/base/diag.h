/*
 * The only place that writes to stderr.  Called by cmd/ and, for rejected
 * input, by lib/record/stream.c.  Control characters in a message are
 * shown as ?, so that nothing from a file name can drive a terminal.
 */
#ifndef HITL_BASE_DIAG_H
#define HITL_BASE_DIAG_H

#include <stdbool.h>

#include "base/error.h"

void diag_init(const char *program); /* kept, not copied */
const char *diag_program(void);
/* "program: message\n" */
void diag(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Whether a person is likely to be looking. */
bool diag_on_terminal(void);
/* Prints *e, returns its code. */
enum status diag_err(const struct err *e);

#endif
