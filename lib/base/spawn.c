/* Another program, run to its end (spawn.h). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/spawn.h"

extern char **environ;

/* The input as a file that is only in memory: no pipe that could fill up. */
static int
input_file(struct str input)
{
	int fd = memfd_create("input", MFD_CLOEXEC);
	size_t done = 0;

	while (fd != -1 && done < input.n) {
		ssize_t n = write(fd, input.s + done, input.n - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			close(fd);
			return -1;
		}
		done += (size_t)n;
	}
	if (fd != -1 && lseek(fd, 0, SEEK_SET) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/* All that comes out of a pipe; -1 with errno. */
static int
drain(int fd, struct buf *out)
{
	ssize_t n;

	for (;;) {
		buf_reserve(out, 65536);
		n = read(fd, out->s + out->n, 65536);
		if (n == 0)
			return 0;
		if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0)
			out->n += (size_t)n;
	}
}

static int
start(char *const argv[], int in, int out, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int bad;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	bad = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return bad;
}

/* Waits for the child; its exit status, or -1 if it was killed. */
static int
reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int
spawn_run(char *const argv[], struct str input, struct buf *out, struct err *e)
{
	int in = input_file(input), fds[2], bad, status;
	pid_t pid;

	if (in == -1 || pipe2(fds, O_CLOEXEC) == -1) {
		err_errno(e, errno, "%s", argv[0]);
		if (in != -1)
			close(in);
		return -1;
	}
	bad = start(argv, in, fds[1], &pid);
	close(in);
	close(fds[1]);
	if (bad != 0) {
		close(fds[0]);
		return err_errno(e, bad, "%s", argv[0]);
	}
	bad = drain(fds[0], out) == -1 ? errno : 0;
	close(fds[0]);
	status = reap(pid);
	if (bad != 0)
		return err_errno(e, bad, "%s", argv[0]);
	if (status != 0)
		return err_set(e, STATUS_SYSTEM, "%s: failed", argv[0]);
	return 0;
}
