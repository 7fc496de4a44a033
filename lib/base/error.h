/*
 * What went wrong, as data.  A library function returns 0 or -1 (or a
 * pointer or NULL) and fills `struct err`; only cmd/ prints it and exits.
 *
 * A message reads "where: what": file, line or member name, the offending
 * policy value and its range; never the contents of a record, which may be
 * personal data.  Lower case, no full stop.
 */
#ifndef HITL_BASE_ERROR_H
#define HITL_BASE_ERROR_H

/* Exit statuses of every program (hitl(7)); the worst by status_worse(). */
enum status {
	STATUS_OK = 0,
	STATUS_NO = 1, /* the answer is no */
	STATUS_USAGE = 2, /* usage or policy; nothing was read */
	STATUS_REJECTED = 3, /* done, some input lines were rejected */
	STATUS_SYSTEM = 4, /* I/O or system failure */
};

struct err {
	enum status code;
	char msg[512]; /* NUL-terminated; cut when longer */
};

/* Fills *e; returns -1 so that callers can write return err_set(…). */
int err_set(struct err *, enum status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Puts "prefix: " before the message; returns -1. */
int err_prefix(struct err *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds ": strerror(errnum)" as STATUS_SYSTEM; returns -1. */
int err_errno(struct err *, int errnum, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The status to exit with when both hold: 2, then 4, 1, 3, 0. */
enum status status_worse(enum status, enum status);

#endif
