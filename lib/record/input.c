/* Bytes from a file descriptor (input.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/io.h"
#include "record/input.h"

enum { READ_SIZE = 128 * 1024 };

const char *
input_name(const char *file)
{
	return file == NULL || strcmp(file, "-") == 0 ? "<stdin>" : file;
}

int
input_open(const char *file, struct err *e)
{
	struct stat st;
	int fd = STDIN_FILENO;

	if (strcmp(file, "-") != 0 &&
	    (fd = open(file, O_RDONLY | O_CLOEXEC)) == -1) {
		err_errno(e, errno, "%s", file);
		return -1;
	}
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		return fd;
	if (fd == STDIN_FILENO && fcntl(fd, F_GETFD) == -1)
		err_errno(e, errno, "%s", input_name(file));
	else
		err_errno(e, EISDIR, "%s", input_name(file));
	if (fd != STDIN_FILENO)
		close(fd);
	return -1;
}

void
input_start(struct input *in, int fd)
{
	struct stat st;

	in->fd = fd;
	in->at = in->end = 0;
	in->eof = false;
	in->errnum = 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
}

static void
make_room(struct input *in)
{
	size_t unread = in->end - in->at;

	if (in->at > 0) {
		memmove(in->buf, in->buf + in->at, unread);
		in->at = 0;
		in->end = unread;
	}
	if (in->cap - in->end >= READ_SIZE / 2)
		return;
	in->cap = in->cap == 0 ? READ_SIZE : in->cap * 2;
	in->buf = realloc(in->buf, in->cap + INPUT_EXTRA);
	if (in->buf == NULL)
		memory_exhausted();
}

bool
input_more(struct input *in)
{
	ssize_t n;

	if (in->eof)
		return false;
	if (in->cap - in->end < READ_SIZE / 2)
		make_room(in);
	n = io_read(in->fd, in->buf + in->end, in->cap - in->end);
	if (n == -1)
		in->errnum = errno;
	if (n <= 0) {
		in->eof = true;
		return false;
	}
	in->end += (size_t)n;
	memset(in->buf + in->end, 0, INPUT_EXTRA);
	return true;
}

void
input_stop(struct input *in)
{
	if (in->fd != STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
}

void
input_release(struct input *in)
{
	free(in->buf);
	in->buf = NULL;
	in->cap = 0;
}
