/* What time has passed by (expire.h). */
#include "queue/expire.h"

enum { AT_A_TIME = 500 };

struct expiring {
	fallback_fn *fallback;
	void *state;
	struct buf *out;
	struct expire_totals totals, before;
	bool more;
};

/* Ids of tasks by a question with one time in it. */
static int
find(struct queue *q, const char *sql, int64_t time, struct str **id, size_t *n,
    struct err *e)
{
	struct query *r =
	    store_ask(q->store, e, sql, "ii", time, (int64_t)AT_A_TIME);
	int got;

	*n = 0;
	*id = arena_new(&q->scratch, struct str, AT_A_TIME);
	if (r == NULL)
		return -1;
	while ((got = query_next(r, e)) == 1)
		(*id)[(*n)++] = arena_str(&q->scratch, query_text(r, 0));
	return got;
}

static void
write_line(struct buf *out, const char *event, const struct task_row *row)
{
	buf_printf(out, "{\"event\":\"%s\",\"id\":", event);
	buf_json_string(out, row->id);
}

static int
expire_approval(
    struct queue *q, struct expiring *x, struct str id, struct err *e)
{
	struct event v = event_of(EVENT_EXPIRE, id, q->now);
	struct task_row row;

	if (task_row_must(q, id, &row, e) == -1)
		return -1;
	v.round = row.round;
	v.state = TASK_EXPIRED;
	if (queue_happens(q, &v, e) == -1)
		return -1;
	write_line(x->out, "expired", &row);
	timestamp_member(x->out, "expires_at", row.expires);
	buf_cstr(x->out, "}\n");
	x->totals.expired++;
	return 0;
}

/* The draft that is sent, for who sends it. */
static int
write_draft(struct queue *q, struct str task, struct buf *out, struct err *e)
{
	const struct json *j = json_parse(task, &q->scratch, e);
	const struct json *draft = json_get(j, "model_draft");

	if (draft != NULL) {
		buf_cstr(out, ",\"model_draft\":");
		buf_str(out, draft->value.text);
	}
	return 0;
}

static int
fall_back(struct queue *q, struct expiring *x, struct str id, struct err *e)
{
	struct event v = event_of(EVENT_FALLBACK, id, q->now);
	struct task_row row;
	struct str text = { 0 };
	bool send = false;

	if (task_row_must(q, id, &row, e) == -1 ||
	    queue_body(q, row.digest, &text, e) == -1)
		return -1;
	write_line(x->out, "fallback", &row);
	timestamp_member(x->out, "sla_deadline", row.deadline);
	buf_cstr(x->out, ",\"fallback\":");
	if (x->fallback(x->state, text, x->out, &send, e) == -1 ||
	    (send && write_draft(q, text, x->out, e) == -1))
		return -1;
	buf_cstr(x->out, "}\n");
	v.round = row.round;
	if (send)
		v.note = STR("sent");
	x->totals.overdue++;
	x->totals.sent += send;
	return queue_happens(q, &v, e);
}

static int
expire(struct queue *q, void *state, struct err *e)
{
	struct expiring *x = state;
	struct str *late = NULL, *overdue;
	size_t nlate, noverdue;

	buf_clear(x->out);
	x->totals = x->before;
	/* an end is for good: not by a clock that may be wrong */
	x->totals.behind = queue_clock_is_behind(q);
	nlate = 0;
	if (lease_sweep(q, e) == -1 ||
	    (!x->totals.behind &&
		find(q,
		    "SELECT id FROM tasks WHERE state = 0 AND expires <= $1 "
		    "ORDER BY expires, id LIMIT $2" SKIP,
		    queue_latest(q), &late, &nlate, e) == -1))
		return -1;
	for (size_t i = 0; i < nlate; i++)
		if (expire_approval(q, x, late[i], e) == -1)
			return -1;
	if (find(q,
		"SELECT id FROM tasks WHERE state = 0 AND deadline <= $1 AND "
		"fallback IS NULL ORDER BY deadline, id LIMIT $2" SKIP,
		q->now, &overdue, &noverdue, e) == -1)
		return -1;
	for (size_t i = 0; i < noverdue; i++)
		if (fall_back(q, x, overdue[i], e) == -1)
			return -1;
	x->more = nlate == AT_A_TIME || noverdue == AT_A_TIME;
	return 0;
}

int
queue_expire(struct queue *q, fallback_fn *fallback, void *state,
    struct buf *out, int (*flush)(void *arg), void *arg,
    struct expire_totals *totals, struct err *e)
{
	struct expiring x = {
		.fallback = fallback, .state = state, .out = out, .more = true
	};

	while (x.more) {
		if (queue_change(q, expire, &x, e) == -1) {
			buf_clear(out);
			return -1;
		}
		x.before = x.totals;
		*totals = x.totals;
		if (flush(arg) == -1)
			break; /* told when it is closed */
	}
	return 0;
}
