/* A queue out of its events (replay.h). */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "queue/replay.h"
#include "queue/schema.h"

/* One event on its way, with its text and that of its body. */
struct link {
	int64_t n;
	struct str line, hash, body;
};

/* Whether the text that goes with an event is of its kind. */
static bool
has_its_body(const struct event *v, struct arena *a)
{
	const struct json *j;
	struct task task;
	struct err e;

	switch (v->kind) {
	case EVENT_PUSH:
		return task_read(&task, v->body, v->at, a, &e) == 0 &&
		       str_eq(task.id, v->id);
	case EVENT_REVIEW:
		j = json_parse(v->body, a, &e);
		return j != NULL && j->value.type == JSON_OBJECT;
	default: return true;
	}
}

/* What is wrong with it behind `head`; NULL: nothing, and *v is read. */
static const char *
fault(const struct link *l, const struct queue_head *head, struct event *v,
    struct arena *a)
{
	const struct json *j, *n, *prev;
	struct err e;
	char digest[65];

	sha256_hex(l->line, digest);
	if (!str_eq(str_of(digest), l->hash))
		return "is not what its hash says";
	if ((j = json_parse(l->line, a, &e)) == NULL ||
	    event_read(v, j, a) == -1)
		return "is no event";
	n = json_get(j, "n");
	prev = json_get(j, "prev");
	if (n == NULL || n->value.type != JSON_NUMBER ||
	    n->number != (double)l->n || l->n != head->n + 1)
		return "is not the next one";
	if (prev == NULL || !str_eq(prev->string, str_of(head->hash)))
		return "does not follow the one before";
	if (v->digest[0] == '\0')
		return NULL;
	sha256_hex(l->body, digest);
	if (!str_eq(str_of(digest), str_of(v->digest)))
		return "has a text that is not what it was";
	v->body = l->body;
	return has_its_body(v, a) ? NULL : "has a text of another kind";
}

static void
advance(struct queue_head *head, const struct link *l)
{
	head->n = l->n;
	memcpy(head->hash, l->hash.s, l->hash.n);
	head->hash[l->hash.n] = '\0';
}

/* What is checked, beside what is made of it. */
struct verifying {
	struct store *twin;
	struct str anchor;
	struct verdict_of_queue *verdict;
};

static int broken(struct verdict_of_queue *v, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static int
broken(struct verdict_of_queue *v, const char *fmt, ...)
{
	va_list ap;

	v->intact = false;
	va_start(ap, fmt);
	vsnprintf(v->why, sizeof(v->why), fmt, ap);
	va_end(ap);
	return 0;
}

enum { PAGE = 1000 };

/* Whether the columns say the same as the line. */
static bool
is_filed(struct query *r, const struct event *v)
{
	return query_int(r, 4) == (int64_t)v->kind &&
	       str_eq(query_text(r, 5), v->id) &&
	       str_eq(query_text(r, 6), str_of(v->digest));
}

/* So many events behind `head`, which goes on; 0 at the end or a fault. */
static int
check_page(struct queue *q, struct verifying *x, struct queue_head *head,
    int64_t *latest, struct err *e)
{
	struct query *r = store_ask(q->store, e,
	    "SELECT events.n, events.line, events.hash, bodies.body, "
	    "events.kind, events.id, events.body FROM events LEFT JOIN bodies "
	    "ON bodies.digest = events.body "
	    "WHERE events.n > $1 ORDER BY events.n LIMIT $2",
	    "ii", head->n, (int64_t)PAGE);
	struct arena a = { 0 };
	int got, rows = 0, bad = 0;

	if (r == NULL)
		return -1;
	while (bad == 0 && (got = query_next(r, e)) == 1) {
		const struct link l = { query_int(r, 0), query_text(r, 1),
			query_text(r, 2), query_text(r, 3) };
		struct event v;
		const char *why;
		arena_reset(&a);
		rows++;
		if ((why = fault(&l, head, &v, &a)) == NULL && !is_filed(r, &v))
			why = "is filed as something else";
		if (why != NULL) {
			broken(x->verdict, "event %lld %s",
			    (long long)head->n + 1, why);
			bad = 1;
		} else if (event_apply(x->twin, &v, e) == -1) {
			bad = -1;
		} else {
			advance(head, &l);
			x->verdict->has_anchor |= str_eq(l.hash, x->anchor);
			*latest = event_latest(&v, *latest);
		}
	}
	query_done(r);
	arena_release(&a);
	if (bad != 0 || got == -1)
		return bad == 1 ? 0 : -1;
	return rows == PAGE ? 1 : 0;
}

/* All tables that follow from the events, by ids: columns, and a question. */
static const struct {
	const char *name;
	int columns;
	const char *sql;
} tables[] = {
	{ "tasks", 16,
	    "SELECT tasks.id, round, state, needs.text, priority, deadline, "
	    "created, pushed, open, reviews, required, expires, finished, "
	    "fallback, approval, body FROM tasks JOIN needs ON "
	    "needs.need = tasks.need WHERE (id > $1 OR $1 = '') AND ($2 = '' "
	    "OR id <= $2) "
	    "ORDER BY id" },
	{ "leases", 5,
	    "SELECT id, reviewer, claimed, expires, length FROM leases WHERE "
	    "(id > $1 OR $1 = '') AND ($2 = '' OR id <= $2) ORDER BY id, "
	    "reviewer" },
	{ "barred", 3,
	    "SELECT id, reviewer, why FROM barred WHERE "
	    "(id > $1 OR $1 = '') AND ($2 = '' OR id <= $2) ORDER BY id, "
	    "reviewer" },
	{ "reviews", 7,
	    "SELECT id, round, reviewer, outcome, claimed, at, body "
	    "FROM reviews WHERE (id > $1 OR $1 = '') AND ($2 = '' OR id <= $2) "
	    "ORDER BY id, round, reviewer" },
};

static bool
same_row(struct query *a, struct query *b, int columns)
{
	for (int i = 0; i < columns; i++)
		if (query_is_null(a, i) != query_is_null(b, i) ||
		    !str_eq(query_text(a, i), query_text(b, i)))
			return false;
	return true;
}

/* One table, from behind an id up to another, the last if it is empty. */
static int
compare_table(struct queue *q, struct verifying *x, size_t table,
    struct str from, struct str to, struct err *e)
{
	const int columns = tables[table].columns;
	struct query *a, *b;
	int ra, rb;

	a = store_ask(q->store, e, tables[table].sql, "tt", from, to);
	b = store_ask(x->twin, e, tables[table].sql, "tt", from, to);
	if (a == NULL || b == NULL)
		return -1;
	do {
		ra = query_next(a, e);
		rb = query_next(b, e);
		if (ra == -1 || rb == -1)
			return -1;
		if (ra != rb || (ra == 1 && !same_row(a, b, columns)))
			return broken(x->verdict,
			    "the table %s is not what the events lead to",
			    tables[table].name);
		x->verdict->tasks += table == 0 && ra == 1;
	} while (ra == 1);
	return 0;
}

/* The id that ends a page behind `from`; empty: no more. */
static int
page_end(struct queue *q, struct str from, struct str *to, struct arena *a,
    struct err *e)
{
	struct query *r = store_ask(q->store, e,
	    "SELECT id FROM tasks WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2",
	    "ti", from, (int64_t)PAGE);
	int got;

	*to = STR("");
	if (r == NULL || (got = query_next(r, e)) == -1)
		return -1;
	if (got == 1)
		*to = arena_str(a, query_text(r, 0));
	query_done(r);
	return 0;
}

static int
compare_tables(struct queue *q, struct verifying *x, struct err *e)
{
	struct arena a = { 0 };
	struct str from = STR(""), to;
	int bad = 0;

	do {
		if ((bad = page_end(q, from, &to, &a, e)) == -1)
			break;
		for (size_t t = 0;
		     bad == 0 && x->verdict->intact && t < LENGTH(tables); t++)
			bad = compare_table(q, x, t, from, to, e);
		from = to;
	} while (bad == 0 && x->verdict->intact && to.n > 0);
	arena_release(&a);
	return bad;
}

static int
compare_head(struct queue *q, struct verifying *x,
    const struct queue_head *head, int64_t latest, struct err *e)
{
	struct query *a, *b;
	bool same;

	a = store_ask(
	    q->store, e, "SELECT n, hash, latest, access FROM head", "");
	b = store_ask(x->twin, e, "SELECT access FROM head", "");
	if (a == NULL || b == NULL || query_next(a, e) == -1 ||
	    query_next(b, e) == -1)
		return -1;
	same = query_int(a, 0) == head->n &&
	       str_eq(query_text(a, 1), str_of(head->hash)) &&
	       query_int(a, 2) == latest &&
	       str_eq(query_text(a, 3), query_text(b, 0));
	query_done(a);
	query_done(b);
	return same ? 0
		    : broken(x->verdict,
			  "its head is not the end of the events: some are "
			  "missing, or too many");
}

/* All needs there are, and the numbers they have. */
static int
look_at_needs(struct store *s, int64_t x[3], struct err *e)
{
	static const char *const sql[] = {
		"SELECT count(*) FROM needs",
		"SELECT coalesce(max(need), 0) FROM needs",
		"SELECT coalesce(min(need), 1) FROM needs",
	};

	for (int i = 0; i < 3; i++)
		if (store_number(s, &x[i], e, sql[i], "") == -1)
			return -1;
	return 0;
}

/* Each of the events', and no other: a task without one is told elsewhere. */
static int
compare_needs(struct queue *q, struct verifying *x, struct err *e)
{
	int64_t a[3], b[3];

	if (look_at_needs(q->store, a, e) == -1 ||
	    look_at_needs(x->twin, b, e) == -1)
		return -1;
	return memcmp(a, b, sizeof(a)) == 0
		   ? 0
		   : broken(x->verdict,
			 "the table needs is not what the events lead to");
}

static int
verify(struct queue *q, void *state, struct err *e)
{
	struct verifying *x = state;
	struct verdict_of_queue *v = x->verdict;
	struct queue_head head = { 0 };
	int64_t latest = 0;
	int more = 1;

	v->intact = true;
	while (more == 1)
		more = check_page(q, x, &head, &latest, e);
	if (more == -1)
		return -1;
	v->events = head.n;
	memcpy(v->hash, head.hash, sizeof(v->hash));
	if (v->intact && compare_head(q, x, &head, latest, e) == -1)
		return -1;
	if (v->intact && compare_needs(q, x, e) == -1)
		return -1;
	if (v->intact && compare_tables(q, x, e) == -1)
		return -1;
	if (v->intact && x->anchor.n > 0 && !v->has_anchor)
		broken(v, "the hash %.*s is not among its events",
		    (int)(x->anchor.n < 64 ? x->anchor.n : 64), x->anchor.s);
	return 0;
}

int
queue_verify(struct queue *q, struct str anchor, struct verdict_of_queue *v,
    struct err *e)
{
	struct verifying x = { .anchor = anchor, .verdict = v };
	int bad;

	memset(v, 0, sizeof(*v));
	/* a file without a name, that SQLite takes away itself */
	x.twin = store_open(&(struct store_options){ .where = "",
				.schema = queue_schema,
				.magic = QUEUE_MAGIC,
				.create = true },
	    e);
	if (x.twin == NULL)
		return -1;
	bad = store_begin(x.twin, true, e) == -1 ||
		      queue_look(q, verify, &x, e) == -1
		  ? -1
		  : 0;
	store_rollback(x.twin);
	store_close(x.twin);
	return bad;
}

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
	if ((why = fault(&l, &head, &v, &q->scratch)) != NULL)
		return err_set(
		    e, STATUS_NO, "event %lld %s", (long long)l.n, why);
	return keep_event(q, &l, &v, e) == -1 ? -1 : 1;
}
