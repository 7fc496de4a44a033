/*
 * Reads and writes that go on: a signal does not end them, and a descriptor
 * that somebody else has set not to block (O_NONBLOCK is of the open file, so
 * a terminal or a pipe may come like that) is waited for.
 */
#ifndef HITL_BASE_IO_H
#define HITL_BASE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Whether a read or write that failed with errno is worth another try: after
 * a signal, or once the descriptor is ready for `events` of poll(2), which is
 * waited for.  False: errno says why not.
 */
bool io_goes_on(int fd, short events);

/* As read(2): 0 at the end, -1 with errno, which is neither EINTR nor EAGAIN.
 */
ssize_t io_read(int fd, void *to, size_t n);

/* All n bytes; their number, or less with errno: what was written is told. */
size_t io_write(int fd, const void *from, size_t n);

#endif
