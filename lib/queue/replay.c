/* A queue out of another's events (replay.h). */
#include <string.h>

#include "queue/link.h"
#include "queue/replay.h"

/* An exported line is the event's, with its hash and its body behind. */
static int
read_exported(struct queue *q, struct str text, struct link *l, struct err *e)
{
	const struct json *j = json_parse(text, &q->scratch, e);
	const struct json *n, *hash, *body;
	struct buf line = { 0 };
	size_t end;

	if (j == NULL)
		return -1;
	n = json_get(j, "n");
	hash = json_get(j, "hash");
	body = json_get(j, "body");
	if (n == NULL || n->value.type != JSON_NUMBER || hash == NULL ||
	    !(n->number >= 1) || !(n->number <= 0x1p53) ||
	    hash->value.type != JSON_STRING || hash->string.n != 64)
		return err_set(e, STATUS_NO,
		    "is no event of a queue; see hitl-queue export --as "
		    "events");
	/* before ,"hash": */
	end = (size_t)(hash->value.text.s - j->value.text.s) - 8;
	buf_add(&line, j->value.text.s, end);
	buf_char(&line, '}');
	*l = (struct link){ .n = (int64_t)n->number,
		.line = arena_str(&q->scratch, buf_view(&line)),
		.hash = hash->string,
		.body = body == NULL ? STR("") : body->value.text };
	buf_release(&line);
	return 0;
}

/* One that is there already must be the same. */
static int
check_known(struct queue *q, const struct link *l, struct err *e)
{
	struct query *r = store_ask(
	    q->store, e, "SELECT hash FROM events WHERE n = $1", "i", l->n);
	bool same;

	if (r == NULL || query_next(r, e) == -1)
		return -1;
	same = str_eq(query_text(r, 0), l->hash);
	query_done(r);
	return same ? 0
		    : err_set(e, STATUS_NO,
			  "event %lld is another one here: this is the export "
			  "of another queue",
			  (long long)l->n);
}

static int
keep_event(
    struct queue *q, const struct link *l, const struct event *v, struct err *e)
{
	int64_t latest;

	if (store_number(q->store, &latest, e, "SELECT latest FROM head", "") !=
		1 ||
	    event_apply(q->store, v, e) == -1 ||
	    store_run(q->store, e,
		"INSERT INTO events (n, kind, id, body, line, hash) "
		"VALUES ($1, $2, $3, $4, $5, $6)",
		"iitott", l->n, (int64_t)v->kind, v->id, str_of(v->digest),
		l->line, l->hash) == -1)
		return -1;
	return store_run(q->store, e,
		   "UPDATE head SET n = $1, hash = $2, latest = $3", "iti",
		   l->n, l->hash, event_latest(v, latest)) == -1
		   ? -1
		   : 0;
}

int
queue_import(struct queue *q, struct str text, struct err *e)
{
	struct queue_head head;
	struct event v;
	struct link l = { 0 };
	const char *why;

	if (read_exported(q, text, &l, e) == -1 ||
	    queue_head(q, &head, e) == -1)
		return -1;
	if (l.n <= head.n)
		return check_known(q, &l, e);
	why = link_fault(&l, &head, &v, &q->scratch);
	if (why == NULL && link_lawful(q->store, &v, &why, e) == -1)
		return -1;
	if (why != NULL)
		return err_set(
		    e, STATUS_NO, "event %lld %s", (long long)l.n, why);
	return keep_event(q, &l, &v, e) == -1 ? -1 : 1;
}
