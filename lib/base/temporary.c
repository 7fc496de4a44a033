/* A file without a name (temporary.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/temporary.h"

const char *
temporary_directory(const char *directory)
{
	if (directory == NULL)
		directory = getenv("TMPDIR");
	return directory == NULL || *directory == '\0' ? "/tmp" : directory;
}

/* Where the file system knows no files without a name. */
static int
open_and_unlink(const char *directory)
{
	char *path;
	int fd;

	if (asprintf(&path, "%s/hitl.XXXXXX", directory) == -1)
		memory_exhausted();
	if ((fd = mkostemp(path, O_CLOEXEC)) != -1)
		unlink(path);
	free(path);
	return fd;
}

int
temporary_open(const char *directory, struct err *e)
{
	int fd;

	directory = temporary_directory(directory);
	fd = open(directory, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1 && (errno == EOPNOTSUPP || errno == EISDIR))
		fd = open_and_unlink(directory);
	if (fd == -1)
		return err_errno(e, errno, "a temporary file in %s", directory);
	return fd;
}

int
temporary_write(int fd, const void *from, size_t n, off_t at, struct err *e)
{
	const char *p = from;

	while (n > 0) {
		ssize_t wrote = pwrite(fd, p, n, at);
		if (wrote == -1 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return err_errno(e, wrote == 0 ? ENOSPC : errno,
			    "a temporary file; -T says where it is");
		p += wrote;
		at += wrote;
		n -= (size_t)wrote;
	}
	return 0;
}

int
temporary_read(int fd, void *to, size_t n, off_t at, struct err *e)
{
	char *p = to;

	while (n > 0) {
		ssize_t got = pread(fd, p, n, at);
		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			return err_errno(
			    e, got == 0 ? EIO : errno, "a temporary file");
		p += got;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}
