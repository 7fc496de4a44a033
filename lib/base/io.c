/* Reads and writes that go on (io.h). */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/io.h"

bool
io_goes_on(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	if (errno == EINTR)
		return true;
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		return false;
	return poll(&p, 1, -1) != -1 || errno == EINTR;
}

ssize_t
io_read(int fd, void *to, size_t n)
{
	ssize_t got;

	do
		got = read(fd, to, n);
	while (got == -1 && io_goes_on(fd, POLLIN));
	return got;
}

size_t
io_write(int fd, const void *from, size_t n)
{
	const char *p = from;
	size_t done = 0;

	while (done < n) {
		ssize_t wrote = write(fd, p + done, n - done);
		if (wrote > 0)
			done += (size_t)wrote;
		else if (wrote == -1 && !io_goes_on(fd, POLLOUT))
			break;
	}
	return done;
}
