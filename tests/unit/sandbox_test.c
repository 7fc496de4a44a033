/* What a program in its sandbox can still do, and what not (sandbox.h). */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sandbox.h"
#include "testing.h"

/* Exit status of an attempt that says that it has no sandbox. */
enum { WITHOUT = 77 };

static char home[] = "/tmp/hitl-sandbox.XXXXXX";

/*
 * What the kernel has, asked without the code under test: rights to read no
 * file, and a filter of one instruction, which allows all.
 */
static bool
has_files(void)
{
	uint64_t rights = LANDLOCK_ACCESS_FS_READ_FILE;
	long fd =
	    syscall(SYS_landlock_create_ruleset, &rights, sizeof(rights), 0);

	return fd != -1 && syscall(SYS_landlock_restrict_self, fd, 0) == 0;
}

/* The architectures whose calls the filter knows (sandbox_calls.c). */
static bool
has_calls(void)
{
#if defined(__x86_64__) || defined(__aarch64__) ||                             \
    (defined(__riscv) && __riscv_xlen == 64)
	struct sock_filter all = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { 1, &all };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
#else
	return false;
#endif
}

/* Whether it can be had, in a process that then has it. */
static bool
can(bool (*has)(void))
{
	int status;
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (pid == 0)
		_exit(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && has());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) != 0;
}

/* Runs what is to be tried in a process of its own; 0: as expected. */
static void
in_sandbox(bool (*has)(void), int (*attempt)(struct sandbox_state))
{
	bool there = can(has);
	int status;
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		sandbox_allow("in/one", SANDBOX_READ);
		sandbox_allow("-", SANDBOX_READ);
		sandbox_allow("not/there", SANDBOX_READ);
		sandbox_allow("out/result", SANDBOX_REPLACE);
		sandbox_allow("watched/policy", SANDBOX_WATCH);
		sandbox_allow("scratch", SANDBOX_SCRATCH);
		_exit(attempt(sandbox_enter()));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	/* cmocka's skip() is a failure to those who read TAP */
	if (!there)
		print_message("# skipped: the kernel has no sandbox\n");
	assert_int_equal(WEXITSTATUS(status), there ? 0 : WITHOUT);
}

#define EXPECT(x)                                                              \
	do {                                                                   \
		if (!(x)) {                                                    \
			fprintf(stderr, "# %s: %s, errno %d\n", __func__, #x,  \
			    errno);                                            \
			return 1;                                              \
		}                                                              \
	} while (0)

static bool
opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd != -1)
		close(fd);
	return fd != -1;
}

static int
files(struct sandbox_state s)
{
	if (!s.files)
		return WITHOUT; /* Landlock */
	EXPECT(opens("in/one", O_RDONLY));
	EXPECT(!opens("in/one", O_WRONLY) && errno == EACCES);
	EXPECT(!opens("in/two", O_RDONLY) && errno == EACCES);
	EXPECT(!opens("/etc/passwd", O_RDONLY) && errno == EACCES);
	EXPECT(!opens("/etc/passwd", O_WRONLY) && errno == EACCES);
	EXPECT(!opens("in/new", O_WRONLY | O_CREAT) && errno == EACCES);
	EXPECT(!opens(".", O_RDONLY | O_DIRECTORY) && errno == EACCES);
	/* beside a result, in a place that is watched, without a name */
	EXPECT(opens("out/result.new", O_WRONLY | O_CREAT | O_EXCL));
	EXPECT(rename("out/result.new", "out/result") == 0);
	EXPECT(!opens("out/result", O_RDONLY) && errno == EACCES);
	EXPECT(opens("watched/policy", O_RDONLY));
	EXPECT(opens("watched/other", O_RDONLY));
	EXPECT(!opens("watched/policy", O_WRONLY) && errno == EACCES);
	EXPECT(unlink("watched/policy") == -1);
	EXPECT(opens("scratch", O_TMPFILE | O_RDWR));
	EXPECT(!opens("scratch/named", O_RDWR | O_CREAT) && errno == EACCES);
	EXPECT(unlink("in/one") == -1);
	EXPECT(rename("in/one", "in/three") == -1);
	return 0;
}

static void *
double_it(void *x)
{
	*(int *)x *= 2;
	return x;
}

static int
calls(struct sandbox_state s)
{
	char *argv[] = { (char[]){ "true" }, NULL };
	int x = 21;
	pthread_t thread;
	struct stat st;
	void *p;

	if (!s.calls)
		return WITHOUT; /* seccomp */
	EXPECT(socket(AF_INET, SOCK_STREAM, 0) == -1 && errno == EPERM);
	EXPECT(socket(AF_UNIX, SOCK_STREAM, 0) == -1 && errno == EPERM);
	EXPECT(execv("/bin/true", argv) == -1 && errno == EPERM);
	EXPECT(fork() == -1 && errno == EPERM);
	EXPECT(kill(getppid(), SIGTERM) == -1 && errno == EPERM);
	EXPECT(chmod("in/one", 0777) == -1 && errno == EPERM);
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	EXPECT(p != MAP_FAILED);
	EXPECT(mprotect(p, 4096, PROT_READ | PROT_EXEC) == -1);
	EXPECT(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
	/* what it is for goes on */
	EXPECT(pthread_create(&thread, NULL, double_it, &x) == 0);
	EXPECT(pthread_join(thread, NULL) == 0 && x == 42);
	EXPECT(stat("in/one", &st) == 0);
	EXPECT((p = malloc(100 << 20)) != NULL);
	free(p);
	EXPECT(write(STDERR_FILENO, "", 0) == 0);
	return 0;
}

static void
test_files(void **state)
{
	(void)state;
	in_sandbox(has_files, files);
}

static void
test_calls(void **state)
{
	(void)state;
	in_sandbox(has_calls, calls);
}

static int
make_files(void **state)
{
	(void)state;
	return mkdtemp(home) == NULL || chdir(home) == -1 ||
	       system("mkdir in out watched scratch && echo 1 | tee in/one "
		      "in/two out/result watched/policy watched/other "
		      ">out/all") != 0;
}

static int
remove_files(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", home);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_calls),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name(
	    "sandbox", tests, make_files, remove_files);
}
