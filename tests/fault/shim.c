/*
 * Makes calls fail (LD_PRELOAD; fault.h).  Only programs whose name begins
 * with "hitl-" are victims, and not what they start in turn.
 *
 * What libc does within itself, such as the reads of stdio, is out of reach:
 * the functions of stdio fail as a whole.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fault.h"

static struct fault *fault; /* NULL: this is no victim */
static uintptr_t code_start, code_end; /* the victim's own */
static _Atomic uint64_t turn;

/* dlsym() allocates before there is a malloc() to ask. */
static _Alignas(16) char early[64 * 1024];
static size_t early_used;

static void *
early_alloc(size_t n)
{
	void *p = early + early_used;

	early_used += (n + 15) & ~(size_t)15;
	if (early_used > sizeof(early))
		abort();
	return p;
}

static bool
is_early(const void *p)
{
	return (const char *)p >= early &&
	       (const char *)p < early + sizeof(early);
}

/* The first object is the program itself. */
static int
find_code(struct dl_phdr_info *info, size_t size, void *unused)
{
	(void)size;
	(void)unused;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *h = &info->dlpi_phdr[i];
		if (h->p_type != PT_LOAD || (h->p_flags & PF_X) == 0)
			continue;
		code_start = info->dlpi_addr + h->p_vaddr;
		code_end = code_start + h->p_memsz;
	}
	return 1;
}

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv(FAULT_ENV);
	void *shared;
	int fd;

	if (path == NULL ||
	    strncmp(program_invocation_short_name, "hitl-", 5) != 0)
		return;
	if ((fd = open(path, O_RDWR | O_CLOEXEC)) == -1)
		return;
	shared = mmap(NULL, sizeof(struct fault), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	close(fd);
	unsetenv(FAULT_ENV);
	unsetenv("LD_PRELOAD");
	dl_iterate_phdr(find_code, NULL);
	if (shared != MAP_FAILED)
		fault = shared;
}

/* Whether this call is to fail. */
static bool
fails(enum fault_kind kind)
{
	uint64_t n;

	if (fault == NULL)
		return false;
	n = atomic_fetch_add(&fault->calls[kind], 1) + 1;
	if ((int)kind != fault->kind)
		return false;
	switch (fault->mode) {
	case FAULT_TERM:
		if (n == fault->at) {
			atomic_fetch_add(&fault->injected, 1);
			raise(SIGTERM);
		}
		return false;
	case FAULT_ONCE:
		if (n != fault->at)
			return false;
		break;
	case FAULT_FROM:
		if (n < fault->at)
			return false;
		break;
	default: return false;
	}
	atomic_fetch_add(&fault->injected, 1);
	return true;
}

static enum fault_kind
memory_of(const void *caller)
{
	uintptr_t at = (uintptr_t)caller;

	return at >= code_start && at < code_end ? FAULT_MEMORY : FAULT_LIBRARY;
}

/* Every other read or write is interrupted, or would block. */
static bool
is_put_off(void)
{
	if (fault == NULL ||
	    (fault->mode != FAULT_EINTR && fault->mode != FAULT_EAGAIN) ||
	    atomic_fetch_add(&turn, 1) % 2 != 0)
		return false;
	atomic_fetch_add(&fault->injected, 1);
	errno = fault->mode == FAULT_EINTR ? EINTR : EAGAIN;
	return true;
}

static size_t
shortened(size_t n)
{
	if (fault == NULL || fault->mode != FAULT_SHORT || n < 2)
		return n;
	atomic_fetch_add(&fault->injected, 1);
	return 1;
}

/* The function behind this one of the same name, looked up once. */
#define NEXT(name)                                                             \
	static __typeof__(&name) next;                                         \
	if (next == NULL)                                                      \
	next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define FAIL(kind, number, value)                                              \
	do {                                                                   \
		if (fails(kind)) {                                             \
			errno = (number);                                      \
			return (value);                                        \
		}                                                              \
	} while (0)

#define CALLER __builtin_return_address(0)

void *
malloc(size_t n)
{
	static bool looking;
	static void *(*next)(size_t);

	if (next == NULL) {
		if (looking)
			return early_alloc(n);
		looking = true;
		next = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
	}
	FAIL(memory_of(CALLER), ENOMEM, NULL);
	return next(n);
}

void *
calloc(size_t n, size_t size)
{
	static bool looking;
	static void *(*next)(size_t, size_t);

	if (next == NULL) {
		if (looking)
			return early_alloc(n * size); /* zeros */
		looking = true;
		next = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
	}
	FAIL(memory_of(CALLER), ENOMEM, NULL);
	return next(n, size);
}

void *
realloc(void *p, size_t n)
{
	NEXT(realloc);
	FAIL(memory_of(CALLER), ENOMEM, NULL);
	if (is_early(p))
		return memcpy(malloc(n), p, n);
	return next(p, n);
}

void
free(void *p)
{
	NEXT(free);
	if (!is_early(p))
		next(p);
}

void *
aligned_alloc(size_t align, size_t n)
{
	NEXT(aligned_alloc);
	FAIL(memory_of(CALLER), ENOMEM, NULL);
	return next(align, n);
}

int
posix_memalign(void **p, size_t align, size_t n)
{
	NEXT(posix_memalign);
	if (fails(memory_of(CALLER)))
		return ENOMEM;
	return next(p, align, n);
}

#define MAPS(name, offset)                                                     \
	void *name(void *p, size_t n, int prot, int flags, int fd, offset at)  \
	{                                                                      \
		NEXT(name);                                                    \
		FAIL(memory_of(CALLER), ENOMEM, MAP_FAILED);                   \
		return next(p, n, prot, flags, fd, at);                        \
	}
MAPS(mmap, off_t)
MAPS(mmap64, off64_t)

ssize_t
read(int fd, void *to, size_t n)
{
	NEXT(read);
	FAIL(FAULT_READ, EIO, -1);
	return is_put_off() ? -1 : next(fd, to, shortened(n));
}

/* A read at a place, of files: it neither waits nor stops half way. */
ssize_t
pread(int fd, void *to, size_t n, off_t at)
{
	NEXT(pread);
	FAIL(FAULT_READ, EIO, -1);
	return next(fd, to, n, at);
}

ssize_t
pread64(int fd, void *to, size_t n, off64_t at)
{
	NEXT(pread64);
	FAIL(FAULT_READ, EIO, -1);
	return next(fd, to, n, at);
}

ssize_t
getrandom(void *to, size_t n, unsigned flags)
{
	NEXT(getrandom);
	FAIL(FAULT_READ, ENOSYS, -1);
	return next(to, n, flags);
}

ssize_t
getline(char **line, size_t *cap, FILE *f)
{
	NEXT(getline);
	FAIL(FAULT_READ, EIO, -1);
	return next(line, cap, f);
}

/* What getline() is in a program that is optimized. */
ssize_t
__getdelim(char **line, size_t *cap, int delimiter, FILE *f)
{
	NEXT(__getdelim);
	FAIL(FAULT_READ, EIO, -1);
	return next(line, cap, delimiter, f);
}

/* Messages are told: they are what shows that a fault was seen. */
ssize_t
write(int fd, const void *from, size_t n)
{
	NEXT(write);
	if (fd == STDERR_FILENO)
		return next(fd, from, n);
	FAIL(FAULT_WRITE, ENOSPC, -1);
	return is_put_off() ? -1 : next(fd, from, shortened(n));
}

ssize_t
pwrite(int fd, const void *from, size_t n, off_t at)
{
	NEXT(pwrite);
	FAIL(FAULT_WRITE, ENOSPC, -1);
	return next(fd, from, n, at);
}

ssize_t
pwrite64(int fd, const void *from, size_t n, off64_t at)
{
	NEXT(pwrite64);
	FAIL(FAULT_WRITE, ENOSPC, -1);
	return next(fd, from, n, at);
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	NEXT(writev);
	FAIL(FAULT_WRITE, ENOSPC, -1);
	return next(fd, v, n);
}

size_t
fwrite(const void *from, size_t size, size_t n, FILE *f)
{
	NEXT(fwrite);
	FAIL(FAULT_WRITE, ENOSPC, 0);
	return next(from, size, n, f);
}

int
fflush(FILE *f)
{
	NEXT(fflush);
	FAIL(FAULT_WRITE, ENOSPC, EOF);
	return next(f);
}

#define FTRUNCATES(name, type)                                                 \
	int name(int fd, type n)                                               \
	{                                                                      \
		NEXT(name);                                                    \
		FAIL(FAULT_WRITE, EIO, -1);                                    \
		return next(fd, n);                                            \
	}
FTRUNCATES(ftruncate, off_t)
FTRUNCATES(ftruncate64, off64_t)

#define OPENS(name)                                                            \
	int name(const char *path, int flags, ...)                             \
	{                                                                      \
		NEXT(name);                                                    \
		va_list ap;                                                    \
		mode_t mode;                                                   \
		va_start(ap, flags);                                           \
		mode = va_arg(ap, mode_t);                                     \
		va_end(ap);                                                    \
		FAIL(FAULT_OPEN, EMFILE, -1);                                  \
		return next(path, flags, mode);                                \
	}
OPENS(open)
OPENS(open64)

int
openat(int dir, const char *path, int flags, ...)
{
	NEXT(openat);
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	FAIL(FAULT_OPEN, EMFILE, -1);
	return next(dir, path, flags, mode);
}

int
mkostemp(char *path, int flags)
{
	NEXT(mkostemp);
	FAIL(FAULT_OPEN, EACCES, -1);
	return next(path, flags);
}

FILE *
fopen(const char *path, const char *mode)
{
	NEXT(fopen);
	FAIL(FAULT_OPEN, EMFILE, NULL);
	return next(path, mode);
}

#define FCNTLS(name)                                                           \
	int name(int fd, int command, ...)                                     \
	{                                                                      \
		NEXT(name);                                                    \
		va_list ap;                                                    \
		void *argument;                                                \
		va_start(ap, command);                                         \
		argument = va_arg(ap, void *);                                 \
		va_end(ap);                                                    \
		/* those cannot fail */                                        \
		if (command != F_GETFD && command != F_GETFL)                  \
			FAIL(FAULT_OPEN, ENOLCK, -1);                          \
		return next(fd, command, argument);                            \
	}
FCNTLS(fcntl)
FCNTLS(fcntl64)

#define STATS(name, type)                                                      \
	int name(type what, struct stat *st)                                   \
	{                                                                      \
		NEXT(name);                                                    \
		FAIL(FAULT_OPEN, EACCES, -1);                                  \
		return next(what, st);                                         \
	}
STATS(stat, const char *)
STATS(lstat, const char *)
STATS(fstat, int)

#define STATS64(name, type)                                                    \
	int name(type what, struct stat64 *st)                                 \
	{                                                                      \
		NEXT(name);                                                    \
		FAIL(FAULT_OPEN, EACCES, -1);                                  \
		return next(what, st);                                         \
	}
STATS64(stat64, const char *)
STATS64(lstat64, const char *)
STATS64(fstat64, int)

int
access(const char *path, int mode)
{
	NEXT(access);
	FAIL(FAULT_OPEN, EACCES, -1);
	return next(path, mode);
}

off_t
lseek(int fd, off_t at, int whence)
{
	NEXT(lseek);
	FAIL(FAULT_OPEN, ESPIPE, -1);
	return next(fd, at, whence);
}

int
pipe2(int fd[2], int flags)
{
	NEXT(pipe2);
	FAIL(FAULT_OPEN, EMFILE, -1);
	return next(fd, flags);
}

int
rename(const char *from, const char *to)
{
	NEXT(rename);
	FAIL(FAULT_NAME, EACCES, -1);
	return next(from, to);
}

int
unlink(const char *path)
{
	NEXT(unlink);
	FAIL(FAULT_NAME, EACCES, -1);
	return next(path);
}

int
mkdir(const char *path, mode_t mode)
{
	NEXT(mkdir);
	FAIL(FAULT_NAME, EACCES, -1);
	return next(path, mode);
}

int
fchmod(int fd, mode_t mode)
{
	NEXT(fchmod);
	FAIL(FAULT_NAME, EPERM, -1);
	return next(fd, mode);
}

int
fsync(int fd)
{
	NEXT(fsync);
	FAIL(FAULT_SYNC, EIO, -1);
	return next(fd);
}

int
fdatasync(int fd)
{
	NEXT(fdatasync);
	FAIL(FAULT_SYNC, EIO, -1);
	return next(fd);
}

int
close(int fd)
{
	NEXT(close);
	int done = next(fd); /* the descriptor is gone either way */

	FAIL(FAULT_SYNC, EIO, -1);
	return done;
}

#define SPAWNS(name)                                                           \
	int name(pid_t *pid, const char *path,                                 \
	    const posix_spawn_file_actions_t *actions,                         \
	    const posix_spawnattr_t *how, char *const argv[],                  \
	    char *const env[])                                                 \
	{                                                                      \
		NEXT(name);                                                    \
		if (fails(FAULT_PROCESS))                                      \
			return EAGAIN;                                         \
		return next(pid, path, actions, how, argv, env);               \
	}
SPAWNS(posix_spawn)
SPAWNS(posix_spawnp)

pid_t
fork(void)
{
	NEXT(fork);
	FAIL(FAULT_PROCESS, EAGAIN, -1);
	return next();
}

int
pthread_create(pthread_t *thread, const pthread_attr_t *how,
    void *(*start)(void *), void *arg)
{
	NEXT(pthread_create);
	if (fails(FAULT_PROCESS))
		return EAGAIN;
	return next(thread, how, start, arg);
}

int
poll(struct pollfd *fd, nfds_t n, int timeout)
{
	NEXT(poll);
	FAIL(FAULT_PROCESS, ENOMEM, -1);
	if (fault != NULL && fault->mode == FAULT_EINTR && is_put_off())
		return -1;
	return next(fd, n, timeout);
}
