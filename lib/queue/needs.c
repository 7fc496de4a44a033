/* What is asked of reviewers (needs.h). */
#include "queue/needs.h"

int
needs_each(
    struct store *s, struct arena *a, need_fn *each, void *arg, struct err *e)
{
	struct query *q =
	    store_ask(s, e, "SELECT need, text FROM needs ORDER BY need", "");
	int got;

	if (q == NULL)
		return -1;
	while ((got = query_next(q, e)) == 1) {
		struct need need = { 0 };
		if (need_read(&need, json_parse(query_text(q, 1), a, e), a) ==
		    -1)
			return store_broken(s, "a need", e);
		each(arg, query_int(q, 0), &need);
	}
	return got;
}

void
needs_add(struct buf *list, int64_t number)
{
	buf_printf(list, "%s%lld", list->n == 0 ? "" : ",", (long long)number);
}
