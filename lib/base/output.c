/* Where results go (output.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/output.h"

enum { PIPE_SIZE = 1 << 20 }; /* what an ordinary user may ask for */

static void
remove_temporary(struct output *o)
{
	if (o->temporary == NULL)
		return;
	unlink(o->temporary);
	free(o->temporary);
	o->temporary = NULL;
}

/* As umask would have it; mkostemp makes files for the owner alone. */
static mode_t
usual_mode(const char *path)
{
	struct stat st;
	mode_t mask = umask(0);

	umask(mask);
	if (stat(path, &st) == 0)
		return st.st_mode & 0777;
	return 0666 & ~mask;
}

/* Room for a whole buffer, so that writer and reader can work at once. */
static void
widen_pipe(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
		(void)fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
}

int
output_open(struct output *o, const char *path, struct err *e)
{
	struct stat st;

	*o = (struct output){ .fd = STDOUT_FILENO };
	if (path == NULL || strcmp(path, "-") == 0) {
		if (fcntl(STDOUT_FILENO, F_GETFD) == -1)
			return err_errno(e, errno, "standard output");
		widen_pipe(STDOUT_FILENO);
		return 0;
	}
	o->path = path;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		/* a device or a pipe has no "beside" */
		if ((o->fd = open(path, O_WRONLY | O_CLOEXEC)) == -1)
			return err_errno(e, errno, "%s", path);
		return 0;
	}
	if (asprintf(&o->temporary, "%s.XXXXXX", path) == -1)
		memory_exhausted();
	if ((o->fd = mkostemp(o->temporary, O_CLOEXEC)) == -1) {
		free(o->temporary);
		o->temporary = NULL;
		return err_errno(e, errno, "%s", path);
	}
	if (fchmod(o->fd, usual_mode(path)) == -1) {
		err_errno(e, errno, "%s", path);
		remove_temporary(o);
		close(o->fd);
		return -1;
	}
	return 0;
}

/*
 * A full disk may take the first part of a line and refuse the rest.  A
 * regular file can be cut back to its last whole line; others cannot.
 */
static void
cut_back(struct output *o, const char *text, size_t written)
{
	size_t back = 0;
	struct stat st;
	off_t end;

	while (back < written && text[written - 1 - back] != '\n')
		back++;
	if (back == 0 || fstat(o->fd, &st) == -1 || !S_ISREG(st.st_mode))
		return;
	end = lseek(o->fd, 0, SEEK_CUR);
	if (end == -1 || end != st.st_size || (off_t)back > end)
		return;
	if (ftruncate(o->fd, end - (off_t)back) == 0)
		lseek(o->fd, end - (off_t)back, SEEK_SET);
}

static int
write_lines(struct output *o, const char *text, size_t n)
{
	size_t done = 0;

	while (o->errnum == 0 && done < n) {
		ssize_t wrote = write(o->fd, text + done, n - done);
		if (wrote > 0)
			done += (size_t)wrote;
		else if (wrote == -1 && errno != EINTR) {
			o->errnum = errno;
			cut_back(o, text, done);
		}
	}
	return o->errnum == 0 ? 0 : -1;
}

int
output_flush(struct output *o)
{
	write_lines(o, o->buf.s, o->buf.n);
	o->buf.n = 0;
	return o->errnum == 0 ? 0 : -1;
}

int
output_lines(struct output *o, struct str lines)
{
	if (output_flush(o) == -1)
		return -1;
	return write_lines(o, lines.s, lines.n);
}

int
output_line(struct output *o)
{
	buf_char(&o->buf, '\n');
	if (o->buf.n < OUTPUT_SIZE)
		return o->errnum == 0 ? 0 : -1;
	return output_flush(o);
}

int
output_error(struct output *o, struct err *e)
{
	o->told = true;
	return err_errno(
	    e, o->errnum, "%s", o->path == NULL ? "standard output" : o->path);
}

int
output_close(struct output *o, bool keep, struct err *e)
{
	bool rename_it = o->temporary != NULL && keep;

	output_flush(o);
	buf_release(&o->buf);
	if (o->errnum == 0 && rename_it && fsync(o->fd) == -1)
		o->errnum = errno;
	if (close(o->fd) == -1 && o->errnum == 0 && errno != EINTR)
		o->errnum = errno;
	if (o->errnum == 0 && rename_it) {
		if (rename(o->temporary, o->path) == -1)
			o->errnum = errno;
		else {
			free(o->temporary);
			o->temporary = NULL;
		}
	}
	remove_temporary(o);
	return o->errnum == 0 ? 0 : output_error(o, e);
}
