/*
 * What options are given.  Each returns 0, or -1 with *e, which names the
 * option, what it was given, and what is expected.
 */
#ifndef HITL_CMD_ARGUMENTS_H
#define HITL_CMD_ARGUMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A decimal number in [least, most]. */
int number_option(const char *name, const char *argument, double least,
    double most, double *x, struct err *e);

/* The same, and a whole one. */
int count_option(const char *name, const char *argument, double least,
    double most, size_t *n, struct err *e);

/* The confidence level of a proof or an interval: --confidence-level. */
int level_option(const char *argument, double *level, struct err *e);

/* Bytes, also "64k", "256M", "1G". */
int size_option(const char *name, const char *argument, size_t least,
    size_t most, size_t *bytes, struct err *e);

/* The number of a word in a NULL-terminated list. */
int word_option(const char *name, const char *argument,
    const char *const list[], int *i, struct err *e);

/* A duration of the clock above 0, microseconds. */
int duration_option(
    const char *name, const char *argument, int64_t *usec, struct err *e);

/* A time (RFC 3339), microseconds since 1970. */
int time_option(
    const char *name, const char *argument, int64_t *usec, struct err *e);

/* Of CSV: a character, or \t; neither a quote nor a line break. */
int delimiter_option(const char *argument, char *delimiter, struct err *e);

/* Threads; of 0 as many as there are processors. */
int jobs_option(const char *argument, unsigned *jobs, struct err *e);

/*
 * The files of an option, NULL-terminated, beside the FILEs: that standard
 * input, "-" or no FILE at all, is read once.
 */
int stdin_option(
    const char *name, char *const files[], char *const file[], struct err *e);

/*
 * A file for a further output, or "-": none of the others[n], NULL for none,
 * be it by another name.
 */
int file_option(const char *name, const char *argument,
    const char *const others[], size_t n, struct err *e);

#endif
