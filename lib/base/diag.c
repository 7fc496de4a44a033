/* Messages on stderr (diag.h). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/printable.h"

static const char *program_name = "hitl";

/*
 * What libraries say by stdio is held back until the end: before it aborts
 * libjq tells that it has no memory, which we say in words of our own.
 */
void
diag_init(const char *program)
{
	static char held[BUFSIZ]; /* there may be no memory for one */

	program_name = program;
	setvbuf(stderr, held, _IOFBF, sizeof(held));
}

const char *
diag_program(void)
{
	return program_name;
}

/* One write a message, so that lines of programs in a pipe do not mix. */
static void
emit(char *line, size_t n)
{
	n = printable_plain((struct str){ line, n }, line);
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, n) == -1)
		return; /* nowhere left to say so */
}

void
diag(const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	int n;

	/* a byte is left for the newline */
	n = snprintf(line, sizeof(line) - 1, "%s: ", program_name);
	va_start(ap, fmt);
	vsnprintf(line + n, sizeof(line) - 1 - (size_t)n, fmt, ap);
	va_end(ap);
	emit(line, strlen(line));
}

bool
diag_on_terminal(void)
{
	return isatty(STDERR_FILENO) == 1;
}

enum status
diag_err(const struct err *e)
{
	diag("%s", e->msg);
	return e->code;
}
