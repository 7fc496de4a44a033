/* A program that answers (coprocess.h). */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/coprocess.h"
#include "base/ending.h"
#include "base/spawn.h"
#include "base/timestamp.h"

enum {
	GRACE_MS = 500, /* to go by itself */
	MOST_RUNNING = 1024, /* that kill_all() knows */
};

/* Those that run, for kill_all(); 0 is a free place. */
static atomic_int running[MOST_RUNNING];

static void
note(pid_t pid, pid_t instead)
{
	for (int i = 0; i < MOST_RUNNING; i++) {
		int was = (int)pid;
		if (atomic_compare_exchange_strong(
			&running[i], &was, (int)instead))
			return;
	}
}

static void
kill_all(void)
{
	for (int i = 0; i < MOST_RUNNING; i++) {
		int pid = atomic_load(&running[i]);
		if (pid > 0)
			spawn_signal(pid, SIGKILL);
	}
}

static int
make_pipes(int in[2], int out[2])
{
	if (pipe2(in, O_CLOEXEC) == -1)
		return -1;
	if (pipe2(out, O_CLOEXEC) == 0)
		return 0;
	close(in[0]);
	close(in[1]);
	return -1;
}

int
coprocess_start(struct coprocess *c, struct err *e)
{
	int in[2], out[2], bad;

	if (c->pid != 0)
		return 0;
	if (make_pipes(in, out) == -1)
		return err_errno(e, errno, "%s", c->argv[0]);
	bad = spawn_start(c->argv, in[0], out[1], &c->pid);
	close(in[0]);
	close(out[1]);
	if (bad != 0) {
		close(in[1]);
		close(out[0]);
		c->pid = 0;
		return err_errno(e, bad, "%s", c->argv[0]);
	}
	ending_add(kill_all);
	note(0, c->pid);
	c->to = in[1];
	c->from = out[0];
	fcntl(c->to, F_SETFL, O_NONBLOCK);
	fcntl(c->from, F_SETFL, O_NONBLOCK);
	return 0;
}

/*
 * write(), but that a reader who is gone is an error and no signal: one that
 * is raised meanwhile is taken back before anybody sees it.
 */
static ssize_t
write_quietly(int fd, const char *text, size_t n)
{
	const struct timespec no_time = { 0, 0 };
	sigset_t broken, pending, before;
	bool was_pending;
	ssize_t wrote;
	int errnum;

	sigemptyset(&broken);
	sigaddset(&broken, SIGPIPE);
	sigpending(&pending);
	was_pending = sigismember(&pending, SIGPIPE) == 1;
	pthread_sigmask(SIG_BLOCK, &broken, &before);
	while ((wrote = write(fd, text, n)) == -1 && errno == EINTR)
		;
	errnum = errno;
	if (wrote == -1 && errnum == EPIPE && !was_pending)
		while (sigtimedwait(&broken, NULL, &no_time) == -1 &&
		       errno == EINTR)
			;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = errnum;
	return wrote;
}

/* Nothing may have been said before it was asked. */
static int
check_silent(struct coprocess *c, struct err *e)
{
	struct pollfd p = { .fd = c->from, .events = POLLIN };
	int ready = poll(&p, 1, 0);

	if (ready == 0 || (ready == -1 && errno == EINTR))
		return 0;
	if (ready == -1)
		return err_errno(e, errno, "%s", c->argv[0]);
	if ((p.revents & POLLIN) == 0)
		return err_set(e, STATUS_SYSTEM, "%s: has ended", c->argv[0]);
	return err_set(
	    e, STATUS_SYSTEM, "%s: spoke before it was asked", c->argv[0]);
}

/* What is there of the answer; 1 when it is whole, -1 with *e. */
static int
take_answer(struct coprocess *c, struct err *e)
{
	size_t seen = c->answer.n;
	const char *end;
	ssize_t n;

	buf_reserve(&c->answer, 65536);
	while ((n = read(c->from, c->answer.s + seen, 65536)) == -1 &&
	       errno == EINTR)
		;
	if (n == -1)
		return errno == EAGAIN ? 0
				       : err_errno(e, errno, "%s", c->argv[0]);
	if (n == 0)
		return err_set(e, STATUS_SYSTEM, "%s: ended without an answer",
		    c->argv[0]);
	c->answer.n += (size_t)n;
	end = memchr(c->answer.s + seen, '\n', (size_t)n);
	if (end == NULL && c->answer.n <= COPROCESS_ANSWER_MAX)
		return 0;
	if (end == NULL)
		return err_set(e, STATUS_SYSTEM,
		    "%s: an answer of more than %d bytes", c->argv[0],
		    COPROCESS_ANSWER_MAX);
	if (end + 1 != c->answer.s + c->answer.n)
		return err_set(e, STATUS_SYSTEM,
		    "%s: more than one line for an answer", c->argv[0]);
	return 1;
}

/* line, then newline, from byte `*done` on; -1 with *e. */
static int
give_line(struct coprocess *c, struct str line, size_t *done, struct err *e)
{
	bool ended = *done == line.n;
	ssize_t n = ended
			? write_quietly(c->to, "\n", 1)
			: write_quietly(c->to, line.s + *done, line.n - *done);

	if (n > 0)
		*done += (size_t)n;
	else if (n == -1 && errno != EAGAIN)
		return err_errno(e, errno, "%s", c->argv[0]);
	return 0;
}

/* Asks and hears; -1 with *e. */
static int
converse(struct coprocess *c, struct str line, int64_t deadline, struct err *e)
{
	size_t done = 0;
	int got = 0;

	while (got == 0) {
		struct pollfd p[] = { { .fd = c->from, .events = POLLIN },
			{ .fd = c->to, .events = POLLOUT } };
		int64_t left = deadline - monotonic_now();
		if (left <= 0)
			return err_set(e, STATUS_SYSTEM,
			    "%s: no answer in time", c->argv[0]);
		left = left / 1000 + 1 < 3600000 ? left / 1000 + 1 : 3600000;
		/* when all is said there is only to listen */
		if (poll(p, done <= line.n ? 2 : 1, (int)left) == -1 &&
		    errno != EINTR)
			return err_errno(e, errno, "%s", c->argv[0]);
		if (p[0].revents != 0)
			got = take_answer(c, e);
		if (got == 1 && done <= line.n)
			return err_set(e, STATUS_SYSTEM,
			    "%s: answered before it was asked", c->argv[0]);
		if (got == 0 && done <= line.n && p[1].revents != 0 &&
		    give_line(c, line, &done, e) == -1)
			got = -1;
	}
	return got == 1 ? 0 : -1;
}

int
coprocess_ask(struct coprocess *c, struct str line, int64_t usec,
    struct str *answer, struct err *e)
{
	if (coprocess_start(c, e) == -1)
		return -1;
	buf_clear(&c->answer);
	if (check_silent(c, e) == -1 ||
	    converse(c, line, monotonic_now() + usec, e) == -1) {
		coprocess_kill(c);
		return -1;
	}
	*answer = (struct str){ c->answer.s, c->answer.n - 1 };
	return 0;
}

/* Takes note that it is gone; false if it is not, within so long. */
static bool
reap(struct coprocess *c, int ms)
{
	const struct timespec moment = { 0, 1000000 };
	pid_t got;

	while ((got = waitpid(c->pid, NULL, ms < 0 ? 0 : WNOHANG)) == 0 ||
	       (got == -1 && errno == EINTR)) {
		if (got == 0 && ms-- == 0)
			return false;
		if (got == 0)
			nanosleep(&moment, NULL);
	}
	return true;
}

static void
hang_up(struct coprocess *c)
{
	close(c->to);
	close(c->from);
}

void
coprocess_kill(struct coprocess *c)
{
	if (c->pid == 0)
		return;
	hang_up(c);
	spawn_signal(c->pid, SIGKILL);
	reap(c, -1);
	note(c->pid, 0);
	c->pid = 0;
}

void
coprocess_end(struct coprocess *c)
{
	if (c->pid != 0) {
		hang_up(c);
		if (!reap(c, GRACE_MS)) {
			spawn_signal(c->pid, SIGKILL);
			reap(c, -1);
		}
		note(c->pid, 0);
		c->pid = 0;
	}
	buf_release(&c->answer);
}
