/*
 * The options that several programs have.  Private to what parses them all.
 */
#ifndef HITL_CMD_COMMON_H
#define HITL_CMD_COMMON_H

#include "options.h"

/* Those that a command has, in the order of --help; row[OPTIONS_MAX]. */
size_t common_rows(const struct command *, const struct option_row *row[]);

/* As they are when none is given. */
void common_begin(struct options *, const struct command *);

/* That no two things are written to one place; -1 with *e. */
int outputs_check(
    const struct options_given *, const struct command *, struct err *e);

/* Takes one; -1 with *e. */
int common_take(struct options *, int id, const char *argument, struct err *e);

#endif
