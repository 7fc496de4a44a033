/* The system calls of a program in its sandbox (sandbox_calls.h). */
#include "base/sandbox_calls.h"

#ifdef HAVE_SECCOMP

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>

/*
 * What reading, counting and writing takes, with threads and glibc's or
 * musl's ways to do it; one that an architecture does not have is passed
 * over.  Files are opened as Landlock allows.
 */
static const char *const calls[] = {
	/* files that are open */
	"read",
	"readv",
	"pread64",
	"preadv",
	"write",
	"writev",
	"pwrite64",
	"pwritev",
	"lseek",
	"_llseek",
	"close",
	"fsync",
	"fdatasync",
	"ftruncate",
	"ftruncate64",
	"fadvise64",
	"fchmod",
	"fcntl",
	"fcntl64",
	"fstat",
	"fstat64",
	"fstatfs",
	"ioctl",
	"poll",
	"ppoll",
	"ppoll_time64",
	"select",
	"pselect6",
	"dup",
	"dup3",
	/* files by their names */
	"open",
	"openat",
	"stat",
	"stat64",
	"lstat",
	"newfstatat",
	"fstatat64",
	"statx",
	"access",
	"faccessat",
	"faccessat2",
	"readlink",
	"readlinkat",
	"getcwd",
	"rename",
	"renameat",
	"renameat2",
	"unlink",
	"unlinkat",
	"umask",
	/* memory */
	"brk",
	"munmap",
	"mremap",
	"madvise",
	/* threads, clocks, signals of its own */
	"futex",
	"futex_time64",
	"set_robust_list",
	"rseq",
	"sched_yield",
	"sched_getaffinity",
	"getcpu",
	"gettid",
	"getpid",
	"tgkill",
	"clock_gettime",
	"clock_gettime64",
	"clock_nanosleep",
	"clock_nanosleep_time64",
	"nanosleep",
	"gettimeofday",
	"time",
	"rt_sigaction",
	"rt_sigprocmask",
	"rt_sigreturn",
	"rt_sigtimedwait",
	"rt_sigpending",
	"sigaltstack",
	"restart_syscall",
	"getrandom",
	"getrlimit",
	"ugetrlimit",
	"getrusage",
	"sysinfo",
	"uname",
	"getuid",
	"geteuid",
	"getgid",
	"getegid",
	"exit",
	"exit_group",
};

/* Memory may be written or executed, not both; processes are not made. */
static bool
add_conditions(scmp_filter_ctx filter)
{
	static const char *const mapping[] = { "mmap", "mmap2", "mprotect" };
	bool good = true;

	for (size_t i = 0; i < sizeof(mapping) / sizeof(mapping[0]); i++) {
		int number = seccomp_syscall_resolve_name(mapping[i]);
		if (number >= 0)
			good =
			    good &&
			    seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 1,
				SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
	}
	/* glibc tries clone3() first, whose flags a filter cannot see */
	return good &&
	       seccomp_rule_add(
		   filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
		   SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) ==
		   0;
}

bool
sandbox_give_up_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool good = filter != NULL;

	for (size_t i = 0; good && i < sizeof(calls) / sizeof(calls[0]); i++) {
		int number = seccomp_syscall_resolve_name(calls[i]);
		if (number >= 0) /* else it is not here */
			good = seccomp_rule_add(
				   filter, SCMP_ACT_ALLOW, number, 0) == 0;
	}
	/* else older kernels make all branches slower */
	good = good && seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1) == 0 &&
	       add_conditions(filter) && seccomp_load(filter) == 0;
	if (filter != NULL)
		seccomp_release(filter);
	return good;
}

#else

bool
sandbox_give_up_calls(void)
{
	return false;
}

#endif
