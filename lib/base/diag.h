/*
 * The only place that writes to stderr.  Called by cmd/ and, for rejected
 * input, by lib/record/stream.c.  What could drive a terminal or deceive its
 * reader (printable.h) is shown as ?: a message may have a file's name in it.
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
