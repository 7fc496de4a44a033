/*
 * A server of PostgreSQL's as a store, by libpq: many writers at a time, and
 * the server's clock for all of them.
 */
#include <dlfcn.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/timestamp.h"
#include "queue/backend.h"

/*
 * Its library is loaded when a server is asked for, and not before: with all
 * it needs it takes longer to load than most of what is done on a file.
 */
#define FUNCTIONS(X)                                                           \
	X(PQclear)                                                             \
	X(PQcmdStatus)                                                         \
	X(PQcmdTuples)                                                         \
	X(PQconnectdbParams)                                                   \
	X(PQconninfoFree)                                                      \
	X(PQconninfoParse)                                                     \
	X(PQconsumeInput)                                                      \
	X(PQerrorMessage)                                                      \
	X(PQfinish)                                                            \
	X(PQflush)                                                             \
	X(PQfreemem)                                                           \
	X(PQgetResult)                                                         \
	X(PQgetisnull)                                                         \
	X(PQgetlength)                                                         \
	X(PQgetvalue)                                                          \
	X(PQisBusy)                                                            \
	X(PQntuples)                                                           \
	X(PQparameterStatus)                                                   \
	X(PQresultErrorField)                                                  \
	X(PQresultStatus)                                                      \
	X(PQsendPrepare)                                                       \
	X(PQsendQuery)                                                         \
	X(PQsendQueryPrepared)                                                 \
	X(PQsetNoticeReceiver)                                                 \
	X(PQsetnonblocking)                                                    \
	X(PQsocket)                                                            \
	X(PQstatus)                                                            \
	X(PQtransactionStatus)

static struct {
	bool loaded;
#define POINTER(name) __typeof__(&(name)) name;
	FUNCTIONS(POINTER)
#undef POINTER
} pq;

static int
load_library(struct err *e)
{
	void *library;
	bool all = true;

	if (pq.loaded)
		return 0;
	library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
	if (library == NULL)
		return err_set(e, STATUS_SYSTEM,
		    "postgres: %s; install the package libpq5", dlerror());
#define LOOK_UP(name)                                                          \
	*(void **)&pq.name = dlsym(library, #name);                            \
	all &= pq.name != NULL;
	FUNCTIONS(LOOK_UP)
#undef LOOK_UP
	pq.loaded = all;
	return all ? 0
		   : err_set(e, STATUS_SYSTEM,
			 "postgres: libpq.so.5 is older than 9.1");
}

static PGconn *
database(const struct store *s)
{
	return s->database;
}

static PGresult *
result(const struct query *q)
{
	return q->result;
}

/* What libpq's text says, which may be of several lines, and more. */
static int
fail_text(struct store *s, const char *text, const char *more, struct err *e)
{
	struct str t = str_trim(str_of(text));
	struct buf line = { 0 };

	for (size_t i = 0; i < t.n; i++) {
		if (t.s[i] != '\n') {
			buf_char(&line, t.s[i]);
			continue;
		}
		buf_cstr(&line, "; ");
		while (i + 1 < t.n && strchr(" \t\n", t.s[i + 1]) != NULL)
			i++;
	}
	buf_char(&line, '\0');
	err_set(e, STATUS_SYSTEM, "%s: %s%s", s->name, line.s, more);
	buf_release(&line);
	return -1;
}

/*
 * Of a failed statement only the server's own sentence is told, not its
 * detail, which may quote a row.
 */
static int
fail(struct store *s, const PGresult *r, struct err *e)
{
	const char *state =
	    r == NULL ? NULL : pq.PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *text =
	    r == NULL ? NULL
		      : pq.PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

	/* serialization_failure, deadlock_detected, unique_violation */
	s->met_another = state != NULL && (strcmp(state, "40001") == 0 ||
					      strcmp(state, "40P01") == 0 ||
					      strcmp(state, "23505") == 0);
	/* lock_not_available */
	return fail_text(s,
	    text != NULL ? text : pq.PQerrorMessage(database(s)),
	    state != NULL && strcmp(state, "55P03") == 0 ? STORE_IS_BUSY : "",
	    e);
}

/*
 * How long a server may say nothing: as long as others may keep it waiting,
 * as long again for its own work, and a little.  Behind a signal no longer
 * than that asks for.
 */
static int64_t
bound(const struct store *s)
{
	int64_t patience = s->options.patience;

	if (store_stopped(s) && s->stop_patience < patience)
		patience = s->stop_patience;
	return 2 * patience + 5 * USEC_PER_SECOND;
}

/* Who hangs may hang for ever: libpq is to take him for gone. */
static int
give_up(struct store *s, struct err *e)
{
	shutdown(pq.PQsocket(database(s)), SHUT_RDWR);
	(void)pq.PQconsumeInput(database(s));
	return err_set(e, STATUS_SYSTEM,
	    "%s: no answer in %lld s; see --patience", s->name,
	    (long long)(bound(s) / USEC_PER_SECOND));
}

enum { LOOK_MS = 1000 }; /* what TLS holds back is no event of the socket */

/* Until libpq has a result, be it that the connection is lost; -1 with *e. */
static int
wait_for_answer(struct store *s, struct err *e)
{
	PGconn *c = database(s);
	int64_t since = monotonic_now();
	int unsent;

	while ((unsent = pq.PQflush(c)) == 1 ||
	       (unsent == 0 && pq.PQisBusy(c) == 1)) {
		struct pollfd p = { .fd = pq.PQsocket(c),
			.events = unsent == 1 ? POLLIN | POLLOUT : POLLIN };
		if (poll(&p, 1, LOOK_MS) > 0)
			since = monotonic_now();
		else if (monotonic_now() > since + bound(s))
			return give_up(s, e);
		if (pq.PQconsumeInput(c) == 0)
			break;
	}
	return 0;
}

/* The last result of what was sent, as PQexec() has it; NULL with *e. */
static PGresult *
answer(struct store *s, int sent, struct err *e)
{
	PGresult *last = NULL, *r;

	while (sent == 1) {
		if (wait_for_answer(s, e) == -1) {
			pq.PQclear(last);
			return NULL;
		}
		if ((r = pq.PQgetResult(database(s))) == NULL)
			break;
		pq.PQclear(last);
		last = r;
	}
	if (last == NULL)
		fail(s, NULL, e);
	return last;
}

static PGresult *
run(struct store *s, const char *sql, struct err *e)
{
	return answer(s, pq.PQsendQuery(database(s), sql), e);
}

/* Takes the result; 0 if it is a good one.  NULL: *e has it already. */
static int
finish(struct store *s, PGresult *r, struct err *e)
{
	ExecStatusType got = pq.PQresultStatus(r);
	int status = 0;

	if (r == NULL)
		return -1;
	if (got != PGRES_COMMAND_OK && got != PGRES_TUPLES_OK)
		status = fail(s, r, e);
	pq.PQclear(r);
	return status;
}

/* Where PostgreSQL says it otherwise than SQLite. */
static char *
translate(const char *sql)
{
	static const struct {
		const char *from, *to;
	} word[] = {
		{ "/*lock*/", "FOR UPDATE" },
		{ "/*skip*/", "FOR UPDATE SKIP LOCKED" },
		{ "INTEGER", "BIGINT" },
		{ "COLLATE BINARY", "COLLATE \"C\"" },
		{ "WITHOUT ROWID", "" },
	};
	struct buf out = { 0 };

	while (*sql != '\0') {
		size_t i = 0, n = LENGTH(word);
		while (i < n &&
		       strncmp(sql, word[i].from, strlen(word[i].from)) != 0)
			i++;
		if (i < n) {
			buf_cstr(&out, word[i].to);
			sql += strlen(word[i].from);
		} else {
			buf_char(&out, *sql++);
		}
	}
	buf_char(&out, '\0');
	return out.s;
}

static int
script(struct store *s, const char *sql, struct err *e)
{
	char *text = translate(sql);
	int status = finish(s, run(s, text, e), e);

	free(text);
	return status;
}

static int
has_tables(struct store *s, struct err *e)
{
	PGresult *r;
	char *mark;
	int there;

	r = run(s,
	    "SELECT obj_description(to_regclass('head'), 'pg_class'), "
	    "to_regclass('head') IS NOT NULL, current_schema() IS NULL",
	    e);
	if (pq.PQresultStatus(r) != PGRES_TUPLES_OK)
		return finish(s, r, e);
	there = strtoll(pq.PQgetvalue(r, 0, 0), &mark, 10) == s->options.magic;
	if (there == 1)
		there = store_is_version(s, strtoll(mark, NULL, 10), e);
	else if (there == 0 && strcmp(pq.PQgetvalue(r, 0, 1), "t") == 0)
		there = err_set(e, STATUS_USAGE,
		    "%s: has a table of something else, head; give the queue "
		    "a schema of its own",
		    s->name);
	/* a schema without rights is passed over, as one that is not there */
	else if (there == 0 && strcmp(pq.PQgetvalue(r, 0, 2), "t") == 0)
		there = err_set(e, STATUS_SYSTEM,
		    "%s: permission denied for each schema of search_path, or "
		    "there is none; GRANT USAGE ON SCHEMA gives it",
		    s->name);
	pq.PQclear(r);
	return there;
}

static int
lock_tables(struct store *s, struct err *e)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "SELECT pg_advisory_lock(%d)",
	    (int)s->options.magic);
	return script(s, sql, e);
}

static void
unlock_tables(struct store *s)
{
	struct err ignored;
	char sql[64];

	snprintf(sql, sizeof(sql), "SELECT pg_advisory_unlock(%d)",
	    (int)s->options.magic);
	script(s, sql, &ignored);
}

static int
mark_tables(struct store *s, struct err *e)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "COMMENT ON TABLE head IS '%d %d'",
	    (int)s->options.magic, (int)s->options.version);
	return script(s, sql, e);
}

static void
ignore_notice(void *unused, const PGresult *r)
{
	(void)unused;
	(void)r;
}

/* libpq's own words would quote what it cannot read, be it a password. */
static int
check_uri(struct store *s, struct err *e)
{
	char *text = NULL;
	PQconninfoOption *list = pq.PQconninfoParse(s->options.where, &text);
	bool good = list != NULL, no_memory;

	/* a / in a password makes the rest of it a port */
	for (PQconninfoOption *o = list; good && o->keyword != NULL; o++)
		if (strcmp(o->keyword, "port") == 0 && o->val != NULL)
			good = o->val[strspn(o->val, "0123456789,")] == '\0';
	no_memory = list == NULL &&
		    (text == NULL || strstr(text, "out of memory") != NULL);
	pq.PQfreemem(text);
	pq.PQconninfoFree(list);
	if (good)
		return 0;
	if (no_memory)
		return err_errno(e, ENOMEM, "%s", s->name);
	return err_set(e, STATUS_USAGE,
	    "%s: is no URI of PostgreSQL's; in a password %% is %%25, "
	    "/ is %%2F and @ is %%40",
	    s->name);
}

static int
connect_to(struct store *s, struct err *e)
{
	char seconds[24];
	/* the URI goes before what stands before it */
	const char *const word[] = { "connect_timeout", "dbname",
		"client_encoding", NULL };
	const char *const value[] = { seconds, s->options.where, "UTF8", NULL };

	snprintf(seconds, sizeof(seconds), "%lld",
	    (long long)(s->options.patience / USEC_PER_SECOND));
	s->database = pq.PQconnectdbParams(word, value, 1);
	if (pq.PQstatus(database(s)) != CONNECTION_OK ||
	    pq.PQsetnonblocking(database(s), 1) == -1)
		return fail_text(s, pq.PQerrorMessage(database(s)), "", e);
	pq.PQsetNoticeReceiver(database(s), ignore_notice, NULL);
	return 0;
}

static int
open_server(struct store *s, struct err *e)
{
	const char *encoding;
	char sql[96];

	if (load_library(e) == -1 || check_uri(s, e) == -1 ||
	    connect_to(s, e) == -1)
		return -1;
	encoding = pq.PQparameterStatus(database(s), "server_encoding");
	if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
		return err_set(e, STATUS_SYSTEM,
		    "%s: its encoding is %s, which cannot keep every text; "
		    "make a database by createdb -E UTF8 -T template0",
		    s->name, encoding == NULL ? "unknown" : encoding);
	snprintf(sql, sizeof(sql), "SET lock_timeout = %lld",
	    (long long)(s->options.patience / 1000));
	return script(s, sql, e);
}

static void
close_server(struct store *s)
{
	if (s->database != NULL)
		pq.PQfinish(database(s));
}

static int
begin(struct store *s, bool write, struct err *e)
{
	s->writing = write;
	return script(s,
	    write ? "BEGIN ISOLATION LEVEL READ COMMITTED"
		  : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	    e);
}

/* Without an answer it may have been kept, or not. */
static int
fail_unknown(struct err *e)
{
	struct err why = *e;

	return err_set(e, STATUS_SYSTEM,
	    "%s; whether what was done last is kept is not known: it is safe "
	    "to run it again",
	    why.msg);
}

static int
commit(struct store *s, struct err *e)
{
	PGresult *r = run(s, "COMMIT", e);
	bool answered = r != NULL;

	/* of a transaction that has failed it makes a rollback */
	if (pq.PQresultStatus(r) == PGRES_COMMAND_OK &&
	    strcmp(pq.PQcmdStatus(r), "COMMIT") != 0) {
		pq.PQclear(r);
		return fail_text(s, "the transaction was not kept", "", e);
	}
	if (finish(s, r, e) == 0)
		return 0;
	answered &= pq.PQstatus(database(s)) == CONNECTION_OK;
	return answered || !s->writing ? -1 : fail_unknown(e);
}

static void
rollback(struct store *s)
{
	struct err ignored;

	if (pq.PQtransactionStatus(database(s)) != PQTRANS_IDLE)
		pq.PQclear(run(s, "ROLLBACK", &ignored));
}

static int
server_clock(struct store *s, int64_t *usec, struct err *e)
{
	return store_number(s, usec, e,
		   "SELECT CAST(extract(epoch FROM clock_timestamp()) * "
		   "1000000 AS INTEGER)",
		   "") == -1
		   ? -1
		   : 0;
}

static int
prepare(struct query *q, struct err *e)
{
	struct store *s = q->store;
	char *text = translate(q->sql), name[24];
	int status;

	snprintf(name, sizeof(name), "q%zu", s->prepared++);
	status = finish(s,
	    answer(s, pq.PQsendPrepare(database(s), name, text, 0, NULL), e),
	    e);
	free(text);
	if (status == -1)
		return -1;
	if ((q->prepared = strdup(name)) == NULL)
		memory_exhausted();
	return 0;
}

static void
forget(struct query *q)
{
	char sql[sizeof("DEALLOCATE ") + 24];
	struct err unused;

	snprintf(sql, sizeof(sql), "DEALLOCATE %s", (char *)q->prepared);
	if (!q->store->closing) /* else it ends with the connection */
		finish(q->store, run(q->store, sql, &unused), &unused);
	free(q->prepared);
}

static int
ask(struct query *q, const struct parameter *p, int n, struct err *e)
{
	const char *value[STORE_PARAMETERS_MOST];
	size_t at[STORE_PARAMETERS_MOST];
	struct buf texts = { 0 };
	PGresult *r;

	for (int i = 0; i < n; i++) {
		at[i] = texts.n;
		if (p[i].is_text)
			buf_str(&texts, p[i].text);
		else
			buf_printf(&texts, "%lld", (long long)p[i].number);
		buf_char(&texts, '\0');
	}
	for (int i = 0; i < n; i++)
		value[i] = p[i].is_null ? NULL : texts.s + at[i];
	r = answer(q->store,
	    pq.PQsendQueryPrepared(
		database(q->store), q->prepared, n, value, NULL, NULL, 0),
	    e);
	buf_release(&texts);
	q->result = r;
	q->row = -1;
	if (pq.PQresultStatus(r) == PGRES_COMMAND_OK ||
	    pq.PQresultStatus(r) == PGRES_TUPLES_OK)
		return 0;
	q->result = NULL;
	return finish(q->store, r, e);
}

static int
next(struct query *q, struct err *e)
{
	(void)e;
	return ++q->row < pq.PQntuples(result(q)) ? 1 : 0;
}

static void
done(struct query *q)
{
	pq.PQclear(result(q));
	q->result = NULL;
}

static int64_t
changes(struct query *q)
{
	return strtoll(pq.PQcmdTuples(result(q)), NULL, 10);
}

static bool
is_null(struct query *q, int column)
{
	return pq.PQgetisnull(result(q), q->row, column) == 1;
}

static int64_t
number(struct query *q, int column)
{
	return strtoll(pq.PQgetvalue(result(q), q->row, column), NULL, 10);
}

static struct str
text(struct query *q, int column)
{
	return (struct str){ pq.PQgetvalue(result(q), q->row, column),
		(size_t)pq.PQgetlength(result(q), q->row, column) };
}

const struct backend postgres_backend = {
	.open = open_server,
	.close = close_server,
	.script = script,
	.lock_tables = lock_tables,
	.unlock_tables = unlock_tables,
	.has_tables = has_tables,
	.mark_tables = mark_tables,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.clock = server_clock,
	.prepare = prepare,
	.forget = forget,
	.ask = ask,
	.next = next,
	.done = done,
	.changes = changes,
	.is_null = is_null,
	.number = number,
	.text = text,
};
