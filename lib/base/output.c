/* Where results go (output.h). */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/ending.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/links.h"
#include "base/output.h"

enum { PIPE_SIZE = 1 << 20 }; /* what an ordinary user may ask for */

static struct output *opened;
/* Held while lines are written; for ever by outputs_abandon(). */
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;

/* It tells of something. */
static bool
lasts(const struct output *o)
{
	struct stat st;

	return o->lasting && fstat(o->fd, &st) == 0 && st.st_size > 0;
}

/* At an end by a signal, or with `writing` held. */
static void
settle_all(void)
{
	for (struct output *o = opened; o != NULL; o = o->next)
		if (o->temporary != NULL &&
		    (!lasts(o) || fsync(o->fd) == -1 ||
			rename(o->temporary, o->target) == -1))
			unlink(o->temporary);
}

static void
note_open(struct output *o)
{
	ending_hold();
	ending_add(settle_all);
	o->next = opened;
	opened = o;
	ending_release();
}

static void
note_closed(struct output *o)
{
	char *target = o->target;
	struct output **link = &opened;

	ending_hold();
	while (*link != NULL && *link != o)
		link = &(*link)->next;
	if (*link != NULL)
		*link = o->next;
	ending_release();
	o->target = NULL;
	free(target);
}

/* It is not ours any more, renamed or not. */
static void
forget_temporary(struct output *o)
{
	char *temporary = o->temporary;

	o->temporary = NULL; /* first: settle_all() may come at any moment */
	free(temporary);
}

static void
remove_temporary(struct output *o)
{
	if (o->temporary != NULL)
		unlink(o->temporary);
	forget_temporary(o);
}

enum {
	TRIES = 100, /* of names that are taken */
	NAME_BYTES = 6, /* of a name, random */
};

/* A file beside another, for writing alone; -1 with errno. */
static int
open_beside(const char *path, char **name)
{
	char text[2 * NAME_BYTES + 1];
	int fd = -1;

	for (int i = 0; i < TRIES && fd == -1; i++) {
		random_hex(NAME_BYTES, text);
		if (asprintf(name, "%s.%s", path, text) == -1)
			memory_exhausted();
		fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd != -1)
			return fd;
		free(*name);
		if (errno != EEXIST)
			break;
	}
	*name = NULL;
	return -1;
}

/* Room for a whole buffer, so that writer and reader can work at once. */
static void
widen_pipe(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
		(void)fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
}

/* The end of a file, whose last line may have been cut off. */
static int
open_end(struct output *o, struct err *e)
{
	struct stat st;
	char last;

	o->fd = open(o->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (o->fd == -1)
		return err_errno(e, errno, "%s", o->path);
	if (fstat(o->fd, &st) == 0 && st.st_size > 0 &&
	    pread(o->fd, &last, 1, st.st_size - 1) == 1 && last != '\n')
		buf_char(&o->buf, '\n');
	return 0;
}

/*
 * Another file, to take the place of what is there (NULL: nothing), or of what
 * it is a link to.  A link that the kernel does not let us follow, as in a
 * directory that all may write to, was not stat()ed either.
 */
static int
open_new(struct output *o, const struct stat *there, struct err *e)
{
	int errnum = there != NULL ? 0 : errno;

	if (links_follow(o->path, &o->target) == -1)
		return err_errno(e, errno, "%s", o->path);
	if (o->target == NULL) { /* a descriptor, which has no "beside" */
		if ((o->fd = open(o->path, O_WRONLY | O_APPEND | O_CLOEXEC)) ==
		    -1)
			return err_errno(e, errno, "%s", o->path);
		return 0;
	}
	if (errnum != 0 && errnum != ENOENT)
		return err_errno(e, errnum, "%s", o->path);
	if ((o->fd = open_beside(o->target, &o->temporary)) == -1)
		return err_errno(e, errno, "%s", o->path);
	/* a new file is as umask has it, another one as the one it replaces */
	if (there != NULL && fchmod(o->fd, there->st_mode & 0777) == -1) {
		err_errno(e, errno, "%s", o->path);
		remove_temporary(o);
		close(o->fd);
		return -1;
	}
	return 0;
}

static int
open_at(struct output *o, const char *path, bool end, struct err *e)
{
	struct stat st;
	bool there;

	if (path == NULL || strcmp(path, "-") == 0) {
		int flags = fcntl(STDOUT_FILENO, F_GETFL);
		if (flags == -1 || (flags & O_ACCMODE) == O_RDONLY)
			return err_errno(e, EBADF, "standard output");
		widen_pipe(STDOUT_FILENO);
		return 0;
	}
	o->path = path;
	there = stat(path, &st) == 0;
	if (there && !S_ISREG(st.st_mode)) {
		/* a device or a pipe has no "beside" */
		if ((o->fd = open(path, O_WRONLY | O_CLOEXEC)) == -1)
			return err_errno(e, errno, "%s", path);
		return 0;
	}
	return end ? open_end(o, e) : open_new(o, there ? &st : NULL, e);
}

static int
open_noted(struct output *o, const char *path, bool end, struct err *e)
{
	*o = (struct output){ .fd = STDOUT_FILENO };
	note_open(o);
	if (open_at(o, path, end, e) == 0)
		return 0;
	note_closed(o);
	return -1;
}

int
output_open(struct output *o, const char *path, struct err *e)
{
	return open_noted(o, path, false, e);
}

int
output_open_end(struct output *o, const char *path, struct err *e)
{
	return open_noted(o, path, true, e);
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

/* How much is left to write: of a signal's, only what completes the line. */
static size_t
left(const char *text, size_t done, size_t n)
{
	const char *end;

	if (ending_signal() == 0)
		return n - done;
	if (done == 0 || text[done - 1] == '\n')
		return 0;
	end = memchr(text + done, '\n', n - done);
	return end == NULL ? n - done : (size_t)(end + 1 - text) - done;
}

static int
write_lines(struct output *o, const char *text, size_t n)
{
	size_t done = 0, more;

	ending_hold();
	pthread_mutex_lock(&writing);
	while (o->errnum == 0 && (more = left(text, done, n)) > 0) {
		ssize_t wrote = write(o->fd, text + done, more);
		if (wrote >= 0)
			done += (size_t)wrote;
		else if (!io_goes_on(o->fd, POLLOUT)) {
			o->errnum = errno;
			cut_back(o, text, done);
		}
	}
	pthread_mutex_unlock(&writing);
	ending_release();
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
output_sync(struct output *o)
{
	/* what is no file has no disk to be on */
	if (output_flush(o) == 0 && fsync(o->fd) == -1 && errno != EINVAL &&
	    errno != EROFS)
		o->errnum = errno;
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

/* What was written is complete: it takes its place. */
static void
put_in_place(struct output *o)
{
	if (fsync(o->fd) == -1 || rename(o->temporary, o->target) == -1)
		o->errnum = o->errnum == 0 ? errno : o->errnum;
	else
		forget_temporary(o);
}

int
output_close(struct output *o, bool keep, struct err *e)
{
	ending_hold();
	output_flush(o);
	buf_release(&o->buf);
	if (o->temporary != NULL &&
	    (lasts(o) || (o->errnum == 0 && keep && ending_signal() == 0)))
		put_in_place(o);
	if (close(o->fd) == -1 && o->errnum == 0 && errno != EINTR)
		o->errnum = errno;
	remove_temporary(o);
	note_closed(o);
	ending_release();
	return o->errnum == 0 ? 0 : output_error(o, e);
}

void
outputs_abandon(void)
{
	/* another thread cannot know what the main one is about to add */
	bool is_main = gettid() == getpid();

	for (struct output *o = opened; is_main && o != NULL; o = o->next) {
		buf_whole_lines(&o->buf);
		if (o->temporary == NULL || o->lasting)
			output_flush(o);
	}
	pthread_mutex_lock(&writing);
	settle_all();
}
