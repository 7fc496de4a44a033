/*
 * The system calls of a program in its sandbox (sandbox_calls.h): a filter in
 * the kernel's classic BPF (seccomp(2)).  libseccomp would write it for us,
 * but crashes where memory runs out.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sandbox_calls.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

#ifdef ARCHITECTURE

/*
 * What reading, counting and writing takes, with threads and glibc's or
 * musl's ways to do it.  Files are opened as Landlock allows.
 */
static const int calls[] = {
	/* the commonest first: they are looked for in this order */
	SYS_read,
	SYS_write,
	SYS_futex,
	SYS_pread64,
	SYS_pwrite64,
	/* files that are open */
	SYS_readv,
	SYS_writev,
	SYS_lseek,
	SYS_close,
	SYS_fsync,
	SYS_fdatasync,
	SYS_ftruncate,
	SYS_fadvise64,
	SYS_fchmod,
	SYS_fcntl,
	SYS_fstat,
	SYS_ioctl,
	SYS_ppoll,
	SYS_pselect6,
	SYS_dup,
	SYS_dup3,
	/* files by their names */
	SYS_openat,
	SYS_newfstatat,
	SYS_statx,
	SYS_faccessat,
	SYS_faccessat2,
	SYS_readlinkat,
	SYS_getcwd,
	SYS_renameat2,
	SYS_unlinkat,
	SYS_umask,
	/* memory */
	SYS_brk,
	SYS_munmap,
	SYS_mremap,
	SYS_madvise,
	/* threads, clocks, signals of its own */
	SYS_set_robust_list,
	SYS_rseq,
	SYS_sched_yield,
	SYS_sched_getaffinity,
	SYS_getcpu,
	SYS_gettid,
	SYS_getpid,
	SYS_tgkill,
	SYS_clock_gettime,
	SYS_clock_nanosleep,
	SYS_nanosleep,
	SYS_gettimeofday,
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_rt_sigtimedwait,
	SYS_rt_sigpending,
	SYS_sigaltstack,
	SYS_restart_syscall,
	SYS_getrandom,
	SYS_getrusage,
	SYS_sysinfo,
	SYS_uname,
	SYS_getuid,
	SYS_geteuid,
	SYS_exit,
	SYS_exit_group,
#ifdef SYS_renameat /* riscv64 has the newer one alone */
	SYS_renameat,
#endif
#ifdef SYS_open /* the names without "at" are x86-64's */
	SYS_open,
	SYS_stat,
	SYS_lstat,
	SYS_access,
	SYS_readlink,
	SYS_rename,
	SYS_unlink,
	SYS_poll,
	SYS_select,
	SYS_time,
#endif
};

enum {
	CALLS = LENGTH(calls),
	/* the low half of an argument, little-endian */
	FLAGS_OF_CLONE = offsetof(struct seccomp_data, args[0]),
	PROTECTION = offsetof(struct seccomp_data, args[2]),
	/* the verdicts, behind all that leads to them */
	BEFORE = 3, /* which architecture, and which call */
	SPECIAL = 8, /* those that depend on an argument */
	ALLOW = BEFORE + CALLS + SPECIAL,
	REFUSE,
	UNKNOWN,
	LENGTH,
};

#define LOAD(at)   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (at))
#define RETURN(x)  BPF_STMT(BPF_RET | BPF_K, (x))
#define ERROR(num) RETURN(SECCOMP_RET_ERRNO | (num))

/* From place i on to another one further down, if it holds or if not. */
static struct sock_filter
test(int i, uint16_t how, uint32_t value, int yes, int no)
{
	return (struct sock_filter)BPF_JUMP(BPF_JMP | how | BPF_K, value,
	    (uint8_t)(yes - i - 1), (uint8_t)(no - i - 1));
}

static void
write_filter(struct sock_filter f[LENGTH])
{
	int i = 0;

	_Static_assert((int)LENGTH < 256, "a jump is a byte");
	f[i++] = (struct sock_filter)LOAD(offsetof(struct seccomp_data, arch));
	f[i] = test(i, BPF_JEQ, ARCHITECTURE, i + 1, REFUSE), i++;
	f[i++] = (struct sock_filter)LOAD(offsetof(struct seccomp_data, nr));
	for (int k = 0; k < CALLS; k++, i++)
		f[i] = test(i, BPF_JEQ, (uint32_t)calls[k], ALLOW, i + 1);
	/* glibc tries clone3() first, whose flags a filter cannot see */
	f[i] = test(i, BPF_JEQ, SYS_clone3, UNKNOWN, i + 1), i++;
	f[i] = test(i, BPF_JEQ, SYS_clone, i + 1, i + 3), i++;
	f[i++] = (struct sock_filter)LOAD(FLAGS_OF_CLONE);
	f[i] = test(i, BPF_JSET, CLONE_THREAD, ALLOW, REFUSE), i++;
	/* memory may be written or executed, not both */
	f[i] = test(i, BPF_JEQ, SYS_mmap, i + 2, i + 1), i++;
	f[i] = test(i, BPF_JEQ, SYS_mprotect, i + 1, REFUSE), i++;
	f[i++] = (struct sock_filter)LOAD(PROTECTION);
	f[i] = test(i, BPF_JSET, PROT_EXEC, REFUSE, ALLOW), i++;
	f[i++] = (struct sock_filter)RETURN(SECCOMP_RET_ALLOW);
	f[i++] = (struct sock_filter)ERROR(EPERM);
	f[i++] = (struct sock_filter)ERROR(ENOSYS);
}

bool
sandbox_give_up_calls(void)
{
	struct sock_filter filter[LENGTH];
	const struct sock_fprog program = { LENGTH, filter };

	write_filter(filter);
	/* with a filter, older kernels would make all branches slower */
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		   SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) == 0;
}

#else

bool
sandbox_give_up_calls(void)
{
	return false;
}

#endif
