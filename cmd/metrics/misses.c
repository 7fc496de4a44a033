/* What --check and the page of --html say of the policy's targets. */
#include <stdlib.h>
#include <string.h>

#include "metrics/check.h"
#include "metrics/misses.h"

int
misses_want_targets(
    const struct run *r, const struct printing *p, struct err *e)
{
	if (!p->check || check_any(&p->rows))
		return 0;
	if (r->options.policy == NULL)
		return err_set(e, STATUS_USAGE,
		    "--check: there are no targets: -p POLICY with a section "
		    "\"targets\" is needed");
	if (!rows_all(&p->rows))
		return err_set(e, STATUS_USAGE,
		    "--check: %s has no target for a metric of --only: there "
		    "is nothing to check",
		    r->options.policy);
	return err_set(e, STATUS_USAGE,
	    "--check: %s has no targets (section \"targets\"): there is "
	    "nothing to check",
	    r->options.policy);
}

static void
keep_line(void *arg, const char *line)
{
	struct misses *s = arg;
	char *copy = strdup(line);

	if (copy == NULL)
		memory_exhausted();
	VEC_ROOM(s->line, s->n, s->cap);
	s->line[s->n++] = copy;
}

void
misses_find(struct misses *s, const struct printing *p, const struct metrics *m,
    const struct metrics_row *row, size_t n)
{
	check_rows(&p->rows, m, row, n, p->by_value, keep_line, s);
}

void
misses_release(struct misses *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->line[i]);
	free(s->line);
}

static void
print_line(void *unused, const char *line)
{
	(void)unused;
	diag("%s", line);
}

/* Misses last, where they are seen. */
void
misses_tell(const struct misses *s, struct run *r, const struct printing *p,
    const struct metrics_row *row, size_t n)
{
	size_t unknown = check_unknown(&p->rows, row, n, print_line, NULL);

	if (unknown > UNKNOWN_TOLD)
		diag("%zu more targets are not checked for want of a value",
		    unknown - UNKNOWN_TOLD);
	for (size_t i = 0; i < s->n; i++)
		diag("%s", s->line[i]);
	if (s->n > 0)
		r->status = status_worse(r->status, STATUS_NO);
}
