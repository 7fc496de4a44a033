/* Another program, run to its end (spawn.h). */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/bound.h"
#include "base/io.h"
#include "base/spawn.h"
#include "base/timestamp.h"

extern char **environ;

/* The input as a file that is only in memory: no pipe that could fill up. */
static int
input_file(struct str input)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd != -1 && (io_write(fd, input.s, input.n) < input.n ||
			    lseek(fd, 0, SEEK_SET) == -1)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* In a group of its own, that it can be killed with what it has started. */
static int
spawn_attributes(posix_spawnattr_t *how)
{
	const short flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
			    POSIX_SPAWN_SETSIGMASK;
	sigset_t all, none;
	int bad;

	sigfillset(&all);
	sigemptyset(&none);
	if ((bad = posix_spawnattr_setsigdefault(how, &all)) != 0 ||
	    (bad = posix_spawnattr_setsigmask(how, &none)) != 0 ||
	    (bad = posix_spawnattr_setpgroup(how, 0)) != 0)
		return bad;
	return posix_spawnattr_setflags(how, flags);
}

int
spawn_start(char *const argv[], int in, int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	int bad;

	if ((bad = posix_spawn_file_actions_init(&files)) != 0)
		return bad;
	if ((bad = posix_spawnattr_init(&how)) != 0) {
		posix_spawn_file_actions_destroy(&files);
		return bad;
	}
	if ((bad = posix_spawn_file_actions_adddup2(
		 &files, in, STDIN_FILENO)) == 0 &&
	    (bad = posix_spawn_file_actions_adddup2(
		 &files, out, STDOUT_FILENO)) == 0 &&
	    (bad = spawn_attributes(&how)) == 0) {
		bound_suspend();
		bad = posix_spawnp(pid, argv[0], &files, &how, argv, environ);
		bound_resume();
	}
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	return bad;
}

void
spawn_signal(pid_t pid, int signum)
{
	kill(-pid, signum);
	/* it may have gone over to another group; asked twice it need not be */
	if (signum == SIGKILL || getpgid(pid) != pid)
		kill(pid, signum);
}

enum { ASK_MS = 10 };

/* A program that runs, and what it writes. */
struct running {
	pid_t pid;
	int fd; /* of its output; -1: at its end */
	int pidfd; /* readable when it has ended; -1: there is none */
	struct buf *out;
	size_t most; /* bytes to keep */
	bool lost; /* some could not be read */
};

/* What is there now; how many bytes, 0 when nothing is. */
static size_t
take_output(struct running *x)
{
	char bytes[65536];
	ssize_t n = x->fd == -1 ? -1 : read(x->fd, bytes, sizeof(bytes));
	size_t room = x->most - x->out->n;

	if (n > 0) {
		buf_add(x->out, bytes, (size_t)n < room ? (size_t)n : room);
		return (size_t)n;
	}
	if (x->fd == -1 || (n == -1 && (errno == EAGAIN || errno == EINTR)))
		return 0;
	x->lost = n == -1;
	close(x->fd);
	x->fd = -1;
	return 0;
}

/*
 * What it left in the pipe when it ended, and no more: what it has started
 * itself may write for ever.
 */
static void
take_rest(struct running *x)
{
	int left;

	if (x->fd == -1 || ioctl(x->fd, FIONREAD, &left) == -1)
		return;
	while (left > 0 && x->fd != -1)
		left -= (int)take_output(x);
}

/* Or somebody else has taken note of its end: then it has, too. */
static bool
has_ended(const struct running *x)
{
	siginfo_t info = { 0 };

	if (waitid(P_PID, (id_t)x->pid, &info, WEXITED | WNOHANG | WNOWAIT) ==
	    -1)
		return errno == ECHILD;
	return info.si_pid != 0;
}

/*
 * Until it writes or ends, or for so long.  Where there is no pidfd, or poll()
 * fails, only asking every few milliseconds is left.
 */
static void
wait_for_news(const struct running *x, int ms)
{
	const struct timespec moment = { 0, ASK_MS * 1000000 };
	/* a negative descriptor is passed over */
	struct pollfd p[] = { { .fd = x->pidfd, .events = POLLIN },
		{ .fd = x->fd, .events = POLLIN } };

	if (x->pidfd == -1 && ms > ASK_MS)
		ms = ASK_MS;
	if (poll(p, 2, ms) == -1 && errno != EINTR)
		nanosleep(&moment, NULL);
}

/* Until it ends, or the moment comes: true if it has ended. */
static bool
wait_until(struct running *x, int64_t moment)
{
	for (;;) {
		int64_t left = moment - monotonic_now();
		if (left <= 0)
			return false;
		wait_for_news(
		    x, left < 1000000 ? (int)(left / 1000) + 1 : 1000);
		if (has_ended(x)) {
			take_rest(x);
			return true;
		}
		take_output(x);
	}
}

enum { GRACE_SECONDS = 2 }; /* to end when it is asked to */

static void
end_it(struct running *x)
{
	spawn_signal(x->pid, SIGTERM);
	if (!wait_until(x, monotonic_now() + GRACE_SECONDS * USEC_PER_SECOND)) {
		spawn_signal(x->pid, SIGKILL);
		take_rest(x);
	} else {
		spawn_signal(x->pid, SIGKILL); /* its children */
	}
}

static void
reap(struct running *x, struct spawn_end *end)
{
	int status = 0;
	pid_t got;

	while ((got = waitpid(x->pid, &status, 0)) == -1 && errno == EINTR)
		;
	end->exit = got != -1 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	end->signal = got != -1 && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	end->lost = x->lost;
	if (x->pidfd != -1)
		close(x->pidfd);
	if (x->fd != -1)
		close(x->fd);
}

int
spawn_within(char *const argv[], struct str input, int64_t usec, size_t most,
    struct buf *out, struct spawn_end *end, struct err *e)
{
	struct running x = { .out = out, .most = out->n + most };
	int in = input_file(input), fds[2], bad;

	*end = (struct spawn_end){ 0 };
	if (in == -1 || pipe2(fds, O_CLOEXEC) == -1) {
		err_errno(e, errno, "%s", argv[0]);
		if (in != -1)
			close(in);
		return -1;
	}
	bad = spawn_start(argv, in, fds[1], &x.pid);
	close(in);
	close(fds[1]);
	if (bad != 0) {
		close(fds[0]);
		return err_errno(e, bad, "%s", argv[0]);
	}
	x.fd = fds[0];
	fcntl(x.fd, F_SETFL, O_NONBLOCK);
	x.pidfd = (int)syscall(SYS_pidfd_open, x.pid, 0);
	if (!wait_until(&x, usec == 0 ? INT64_MAX : monotonic_now() + usec)) {
		end->timed_out = true;
		end_it(&x);
	}
	reap(&x, end);
	return 0;
}
