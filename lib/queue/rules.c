/* The rules of access of a queue (rules.h). */
#include "queue/rules.h"

struct setting {
	struct str text, by;
};

static int
set(struct queue *q, void *state, struct err *e)
{
	const struct setting *x = state;
	struct event v = event_of(EVENT_ACCESS, STR(""), q->now);
	struct queue_head head;

	/* who pushes meanwhile comes before it, or knows of it */
	if (queue_head(q, &head, e) == -1)
		return -1;
	v.by = x->by;
	event_body(&v, x->text);
	return queue_happens(q, &v, e);
}

int
queue_set_rules(struct queue *q, const char *where, struct str text,
    struct str by, struct err *e)
{
	struct arena a = { 0 };
	struct setting x = { .by = by };
	struct buf line = { 0 };
	int status;

	buf_json_line(&line, text);
	x.text = str_trim(buf_view(&line));
	if (str_has_prefix(x.text, STR("\xef\xbb\xbf"))) {
		x.text.s += 3; /* a byte-order mark */
		x.text.n -= 3;
		x.text = str_trim(x.text);
	}
	/* of the text as it came, for the line in a message */
	if (x.text.n == 0)
		status = err_set(e, STATUS_USAGE,
		    "%s: is empty; {} are no rules at all", where);
	else
		status = access_read(text, where, &a, e) == NULL ||
				 queue_change(q, set, &x, e) == -1
			     ? -1
			     : 0;
	arena_release(&a);
	buf_release(&line);
	return status;
}

static int
look(struct queue *q, void *out, struct err *e)
{
	struct query *r = store_ask(q->store, e,
	    "SELECT bodies.body FROM head JOIN bodies ON "
	    "bodies.digest = head.access",
	    "");
	int got;

	if (r == NULL || (got = query_next(r, e)) == -1)
		return -1;
	if (got == 1)
		buf_str(out, str_trim(query_text(r, 0)));
	query_done(r);
	return 0;
}

int
queue_rules(struct queue *q, struct buf *out, struct err *e)
{
	return queue_look(q, look, out, e);
}
