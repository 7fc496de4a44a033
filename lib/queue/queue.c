/* A queue and its transactions (queue.h). */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "queue/queue.h"
#include "queue/schema.h"

#define EVENTS_MOST (INT64_C(1) << 53) /* that a number of JSON can tell */

/* What happens in a transaction, to be chained at its end. */
struct link {
	enum event_kind kind;
	size_t id, body, middle, end; /* in chain->text */
	int64_t at;
};

struct chain {
	struct link *link; /* [n] */
	size_t n, cap;
	struct buf text;
	bool changes_access; /* they are among them */
	/* the rules in force, as of when the transaction began */
	char digest[65];
	struct arena rules;
	const struct access *access;
};

struct queue *
queue_open(const struct queue_options *o, struct err *e)
{
	struct queue *q = alloc_zeros(1, sizeof(*q));

	q->chain = alloc_zeros(1, sizeof(*q->chain));
	q->fixed_now = o->now;
	q->store = store_open(&(struct store_options){ .where = o->where,
				  .schema = queue_schema,
				  .magic = QUEUE_MAGIC,
				  .version = QUEUE_VERSION,
				  .create = o->create,
				  .patience = o->patience },
	    e);
	if (q->store != NULL)
		return q;
	queue_close(q);
	return NULL;
}

void
queue_close(struct queue *q)
{
	if (q == NULL)
		return;
	store_close(q->store);
	arena_release(&q->scratch);
	arena_release(&q->chain->rules);
	buf_release(&q->chain->text);
	free(q->chain->link);
	free(q->chain);
	free(q);
}

/* The rules, which are read again when they are others. */
static int
load_access(struct queue *q, struct str digest, struct err *e)
{
	struct chain *c = q->chain;
	struct query *body;
	struct str text = STR("");
	int r = 1;

	if (c->access != NULL && str_eq(str_of(c->digest), digest))
		return 0;
	arena_reset(&c->rules);
	memcpy(c->digest, digest.s, digest.n);
	c->digest[digest.n] = '\0';
	c->access = NULL;
	if (digest.n > 0) {
		body = store_ask(q->store, e,
		    "SELECT body FROM bodies WHERE digest = $1", "t",
		    str_of(c->digest));
		if (body == NULL || (r = query_next(body, e)) == -1)
			return -1;
		text = arena_str(
		    &c->rules, r == 1 ? query_text(body, 0) : STR(""));
		query_done(body);
	}
	if (r == 0)
		return err_set(e, STATUS_SYSTEM,
		    "%s: its access rules are not there", store_name(q->store));
	c->access = access_read(text, store_name(q->store), &c->rules, e);
	return c->access == NULL ? -1 : 0;
}

/* What is known when a transaction begins. */
static int
look_around(struct queue *q, struct err *e)
{
	struct query *head;
	char digest[65];
	struct str text;

	q->now = q->fixed_now;
	if (q->now == TIMESTAMP_NONE && store_clock(q->store, &q->now, e) == -1)
		return -1;
	head = store_ask(q->store, e, "SELECT latest, access FROM head", "");
	if (head == NULL || query_next(head, e) == -1)
		return -1;
	q->latest = query_int(head, 0);
	text = query_text(head, 1);
	if (text.n >= sizeof(digest))
		text.n = 0;
	memcpy(digest, text.s, text.n);
	text.s = digest;
	query_done(head);
	if (load_access(q, text, e) == -1)
		return -1;
	q->access = q->chain->access;
	return 0;
}

static int
by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

int
queue_lock(struct queue *q, struct str *id, size_t n, struct err *e)
{
	int64_t unused;

	if (!store_has_many_writers(q->store))
		return 0;
	qsort(id, n, sizeof(*id), by_bytes);
	for (size_t i = 0; i < n; i++)
		if ((i == 0 || !str_eq(id[i - 1], id[i])) &&
		    store_number(q->store, &unused, e,
			"SELECT round FROM tasks WHERE id = $1" LOCK, "t",
			id[i]) == -1)
			return -1;
	return 0;
}

int64_t
queue_latest(const struct queue *q)
{
	return q->latest > q->now ? q->latest : q->now;
}

/* More than clocks of machines that are kept in time differ, by far. */
enum { BEHIND_SECONDS = 3600 };

bool
queue_clock_is_behind(const struct queue *q)
{
	return q->now < q->latest - BEHIND_SECONDS * USEC_PER_SECOND;
}

static int
trust(struct queue *q, void *by, struct err *e)
{
	const struct str *who = by;
	struct event v = event_of(EVENT_CLOCK, STR(""), q->now);

	v.by = *who;
	return queue_happens(q, &v, e);
}

int
queue_trust_clock(struct queue *q, struct str by, struct err *e)
{
	return queue_change(q, trust, &by, e);
}

static int
tell_times(struct queue *q, void *times, struct err *e)
{
	int64_t *t = times;

	(void)e;
	t[0] = q->now;
	t[1] = q->latest;
	return 0;
}

int
queue_times(struct queue *q, int64_t *now, int64_t *latest, struct err *e)
{
	int64_t t[2];

	if (queue_look(q, tell_times, t, e) == -1)
		return -1;
	*now = t[0];
	*latest = t[1];
	return 0;
}

int
queue_happens(struct queue *q, const struct event *v, struct err *e)
{
	struct chain *c = q->chain;
	struct link *l;

	if (event_apply(q->store, v, e) == -1)
		return -1;
	VEC_ROOM(c->link, c->n, c->cap);
	l = &c->link[c->n++];
	l->kind = v->kind;
	c->changes_access |= v->kind == EVENT_ACCESS;
	l->at = v->at;
	l->id = c->text.n;
	buf_str(&c->text, v->id);
	l->body = c->text.n;
	buf_cstr(&c->text, v->digest);
	l->middle = c->text.n;
	event_write(v, &c->text);
	l->end = c->text.n;
	return 0;
}

static struct str
part(const struct chain *c, size_t from, size_t to)
{
	return (struct str){ c->text.s + from, to - from };
}

/* The event behind `head`, which becomes the head. */
static int
append(struct queue *q, const struct link *l, struct queue_head *head,
    struct buf *line, struct err *e)
{
	const struct chain *c = q->chain;

	buf_clear(line);
	buf_printf(line, "{\"n\":%lld", (long long)++head->n);
	buf_str(line, part(c, l->middle, l->end));
	buf_printf(line, ",\"prev\":\"%s\"}", head->hash);
	sha256_hex(buf_view(line), head->hash);
	return store_run(q->store, e,
		   "INSERT INTO events (n, kind, id, body, line, hash) "
		   "VALUES ($1, $2, $3, $4, $5, $6)",
		   "iitott", head->n, (int64_t)l->kind, part(c, l->id, l->body),
		   part(c, l->body, l->middle), buf_view(line),
		   str_of(head->hash)) == -1
		   ? -1
		   : 0;
}

/* Who writes a chain has its end to himself from here on. */
static int
take_head(struct queue *q, struct queue_head *head, int64_t *latest,
    bool *same_rules, struct err *e)
{
	struct query *r = store_ask(
	    q->store, e, "SELECT n, hash, latest, access FROM head" LOCK, "");
	struct str hash;

	if (r == NULL || query_next(r, e) == -1)
		return -1;
	head->n = query_int(r, 0);
	hash = query_text(r, 1);
	if ((hash.n != 64 && hash.n != 0) || head->n < 0 ||
	    head->n > EVENTS_MOST) {
		query_done(r);
		return store_broken(q->store, "its head", e);
	}
	memcpy(head->hash, hash.s, hash.n);
	head->hash[hash.n] = '\0';
	*latest = query_int(r, 2);
	*same_rules = str_eq(query_text(r, 3), str_of(q->chain->digest));
	query_done(r);
	return 0;
}

static int
chain_events(struct queue *q, struct err *e)
{
	struct chain *c = q->chain;
	struct queue_head head;
	struct buf line = { 0 };
	int64_t latest = 0;
	bool same = false;
	int bad = 0;

	if (c->n == 0)
		return 0;
	if (take_head(q, &head, &latest, &same, e) == -1)
		return -1;
	/* what was decided by other rules is decided again */
	if (!same && !c->changes_access)
		return store_meet_another(q->store, e);
	for (size_t i = 0; bad == 0 && i < c->n; i++) {
		bad = append(q, &c->link[i], &head, &line, e);
		latest = event_latest(&(struct event){ .kind = c->link[i].kind,
					  .at = c->link[i].at },
		    latest);
	}
	buf_release(&line);
	if (bad == -1)
		return -1;
	return store_run(q->store, e,
		   "UPDATE head SET n = $1, hash = $2, latest = $3", "iti",
		   head.n, str_of(head.hash), latest) == -1
		   ? -1
		   : 0;
}

enum { LAST_SECONDS = 1 }; /* to wait for a turn after the end was asked for */

void
queue_heed(struct queue *q, const volatile sig_atomic_t *stop, bool last)
{
	q->last = last;
	store_heed(q->store, stop, last ? LAST_SECONDS * USEC_PER_SECOND : 0);
}

static bool
is_stopped(const struct queue *q)
{
	return !q->last && store_stopped(q->store);
}

/* -1 with *e, instead of what is there, if it is to stop. */
static int
check_stop(struct queue *q, struct err *e)
{
	if (!is_stopped(q))
		return 0;
	return err_set(e, STATUS_SYSTEM,
	    "%s: a signal has come: what was asked for last is not done",
	    store_name(q->store));
}

static int
attempt(struct queue *q, bool write, queue_fn *fn, void *state, struct err *e)
{
	q->chain->n = 0;
	q->chain->changes_access = false;
	buf_clear(&q->chain->text);
	arena_reset(&q->scratch);
	if (check_stop(q, e) == -1)
		return -1;
	if (store_begin(q->store, write, e) == -1) {
		check_stop(q, e);
		return -1;
	}
	if (look_around(q, e) == 0 && fn(q, state, e) == 0 &&
	    (!write || chain_events(q, e) == 0) && check_stop(q, e) == 0) {
		if (store_commit(q->store, e) == 0)
			return 0;
	} else {
		check_stop(q, e);
	}
	store_rollback(q->store);
	return -1;
}

/*
 * How often a transaction begins again that meets another each time: then
 * something else is wrong.  Two that meet wait for another time each, so that
 * they do not meet again.
 */
enum { ATTEMPTS = 100, MOMENT = 2000000 /* nanoseconds */ };

static void
wait_a_moment(void)
{
	nanosleep(
	    &(struct timespec){ .tv_nsec = (long)(MOMENT * random_uniform()) },
	    NULL);
}

int
queue_change(struct queue *q, queue_fn *change, void *state, struct err *e)
{
	for (int i = 0; attempt(q, true, change, state, e) == -1; i++) {
		if (!store_met_another(q->store) || i == ATTEMPTS ||
		    is_stopped(q))
			return -1;
		wait_a_moment();
	}
	return 0;
}

int
queue_look(struct queue *q, queue_fn *look, void *state, struct err *e)
{
	return attempt(q, false, look, state, e);
}

int
queue_head(struct queue *q, struct queue_head *head, struct err *e)
{
	int64_t latest = 0;
	bool same = false;

	return take_head(q, head, &latest, &same, e);
}
