/*
 * What sweep.c and the shim in its victim (shim.c) share: a file that both
 * map, named by FAULT_ENV.
 */
#ifndef HITL_TESTS_FAULT_H
#define HITL_TESTS_FAULT_H

#include <stdatomic.h>
#include <stdint.h>

#define FAULT_ENV "HITL_FAULT"

/* Calls that can fail, by what they need; the names are in sweep.c. */
enum fault_kind {
	FAULT_MEMORY, /* malloc, calloc, realloc, aligned_alloc, mmap */
	FAULT_LIBRARY, /* the same, when a library asks */
	FAULT_READ, /* read, pread, getline, getrandom */
	FAULT_WRITE, /* write, pwrite, writev, fwrite, fflush, ftruncate */
	FAULT_OPEN, /* open, mkostemp, fopen, stat, lseek, fcntl, pipe2 */
	FAULT_NAME, /* rename, unlink, mkdir, fchmod */
	FAULT_SYNC, /* fsync, fdatasync, close */
	FAULT_PROCESS, /* posix_spawn, fork, pthread_create, poll */
	FAULT_KINDS,
};

enum fault_mode {
	FAULT_NONE, /* calls are counted */
	FAULT_ONCE, /* call number `at` of the kind fails */
	FAULT_FROM, /* so do all behind it */
	FAULT_SHORT, /* a read or write does one byte */
	FAULT_EINTR, /* every other read and write is interrupted first */
	FAULT_EAGAIN, /* every other would block */
	FAULT_TERM, /* SIGTERM when call number `at` is made */
	FAULT_MODES,
};

struct fault {
	int32_t kind, mode;
	uint64_t at; /* from 1 */
	_Atomic uint64_t calls[FAULT_KINDS]; /* so far */
	_Atomic uint64_t injected;
};

#endif
