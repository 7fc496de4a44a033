/* What the verbs of hitl-feedback have in common (verbs.h). */
#include "feedback/verbs.h"

#define MOST ((size_t)1 << 50)
enum { LEAST = 1 << 20 }; /* bytes */

int
bounds_take(struct bounds *b, int id, const char *argument, struct err *e)
{
	switch (id) {
	case OPTION_MAX_MEMORY:
		return size_option(
		    "--max-memory", argument, LEAST, MOST, &b->memory, e);
	case 'T': b->directory = argument; return 0;
	default: return 1;
	}
}

void
tell_count(uint64_t n, const char *what)
{
	if (n > 0)
		diag("%llu %s", (unsigned long long)n, what);
}

void
tell_left_out(const struct left *left, size_t n)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < n; i++)
		if (left[i].n > 0)
			buf_printf(&text, "%s%llu %s", text.n == 0 ? "" : ", ",
			    (unsigned long long)left[i].n, left[i].word);
	if (text.n > 0)
		diag("left out: %.*s", (int)text.n, text.s);
	buf_release(&text);
}
