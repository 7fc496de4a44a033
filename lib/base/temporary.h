/*
 * A file for what does not fit into memory.  It has no name, so that it is
 * gone with the process, however that ends.
 */
#ifndef HITL_BASE_TEMPORARY_H
#define HITL_BASE_TEMPORARY_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

/* Where: `directory`, or of NULL $TMPDIR, or /tmp. */
const char *temporary_directory(const char *directory);

/* A descriptor to read and write; -1 with *e. */
int temporary_open(const char *directory, struct err *e);

/* All n bytes at an offset, or -1 with *e. */
int
temporary_write(int fd, const void *from, size_t n, off_t at, struct err *e);
int temporary_read(int fd, void *to, size_t n, off_t at, struct err *e);

#endif
