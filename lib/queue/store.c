/* A database as a store (store.h): what is the same for each of them. */
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "queue/backend.h"

static bool
is_server(const char *where)
{
	return strncmp(where, "postgres://", 11) == 0 ||
	       strncmp(where, "postgresql://", 13) == 0;
}

/* word://…, which is no file's name. */
static bool
is_uri(const char *where)
{
	size_t n = strcspn(where, ":/");

	return n > 0 && strncmp(where + n, "://", 3) == 0;
}

/* postgres://user:secret@host/… without the secret. */
static char *
name_of(const char *where)
{
	char *name = strdup(where == NULL ? "temporary database" : where);
	char *slashes, *colon, *at;

	if (name == NULL)
		memory_exhausted();
	if (where == NULL || !is_uri(where))
		return name;
	slashes = strstr(name, "//") + 2;
	/* it may have a ? in it, or wrongly a / */
	at = memrchr(slashes, '@', strcspn(slashes, "/"));
	if (at == NULL)
		at = memrchr(slashes, '@', strcspn(slashes, "?"));
	colon = strchr(slashes, ':');
	if (at != NULL && colon != NULL && colon < at)
		memmove(colon, at, strlen(at) + 1);
	else if (colon != NULL && strchr(colon, '@') != NULL)
		*colon = '\0'; /* or both */
	/* a URI may have one in its query as well: it ends where that begins */
	name[strcspn(name, "?")] = '\0';
	return name;
}

static int
make_tables(struct store *s, struct err *e)
{
	const struct backend *b = s->backend;
	int there;

	if (b->lock_tables(s, e) == -1)
		return -1;
	if (b->begin(s, true, e) == -1 || (there = b->has_tables(s, e)) == -1)
		goto fail;
	for (const char *const *sql = s->options.schema;
	     there == 0 && *sql != NULL; sql++)
		if (b->script(s, *sql, e) == -1)
			goto fail;
	if (there == 0 && b->mark_tables(s, e) == -1)
		goto fail;
	if (b->commit(s, e) == -1)
		goto fail;
	b->unlock_tables(s);
	return 0;
fail:
	b->rollback(s);
	b->unlock_tables(s);
	return -1;
}

static int
prepare_tables(struct store *s, struct err *e)
{
	int there = s->backend->has_tables(s, e);

	if (there == -1)
		return -1;
	if (there == 1)
		return 0;
	if (!s->options.create)
		return err_set(e, STATUS_USAGE,
		    "%s: is empty; hitl-queue push makes a queue of it",
		    s->name);
	return make_tables(s, e);
}

static int
check_name(struct store *s, struct err *e)
{
	const char *where = s->options.where;

	if (where == NULL || is_server(where) || !is_uri(where))
		return 0;
	return err_set(e, STATUS_USAGE,
	    "%s: is neither a file nor postgres://HOST/NAME", s->name);
}

struct store *
store_open(const struct store_options *options, struct err *e)
{
	struct store *s = alloc_zeros(1, sizeof(*s));

	s->options = *options;
	s->name = name_of(options->where);
	s->backend = options->where != NULL && is_server(options->where)
			 ? &postgres_backend
			 : &sqlite_backend;
	if (check_name(s, e) == -1 || s->backend->open(s, e) == -1 ||
	    prepare_tables(s, e) == -1) {
		store_close(s);
		return NULL;
	}
	return s;
}

static void
forget(struct query *q)
{
	if (q->active)
		q->store->backend->done(q);
	q->store->backend->forget(q);
	free(q);
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	s->closing = true;
	for (size_t i = 0; i < s->known.n; i++)
		forget(s->query[i]);
	free(s->query);
	map_release(&s->known);
	s->backend->close(s);
	free(s->name);
	free(s);
}

void
store_heed(struct store *s, const volatile sig_atomic_t *stop, int64_t patience)
{
	s->stop = stop;
	s->stop_patience = patience;
}

bool
store_stopped(const struct store *s)
{
	return s->stop != NULL && *s->stop != 0;
}

const char *
store_name(const struct store *s)
{
	return s->name;
}

int
store_begin(struct store *s, bool write, struct err *e)
{
	s->met_another = false;
	return s->backend->begin(s, write, e);
}

static void
end_queries(struct store *s)
{
	for (size_t i = 0; i < s->known.n; i++)
		query_done(s->query[i]);
}

int
store_commit(struct store *s, struct err *e)
{
	end_queries(s);
	return s->backend->commit(s, e);
}

void
store_rollback(struct store *s)
{
	end_queries(s);
	s->backend->rollback(s);
}

bool
store_met_another(const struct store *s)
{
	return s->met_another;
}

int
store_meet_another(struct store *s, struct err *e)
{
	s->met_another = true;
	return err_set(e, STATUS_SYSTEM,
	    "%s: others change the same all the time", s->name);
}

int
store_is_version(struct store *s, int64_t version, struct err *e)
{
	if (version == s->options.version)
		return 1;
	return err_set(e, STATUS_USAGE,
	    "%s: was made by another version of hitl, with other tables "
	    "(%lld, here %d): use that one, or see hitl(7)",
	    s->name, (long long)version, (int)s->options.version);
}

int
store_broken(const struct store *s, const char *what, struct err *e)
{
	return err_set(e, STATUS_SYSTEM,
	    "%s: %s is broken; see hitl-queue verify", s->name, what);
}

bool
store_has_many_writers(const struct store *s)
{
	return s->backend == &postgres_backend;
}

int
store_clock(struct store *s, int64_t *usec, struct err *e)
{
	return s->backend->clock(s, usec, e);
}

/* Statements whose text has a list in it are others each time. */
enum { KNOWN_MOST = 256 };

/* All that nobody reads from; the others keep their places by their text. */
static void
forget_idle(struct store *s)
{
	struct map known = { 0 };
	size_t kept = 0;

	for (size_t i = 0; i < s->known.n; i++) {
		struct query *q = s->query[i];
		uint32_t at;
		if (!q->active) {
			forget(q);
			continue;
		}
		at = map_put(&known, s->known.key[i], NULL);
		q->sql = known.key[at].s;
		s->query[kept++] = q;
	}
	map_release(&s->known);
	s->known = known;
}

static struct query *
query_of(struct store *s, const char *sql, struct err *e)
{
	uint32_t i = map_find(&s->known, str_of(sql));
	struct query *q;

	if (i != MAP_NONE)
		return s->query[i];
	if (s->known.n >= KNOWN_MOST)
		forget_idle(s);
	q = alloc_zeros(1, sizeof(*q));
	q->store = s;
	q->sql = sql;
	if (s->backend->prepare(q, e) == -1) {
		free(q);
		return NULL;
	}
	VEC_ROOM(s->query, s->known.n, s->cap);
	i = map_put(&s->known, str_of(sql), NULL);
	q->sql = s->known.key[i].s;
	s->query[i] = q;
	return q;
}

static int
gather(struct parameter parameter[], const char *types, va_list more)
{
	int n = 0;

	for (; types[n] != '\0'; n++) {
		struct parameter *p = &parameter[n];
		*p = (struct parameter){ 0 };
		switch (types[n]) {
		case 'm':
		case 'i':
			p->number = va_arg(more, int64_t);
			p->is_null =
			    types[n] == 'm' && p->number == TIMESTAMP_NONE;
			break;
		default:
			p->is_text = true;
			p->text = va_arg(more, struct str);
			p->is_null = types[n] == 'o' && p->text.n == 0;
			break;
		}
	}
	return n;
}

static struct query *
ask(struct store *s, struct err *e, const char *sql, const char *types,
    va_list more)
{
	struct parameter parameter[STORE_PARAMETERS_MOST];
	struct query *q = query_of(s, sql, e);
	int n;

	if (q == NULL)
		return NULL;
	query_done(q);
	n = gather(parameter, types, more);
	if (s->backend->ask(q, parameter, n, e) == -1)
		return NULL;
	q->active = true;
	return q;
}

struct query *
store_ask(
    struct store *s, struct err *e, const char *sql, const char *types, ...)
{
	struct query *q;
	va_list more;

	va_start(more, types);
	q = ask(s, e, sql, types, more);
	va_end(more);
	return q;
}

int
query_next(struct query *q, struct err *e)
{
	int r = q->active ? q->store->backend->next(q, e) : 0;

	if (r != 1)
		query_done(q);
	return r;
}

void
query_done(struct query *q)
{
	if (q != NULL && q->active) {
		q->active = false;
		q->store->backend->done(q);
	}
}

bool
query_is_null(struct query *q, int column)
{
	return q->store->backend->is_null(q, column);
}

int64_t
query_int(struct query *q, int column)
{
	return query_is_null(q, column) ? 0
					: q->store->backend->number(q, column);
}

int64_t
query_moment(struct query *q, int column)
{
	return query_is_null(q, column) ? TIMESTAMP_NONE
					: q->store->backend->number(q, column);
}

struct str
query_text(struct query *q, int column)
{
	return query_is_null(q, column) ? STR("")
					: q->store->backend->text(q, column);
}

static bool
same_row(struct query *a, struct query *b, int columns)
{
	for (int i = 0; i < columns; i++)
		if (query_is_null(a, i) != query_is_null(b, i) ||
		    !str_eq(query_text(a, i), query_text(b, i)))
			return false;
	return true;
}

int
query_same(
    struct query *a, struct query *b, int columns, int64_t *rows, struct err *e)
{
	int more_a = 1, more_b = 1;
	bool same = true;

	*rows = 0;
	if (a == NULL || b == NULL)
		more_a = -1;
	while (more_a == 1 && same) {
		more_a = query_next(a, e);
		more_b = more_a == -1 ? -1 : query_next(b, e);
		same = more_a == more_b &&
		       (more_a != 1 || same_row(a, b, columns));
		*rows += more_a == 1 && same;
	}
	query_done(a);
	query_done(b);
	return more_a == -1 || more_b == -1 ? -1 : same;
}

int64_t
store_run(
    struct store *s, struct err *e, const char *sql, const char *types, ...)
{
	struct query *q;
	va_list more;
	int64_t changes;
	int r;

	va_start(more, types);
	q = ask(s, e, sql, types, more);
	va_end(more);
	if (q == NULL)
		return -1;
	while ((r = s->backend->next(q, e)) == 1)
		;
	changes = r == 0 ? s->backend->changes(q) : -1;
	query_done(q);
	return changes;
}

int
store_number(struct store *s, int64_t *x, struct err *e, const char *sql,
    const char *types, ...)
{
	struct query *q;
	va_list more;
	int r;

	va_start(more, types);
	q = ask(s, e, sql, types, more);
	va_end(more);
	if (q == NULL || (r = query_next(q, e)) == -1)
		return -1;
	*x = r == 1 ? query_int(q, 0) : 0;
	query_done(q);
	return r;
}
