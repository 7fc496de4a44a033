/* What went wrong, as data (error.h). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

int
err_set(struct err *e, enum status code, const char *fmt, ...)
{
	va_list ap;

	e->code = code;
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	return -1;
}

int
err_prefix(struct err *e, const char *fmt, ...)
{
	char old[sizeof(e->msg)];
	va_list ap;
	size_t n;

	memcpy(old, e->msg, sizeof(old));
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	n = strlen(e->msg);
	snprintf(e->msg + n, sizeof(e->msg) - n, ": %s", old);
	return -1;
}

int
err_errno(struct err *e, int errnum, const char *fmt, ...)
{
	va_list ap;
	size_t n;

	e->code = STATUS_SYSTEM;
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	n = strlen(e->msg);
	snprintf(e->msg + n, sizeof(e->msg) - n, ": %s", strerror(errnum));
	return -1;
}

enum status
status_worse(enum status a, enum status b)
{
	static const int rank[] = {
		[STATUS_OK] = 0,
		[STATUS_REJECTED] = 1,
		[STATUS_NO] = 2,
		[STATUS_SYSTEM] = 3,
		[STATUS_USAGE] = 4,
	};

	return rank[a] >= rank[b] ? a : b;
}
