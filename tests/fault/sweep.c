/*
 * Runs a command with every call of a kind failing in turn (fault.h, shim.c)
 * and looks at how it ends:
 *
 *   it survives: status, output and files are those of the undisturbed run; or
 *   it tells: status 4 (2 for what is read before the records, and nothing is
 *   written), a message that begins with the program's name and that the
 *   undisturbed run does not give, whole lines that it writes, too, and files
 *   that are as before or as they should be;
 *
 * never a signal, a hang, half a line, or a good status without the output.
 *
 * usage: sweep [OPTION...] -- PROGRAM [ARGUMENT...]
 *   -s SHIM     the shared object (beside this program)
 *   -d DIR      files that each run finds fresh in its working directory
 *   -i FILE     standard input, through a pipe that is closed behind it
 *   -w FILE     one the command replaces: as before or as it should be
 *   -l FILE     one it adds to by lines: whole lines of what it should be
 *   -c COMMAND  what must hold after each run, for sh
 *   -e STATUS   of the undisturbed run (0)
 *   -q          it prints nothing and replaces no file when all is well
 *   -v          lines vary from run to run: only that they are whole is seen
 *   -x          a library ends the program itself if it has no memory: then
 *               what it leaves behind is looked at, but not that it crashed
 *   -t          a talk, no lines: what it prints is not looked at; and who
 *               talks to it is there, silent, until SIGTERM has come
 *   -n N        so many faults of a kind and mode (all); evenly spread
 *   -k KIND     of this kind alone
 *   -m MODE     in this mode alone
 *   -a N        at this call alone
 *   -p          says what each run printed
 *
 * The last line counts; status 1 if a run ended otherwise.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"

enum {
	PATIENCE = 45, /* seconds of a run */
	FILES_MAX = 8,
	PIPE_MAX = 1 << 16, /* what a pipe takes at once */
};

static const char *const kind_name[FAULT_KINDS] = { "memory", "library", "read",
	"write", "open", "name", "sync", "process" };
static const char *const mode_name[FAULT_MODES] = { "none", "once", "from",
	"short", "eintr", "eagain", "term" };

struct bytes {
	char *s;
	size_t n;
	bool there;
};

/* How a run ended. */
struct ended {
	int status; /* as of waitpid() */
	bool hung;
	struct bytes out, err, file[FILES_MAX];
};

static struct {
	const char *shim, *files, *input, *check, *file[FILES_MAX];
	bool lines[FILES_MAX];
	size_t nfile;
	bool vary, talk, quiet, library_ends, print;
	uint64_t most, at;
	int kind, mode; /* -1: all */
	int status; /* of the undisturbed run */
	char **argv;
	struct fault *fault;
	char page[64], work[64];
} opt = { .kind = -1, .mode = -1 };

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "sweep: %s: %s\n", what, strerror(errno));
	exit(2);
}

static struct bytes
slurp(int fd)
{
	struct bytes b = { .there = true };
	off_t size = lseek(fd, 0, SEEK_END);
	ssize_t got;

	if (size == -1 || (b.s = malloc((size_t)size + 1)) == NULL)
		fail("slurp");
	while (b.n < (size_t)size &&
	       (got = pread(fd, b.s + b.n, (size_t)size - b.n, (off_t)b.n)) > 0)
		b.n += (size_t)got;
	b.s[b.n] = '\0';
	return b;
}

static struct bytes
slurp_file(const char *path)
{
	struct bytes b = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd != -1) {
		b = slurp(fd);
		close(fd);
	}
	return b;
}

static bool
same(const struct bytes *a, const struct bytes *b)
{
	return a->there == b->there && a->n == b->n &&
	       (a->n == 0 || memcmp(a->s, b->s, a->n) == 0);
}

static void
release(struct ended *e)
{
	free(e->out.s);
	free(e->err.s);
	for (size_t i = 0; i < opt.nfile; i++)
		free(e->file[i].s);
}

static int
shell(const char *command)
{
	int status = system(command);

	return status == -1 ? -1 : WEXITSTATUS(status);
}

/* The working directory as each run finds it. */
static void
refresh(void)
{
	char command[1024];

	if (opt.files == NULL)
		return;
	snprintf(command, sizeof(command), "rm -rf %s/* && cp -R %s/. %s/",
	    opt.work, opt.files, opt.work);
	if (shell(command) != 0)
		fail(command);
}

/* A pipe with all the input in it. */
static void
input_pipe(int fd[2])
{
	struct bytes b = slurp_file(opt.input);

	if (!b.there || b.n > PIPE_MAX || pipe2(fd, O_CLOEXEC) == -1 ||
	    write(fd[1], b.s, b.n) != (ssize_t)b.n)
		fail(opt.input);
	free(b.s);
}

static _Noreturn void
victim(int in, int out, int err)
{
	if (dup2(in, 0) == -1 || dup2(out, 1) == -1 || dup2(err, 2) == -1 ||
	    chdir(opt.work) == -1)
		_exit(127);
	signal(SIGPIPE, SIG_DFL);
	alarm(PATIENCE);
	setenv("LD_PRELOAD", opt.shim, 1);
	setenv(FAULT_ENV, opt.page, 1);
	execvp(opt.argv[0], opt.argv);
	_exit(127);
}

/* It sleeps, and has read all that is in this pipe. */
static bool
wants_more(pid_t pid, int end)
{
	char path[64], state = '?';
	int waiting = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (ioctl(end, FIONREAD, &waiting) == -1 ||
	    (f = fopen(path, "re")) == NULL)
		return false;
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	fclose(f);
	return waiting == 0 && state == 'S';
}

/*
 * Waits for its end.  The pipe, if there is one, is closed when it wants more
 * and its fault has not come: that comes later, or not at all.
 */
static int
await(pid_t pid, int end)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	int status;
	pid_t got;

	while ((got = waitpid(pid, &status, end == -1 ? 0 : WNOHANG)) != pid) {
		if (got == -1 && errno != EINTR)
			fail("waitpid");
		if (end == -1)
			continue;
		if (opt.fault->injected == 0 && wants_more(pid, end)) {
			close(end);
			end = -1;
		}
		nanosleep(&moment, NULL);
	}
	if (end != -1)
		close(end);
	return status;
}

static struct ended
run(int kind, int mode, uint64_t at)
{
	struct ended e = { 0 };
	int in[2] = { -1, -1 }, out, err;
	pid_t pid;

	refresh();
	memset(opt.fault, 0, sizeof(*opt.fault));
	opt.fault->kind = kind;
	opt.fault->mode = mode;
	opt.fault->at = at;
	if (opt.input == NULL)
		in[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	else
		input_pipe(in);
	if (in[1] != -1 && (!opt.talk || mode != FAULT_TERM)) {
		close(in[1]);
		in[1] = -1;
	}
	out = memfd_create("out", MFD_CLOEXEC);
	err = memfd_create("err", MFD_CLOEXEC);
	if (in[0] == -1 || out == -1 || err == -1 || (pid = fork()) == -1)
		fail("run");
	if (pid == 0)
		victim(in[0], out, err);
	close(in[0]);
	e.status = await(pid, in[1]);
	e.hung = WIFSIGNALED(e.status) && WTERMSIG(e.status) == SIGALRM;
	e.out = slurp(out);
	e.err = slurp(err);
	close(out);
	close(err);
	for (size_t i = 0; i < opt.nfile; i++) {
		char path[256];
		snprintf(path, sizeof(path), "%s/%s", opt.work, opt.file[i]);
		e.file[i] = slurp_file(path);
	}
	return e;
}

/* Every line of `some` is one of `all`, in its order. */
static bool
lines_of(const struct bytes *some, const struct bytes *all)
{
	const char *p = some->s, *end = p + some->n, *q = all->s,
		   *last = q + all->n;

	if (opt.talk)
		return true;
	if (some->n > 0 && end[-1] != '\n')
		return false;
	while (!opt.vary && p < end) {
		size_t n =
		    (size_t)((char *)memchr(p, '\n', (size_t)(end - p)) - p) +
		    1;
		for (;;) {
			const char *stop;
			if (q == last)
				return false;
			stop = memchr(q, '\n', (size_t)(last - q));
			if (stop == NULL)
				return false;
			bool equal =
			    (size_t)(stop - q) + 1 == n && memcmp(p, q, n) == 0;
			q = stop + 1;
			if (equal)
				break;
		}
		p += n;
	}
	return true;
}

/* A message of the program's own, "hitl-x: ...", which is not said anyway. */
static bool
tells(const struct ended *e, const struct ended *clean)
{
	const char *name = strrchr(opt.argv[0], '/'), *line, *end;
	const char *last = e->err.s + e->err.n;
	char begin[64];

	name = name == NULL ? opt.argv[0] : name + 1;
	snprintf(begin, sizeof(begin), "%s: ", name);
	for (line = e->err.s; line < last; line = end + 1) {
		end = memchr(line, '\n', (size_t)(last - line));
		if (end == NULL)
			return false;
		if (strncmp(line, begin, strlen(begin)) == 0 &&
		    memmem(clean->err.s, clean->err.n, line,
			(size_t)(end + 1 - line)) == NULL)
			return true;
	}
	return false;
}

/* As much as can be seen of what is another one each time. */
static bool
is_whole(const struct bytes *b)
{
	return b->there && b->n > 0 && b->s[b->n - 1] == '\n';
}

static const char *
files_wrong(const struct ended *e, const struct ended *clean,
    const struct ended *before, bool new_alone)
{
	for (size_t i = 0; i < opt.nfile; i++) {
		if (opt.vary ? is_whole(&e->file[i])
			     : same(&e->file[i], &clean->file[i]))
			continue;
		if (!new_alone && opt.lines[i] &&
		    lines_of(&e->file[i], &clean->file[i]))
			continue;
		if (new_alone || !same(&e->file[i], &before->file[i]))
			return "a file is neither as before nor as it should "
			       "be";
	}
	return NULL;
}

/* The last words of ld.so, which ends the program itself. */
static const char loader_gives_up[] =
    "cannot allocate memory for thread-local data: ABORT";

/* NULL, or what is wrong with how it ended. */
static const char *
wrong(const struct ended *e, const struct ended *clean,
    const struct ended *before, int kind, int mode)
{
	int status = WEXITSTATUS(e->status);

	if (e->hung)
		return "it hangs";
	if (mode == FAULT_TERM && WIFSIGNALED(e->status) &&
	    WTERMSIG(e->status) == SIGTERM)
		return lines_of(&e->out, &clean->out)
			   ? files_wrong(e, clean, before, false)
			   : "half a line, or a wrong one";
	if (WIFSIGNALED(e->status) && opt.library_ends && kind == FAULT_LIBRARY)
		return lines_of(&e->out, &clean->out)
			   ? files_wrong(e, clean, before, false)
			   : "half a line, or a wrong one";
	if (WIFSIGNALED(e->status))
		return strsignal(WTERMSIG(e->status));
	if (e->status == clean->status) {
		if (opt.vary ? !lines_of(&e->out, &clean->out)
			     : !same(&e->out, &clean->out))
			return "a good status, but the output differs";
		return files_wrong(e, clean, before, true);
	}
	if (mode == FAULT_SHORT || mode == FAULT_EINTR || mode == FAULT_EAGAIN)
		return "it should have gone on";
	if (status == 127 && strstr(e->err.s, loader_gives_up) != NULL)
		return lines_of(&e->out, &clean->out)
			   ? files_wrong(e, clean, before, false)
			   : "half a line, or a wrong one";
	if (status != 4 && (status != 2 || e->out.n > 0 ||
			       (kind != FAULT_READ && kind != FAULT_OPEN)))
		return "its status is neither 4 nor that without a fault";
	if (!tells(e, clean))
		return "no message";
	if (!lines_of(&e->out, &clean->out))
		return "half a line, or a wrong one";
	return files_wrong(e, clean, before, false);
}

static struct {
	uint64_t injected, survived, told, bad;
} total;

static void
one(int kind, int mode, uint64_t at, const struct ended *clean,
    const struct ended *before)
{
	struct ended e = run(kind, mode, at);
	const char *why = NULL;

	if (opt.fault->injected > 0) {
		total.injected++;
		why = wrong(&e, clean, before, kind, mode);
		if (why == NULL && opt.check != NULL) {
			char command[2048];
			snprintf(command, sizeof(command), "cd %s && %s",
			    opt.work, opt.check);
			if (shell(command) != 0)
				why = "what must hold after it does not";
		}
		if (why != NULL)
			total.bad++;
		else if (e.status == clean->status)
			total.survived++;
		else
			total.told++;
	}
	if (why != NULL || opt.print)
		printf("-k %s -m %s -a %ju: %s (status %d)\n%s%s",
		    kind == -1 ? "any" : kind_name[kind], mode_name[mode],
		    (uintmax_t)at, why == NULL ? "well" : why,
		    WIFEXITED(e.status) ? WEXITSTATUS(e.status) : -1, e.err.s,
		    opt.print ? e.out.s : "");
	release(&e);
}

/* As many of n calls as are asked for, the first and the last among them. */
static void
each(int kind, int mode, uint64_t n, const struct ended *clean,
    const struct ended *before)
{
	uint64_t many = opt.most == 0 || opt.most > n ? n : opt.most;

	if (opt.at > 0) {
		one(kind, mode, opt.at, clean, before);
		return;
	}
	for (uint64_t i = 0; i < many; i++)
		one(kind, mode, many == 1 ? 1 : 1 + i * (n - 1) / (many - 1),
		    clean, before);
}

static void
sweep(void)
{
	uint64_t calls[FAULT_KINDS];
	struct ended before, clean;
	bool done, bad;
	int status;

	refresh();
	before = (struct ended){ 0 };
	for (size_t i = 0; i < opt.nfile; i++) {
		char path[256];
		snprintf(path, sizeof(path), "%s/%s", opt.work, opt.file[i]);
		before.file[i] = slurp_file(path);
	}
	clean = run(-1, FAULT_NONE, 0);
	for (int k = 0; k < FAULT_KINDS; k++)
		calls[k] = opt.fault->calls[k];
	status = WIFEXITED(clean.status) ? WEXITSTATUS(clean.status) : -1;
	done = clean.out.n > 0 || opt.quiet;
	/* one that has nothing to do shows nothing */
	for (size_t i = 0; i < opt.nfile; i++)
		done |= !same(&clean.file[i], &before.file[i]);
	bad = status != opt.status || calls[FAULT_MEMORY] == 0 || !done;
	total.bad += bad;
	if (opt.print || bad)
		printf("undisturbed: status %d\n%s%s", status, clean.err.s,
		    clean.out.s);
	for (int k = 0; k < FAULT_KINDS; k++)
		for (int m = FAULT_ONCE; m < FAULT_MODES; m++) {
			bool each_call = m == FAULT_ONCE || m == FAULT_FROM;
			if (m == FAULT_TERM)
				each_call = k == FAULT_READ || k == FAULT_WRITE;
			if (each_call && (opt.kind == -1 || opt.kind == k) &&
			    (opt.mode == -1 || opt.mode == m))
				each(k, m, calls[k], &clean, &before);
		}
	for (int m = FAULT_SHORT; m <= FAULT_EAGAIN; m++)
		if (opt.kind == -1 && (opt.mode == -1 || opt.mode == m))
			one(-1, m, 0, &clean, &before);
	release(&clean);
	release(&before);
}

static int
word(const char *name, const char *const list[], int n)
{
	for (int i = 0; i < n; i++)
		if (strcmp(name, list[i]) == 0)
			return i;
	fprintf(stderr, "sweep: %s: there is none such\n", name);
	exit(2);
}

static void
parse(int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "s:d:i:w:l:c:e:qvxtn:k:m:a:p")) != -1)
		switch (c) {
		case 's': opt.shim = optarg; break;
		case 'd': opt.files = realpath(optarg, NULL); break;
		case 'i': opt.input = realpath(optarg, NULL); break;
		case 'l':
		case 'w':
			if (opt.nfile == FILES_MAX)
				exit(2);
			opt.lines[opt.nfile] = c == 'l';
			opt.file[opt.nfile++] = optarg;
			break;
		case 'c': opt.check = optarg; break;
		case 'e': opt.status = atoi(optarg); break;
		case 'q': opt.quiet = true; break;
		case 'v': opt.vary = true; break;
		case 'x': opt.library_ends = true; break;
		case 't': opt.talk = opt.vary = true; break;
		case 'n': opt.most = strtoull(optarg, NULL, 10); break;
		case 'k':
			opt.kind = word(optarg, kind_name, FAULT_KINDS);
			break;
		case 'm':
			opt.mode = word(optarg, mode_name, FAULT_MODES);
			break;
		case 'a': opt.at = strtoull(optarg, NULL, 10); break;
		case 'p': opt.print = true; break;
		default: exit(2);
		}
	if (optind == argc) {
		fprintf(stderr, "sweep: a command is expected\n");
		exit(2);
	}
	opt.argv = argv + optind;
}

/* The file that shim and sweep share, and a working directory. */
static void
prepare(const char *self)
{
	static char shim[512];
	int fd;

	if (opt.shim == NULL) {
		const char *slash = strrchr(self, '/');
		snprintf(shim, sizeof(shim), "%.*sshim.so",
		    slash == NULL ? 0 : (int)(slash - self) + 1, self);
		opt.shim = realpath(shim, NULL);
	}
	if (opt.shim == NULL)
		fail(shim);
	strcpy(opt.page, "/tmp/hitl-fault.XXXXXX");
	strcpy(opt.work, "/tmp/hitl-sweep.XXXXXX");
	if ((fd = mkstemp(opt.page)) == -1 ||
	    ftruncate(fd, sizeof(*opt.fault)) == -1 ||
	    mkdtemp(opt.work) == NULL)
		fail("/tmp");
	opt.fault = mmap(NULL, sizeof(*opt.fault), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	if (opt.fault == MAP_FAILED)
		fail("mmap");
	close(fd);
}

int
main(int argc, char *argv[])
{
	char command[128];

	parse(argc, argv);
	prepare(argv[0]);
	sweep();
	unlink(opt.page);
	snprintf(command, sizeof(command), "rm -rf %s", opt.work);
	shell(command);
	printf("%ju faults: %ju survived, %ju told, %ju ended badly\n",
	    (uintmax_t)total.injected, (uintmax_t)total.survived,
	    (uintmax_t)total.told, (uintmax_t)total.bad);
	return total.bad > 0;
}
