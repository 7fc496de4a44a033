/* Whether a queue is what its events lead to (replay.h). */
#include <stdio.h>
#include <string.h>

#include "queue/link.h"
#include "queue/replay.h"
#include "queue/schema.h"

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
		why = link_fault(&l, head, &v, &a);
		if (why == NULL && !is_filed(r, &v))
			why = "is filed as something else";
		if (why == NULL && link_lawful(x->twin, &v, &why, e) == -1) {
			bad = -1;
		} else if (why != NULL) {
			broken(x->verdict, "event %lld %s",
			    (long long)head->n + 1, why);
			bad = 1;
		} else if (event_apply(x->twin, &v, e) == -1) {
			bad = -1;
		} else {
			link_advance(head, &l);
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
	{ "lapsed", 3,
	    "SELECT id, reviewer, claimed FROM lapsed WHERE "
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

/* One table, from behind an id up to another, the last if it is empty. */
static int
compare_table(struct queue *q, struct verifying *x, size_t table,
    struct str from, struct str to, struct err *e)
{
	const char *sql = tables[table].sql;
	struct query *a = store_ask(q->store, e, sql, "tt", from, to);
	struct query *b =
	    a == NULL ? NULL : store_ask(x->twin, e, sql, "tt", from, to);
	int64_t rows = 0;
	int same = query_same(a, b, tables[table].columns, &rows, e);

	if (same == 0)
		broken(x->verdict,
		    "the table %s is not what the events lead to",
		    tables[table].name);
	x->verdict->tasks += table == 0 ? rows : 0;
	return same == -1 ? -1 : 0;
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

/*
 * What stands for itself: each of the events' needs, by the numbers they
 * have, and texts; no other; and one head.
 */
static const struct {
	const char *name, *sql;
} counts[] = {
	{ "needs", "SELECT count(*) FROM needs" },
	{ "needs", "SELECT coalesce(max(need), 0) FROM needs" },
	{ "needs", "SELECT coalesce(min(need), 1) FROM needs" },
	{ "bodies", "SELECT count(*) FROM bodies" },
	{ "head", "SELECT count(*) FROM head" },
};

static int
compare_counts(struct queue *q, struct verifying *x, struct err *e)
{
	int64_t a, b;

	for (size_t i = 0; i < LENGTH(counts); i++) {
		if (store_number(q->store, &a, e, counts[i].sql, "") == -1 ||
		    store_number(x->twin, &b, e, counts[i].sql, "") == -1)
			return -1;
		if (a != b)
			return broken(x->verdict,
			    "the table %s is not what the events lead to",
			    counts[i].name);
	}
	return 0;
}

static int
verify(struct queue *q, struct verifying *x, struct err *e)
{
	struct verdict_of_queue *v = x->verdict;
	struct queue_head head = { 0 };
	const char *strange;
	int64_t latest = 0;
	int more = 1;

	v->intact = true;
	if (store_strange(q->store, x->twin, &strange, e) == -1)
		return -1;
	if (strange != NULL)
		return broken(v, "%s", strange);
	while (more == 1)
		more = check_page(q, x, &head, &latest, e);
	if (more == -1)
		return -1;
	v->events = head.n;
	memcpy(v->hash, head.hash, sizeof(v->hash));
	if (v->intact && compare_head(q, x, &head, latest, e) == -1)
		return -1;
	if (v->intact && compare_counts(q, x, e) == -1)
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
	x.twin = store_open(&(struct store_options){ .where = NULL,
				.schema = queue_schema,
				.magic = QUEUE_MAGIC,
				.version = QUEUE_VERSION,
				.create = true },
	    e);
	if (x.twin == NULL)
		return -1;
	/* not queue_look(): what it asks first may be what is broken */
	bad = store_begin(x.twin, true, e) == -1 ||
		      store_begin(q->store, false, e) == -1 ||
		      verify(q, &x, e) == -1
		  ? -1
		  : 0;
	store_rollback(q->store);
	store_rollback(x.twin);
	store_close(x.twin);
	return bad;
}
