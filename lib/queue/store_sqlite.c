/*
 * A file of SQLite's as a store: write-ahead logging, every commit on disk
 * before it is said to be done (synchronous=FULL), one writer at a time.
 */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/timestamp.h"
#include "queue/backend.h"

static sqlite3 *
database(const struct store *s)
{
	return s->database;
}

static sqlite3_stmt *
statement(const struct query *q)
{
	return q->prepared;
}

/* What the system says of an I/O error; "" if it does not. */
static const char *
io_reason(struct store *s, char *text, size_t size)
{
	int reason =
	    s->database == NULL ? 0 : sqlite3_system_errno(database(s));

	if (reason == 0)
		return "";
	/* a reader, too, makes a block of the log's index (walformat.html) */
	snprintf(text, size, ": %s%s", strerror(reason),
	    reason == ENOSPC || reason == EDQUOT
		? "; free some: reading takes 32 KiB, too"
		: "");
	return text;
}

static int
fail(struct store *s, int code, struct err *e)
{
	const char *more = "";
	char reason[120];

	s->met_another = code == SQLITE_BUSY_SNAPSHOT;
	if ((code & 0xff) == SQLITE_IOERR)
		more = io_reason(s, reason, sizeof(reason));
	if ((code & 0xff) == SQLITE_FULL)
		more = "; what was to be written last is not, all before is "
		       "kept";
	if ((code & 0xff) == SQLITE_BUSY)
		more = STORE_IS_BUSY;
	if ((code & 0xff) == SQLITE_NOTADB)
		more = ": a queue is made by hitl-queue push, a journal by "
		       "hitl-act";
	return err_set(e, STATUS_SYSTEM, "%s: %s%s", s->name,
	    s->database == NULL ? sqlite3_errstr(code)
				: sqlite3_errmsg(database(s)),
	    more);
}

/*
 * Waits for the other writer: short at first, a little at random, so that of
 * many none is always late.
 */
enum {
	WAIT_SHORT = 500,
	WAIT_LONG = 4000 /* microseconds */,
	SHORT_TIMES = 10
};

static int
wait_for_turn(void *store, int times)
{
	struct store *s = store;
	int most = times < SHORT_TIMES ? WAIT_SHORT : WAIT_LONG;
	int64_t patience = s->options.patience;

	if (store_stopped(s) && s->stop_patience < patience)
		patience = s->stop_patience;
	if (times == 0)
		s->waiting_since = monotonic_now();
	if (monotonic_now() - s->waiting_since > patience)
		return 0;
	nanosleep(
	    &(struct timespec){
		.tv_nsec = 50000 + (long)(1000.0 * most * random_uniform()) },
	    NULL);
	return 1;
}

static int
script(struct store *s, const char *sql, struct err *e)
{
	int code = sqlite3_exec(database(s), sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : fail(s, code, e);
}

static int
read_pragma(struct store *s, const char *sql, int64_t *x, struct err *e)
{
	sqlite3_stmt *q;
	int code = sqlite3_prepare_v2(database(s), sql, -1, &q, NULL);

	if (code == SQLITE_OK && (code = sqlite3_step(q)) == SQLITE_ROW) {
		*x = sqlite3_column_int64(q, 0);
		code = SQLITE_OK;
	}
	sqlite3_finalize(q);
	return code == SQLITE_OK ? 0 : fail(s, code, e);
}

static int
has_tables(struct store *s, struct err *e)
{
	int64_t magic = 0, version = 0, tables = 0;

	/* in this order: both come at once, maybe in between */
	if (read_pragma(s, "SELECT count(*) FROM sqlite_master", &tables, e) ==
		-1 ||
	    read_pragma(s, "PRAGMA application_id", &magic, e) == -1 ||
	    read_pragma(s, "PRAGMA user_version", &version, e) == -1)
		return -1;
	if (magic == s->options.magic && tables > 0)
		return store_is_version(s, version, e);
	if (tables > 0)
		return err_set(e, STATUS_USAGE,
		    "%s: is a database of something else", s->name);
	return 0;
}

/* Who writes is alone already. */
static int
lock_tables(struct store *s, struct err *e)
{
	(void)s;
	(void)e;
	return 0;
}

static void
unlock_tables(struct store *s)
{
	(void)s;
}

static int
mark_tables(struct store *s, struct err *e)
{
	char sql[80];

	sqlite3_snprintf(sizeof(sql), sql,
	    "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    (int)s->options.magic, (int)s->options.version);
	return script(s, sql, e);
}

/*
 * Of several that make a file at once SQLite lets the others wait in vain.  Or
 * it has waited already, for as long as there is patience.
 */
static int
begin_log(struct store *s, struct err *e)
{
	int64_t since = monotonic_now();
	int times = 0;

	while (script(s, "PRAGMA journal_mode = WAL", e) == -1) {
		s->waiting_since = since;
		if ((sqlite3_errcode(database(s)) & 0xff) != SQLITE_BUSY ||
		    wait_for_turn(s, ++times) == 0)
			return -1;
	}
	return 0;
}

static int
set_up(struct store *s, struct err *e)
{
	sqlite3 *db = database(s);

	sqlite3_busy_handler(db, wait_for_turn, s);
	sqlite3_extended_result_codes(db, 1);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	/* of one that may only be read both are as they are */
	if (sqlite3_db_readonly(db, "main") != 1 &&
	    (begin_log(s, e) == -1 ||
		script(s, "PRAGMA synchronous = FULL", e) == -1))
		return -1;
	/*
	 * 32 MiB of memory; and a log of 4000 pages, 16 MiB, before it is
	 * taken over into the file: seldom, and soon read again by a process
	 * that comes anew
	 */
	return script(s,
	    "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000", e);
}

/*
 * A file that may only be read, and that nobody writes: there is nothing in
 * a log beside it.  As a URI, for which its name is spelled out.
 */
static char *
unchanging(const char *path)
{
	struct buf uri = { 0 };
	bool logged;

	buf_printf(&uri, "%s-wal", path);
	buf_char(&uri, '\0');
	logged = access(uri.s, F_OK) == 0;
	buf_clear(&uri);
	buf_cstr(&uri, "file:");
	for (; *path != '\0'; path++)
		buf_printf(&uri, "%%%02X", (unsigned char)*path);
	buf_cstr(&uri, logged ? "?mode=ro" : "?mode=ro&immutable=1");
	buf_char(&uri, '\0');
	return uri.s;
}

/*
 * A name as SQLite takes for nothing else: "", ":memory:" and "file:x" can be
 * databases that nobody ever sees again.
 */
static char *
plain_name(const char *path)
{
	struct buf name = { 0 };

	buf_printf(&name, "%s%s", *path == '/' ? "" : "./", path);
	buf_char(&name, '\0');
	return name.s;
}

static int
open_named(struct store *s, const char *name, int flags, struct err *e)
{
	sqlite3 *db;
	int code =
	    sqlite3_open_v2(name, &db, flags | SQLITE_OPEN_NOMUTEX, NULL);

	s->database = db;
	return code == SQLITE_OK ? set_up(s, e) : fail(s, code, e);
}

static int
open_file(struct store *s, struct err *e)
{
	const char *path = s->options.where;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, bad;
	char *name;

	if (path == NULL)
		return open_named(s, "", flags, e);
	if (*path == '\0' || *path == ':')
		return err_set(e, STATUS_USAGE,
		    "\"%s\": the name of a file is expected", path);
	if (s->options.create) {
		name = plain_name(path);
	} else if (access(path, F_OK) == -1) {
		return err_set(e, STATUS_USAGE,
		    "%s: there is no such queue; hitl-queue push makes one",
		    s->name);
	} else if (access(path, W_OK) == -1 && errno != ENOENT) {
		flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
		name = unchanging(path);
	} else {
		flags = SQLITE_OPEN_READWRITE;
		name = plain_name(path);
	}
	bad = open_named(s, name, flags, e);
	free(name);
	return bad;
}

static void
close_file(struct store *s)
{
	sqlite3_close(database(s));
}

static void
rollback(struct store *s)
{
	if (!sqlite3_get_autocommit(database(s)))
		sqlite3_exec(database(s), "ROLLBACK", NULL, NULL, NULL);
}

/* What is done to a file that has another name by now, nobody finds again. */
static int
begin(struct store *s, bool write, struct err *e)
{
	int moved = 0;

	if (script(s, write ? "BEGIN IMMEDIATE" : "BEGIN", e) == -1)
		return -1;
	sqlite3_file_control(
	    database(s), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (!moved)
		return 0;
	rollback(s);
	return err_set(e, STATUS_SYSTEM,
	    "%s: was moved, removed or replaced while it was open", s->name);
}

static int
commit(struct store *s, struct err *e)
{
	return script(s, "COMMIT", e);
}

static int
wall_clock(struct store *s, int64_t *usec, struct err *e)
{
	(void)s;
	(void)e;
	*usec = timestamp_now();
	return 0;
}

static int
prepare(struct query *q, struct err *e)
{
	sqlite3_stmt *prepared;
	int code = sqlite3_prepare_v3(database(q->store), q->sql, -1,
	    SQLITE_PREPARE_PERSISTENT, &prepared, NULL);

	q->prepared = prepared;
	if (code != SQLITE_OK)
		return fail(q->store, code, e);
	/* a parameter's number is where it first stands, which may be anywhere
	 */
	for (int i = 0; i < STORE_PARAMETERS_MOST; i++) {
		char name[8];
		sqlite3_snprintf(sizeof(name), name, "$%d", i + 1);
		q->at[i] = sqlite3_bind_parameter_index(prepared, name);
	}
	return 0;
}

static void
forget(struct query *q)
{
	sqlite3_finalize(statement(q));
}

static int
ask(struct query *q, const struct parameter *p, int n, struct err *e)
{
	for (int i = 0; i < n; i++) {
		int at = q->at[i], code;
		if (p[i].is_null)
			code = sqlite3_bind_null(statement(q), at);
		else if (p[i].is_text)
			code = sqlite3_bind_text64(statement(q), at,
			    p[i].text.n == 0 ? "" : p[i].text.s, p[i].text.n,
			    SQLITE_TRANSIENT, SQLITE_UTF8);
		else
			code =
			    sqlite3_bind_int64(statement(q), at, p[i].number);
		if (code != SQLITE_OK)
			return fail(q->store, code, e);
	}
	return 0;
}

static int
next(struct query *q, struct err *e)
{
	int code = sqlite3_step(statement(q));

	if (code == SQLITE_ROW)
		return 1;
	return code == SQLITE_DONE ? 0 : fail(q->store, code, e);
}

static void
done(struct query *q)
{
	sqlite3_reset(statement(q));
	sqlite3_clear_bindings(statement(q));
}

static int64_t
changes(struct query *q)
{
	return sqlite3_changes64(database(q->store));
}

static bool
is_null(struct query *q, int column)
{
	return sqlite3_column_type(statement(q), column) == SQLITE_NULL;
}

static int64_t
number(struct query *q, int column)
{
	return sqlite3_column_int64(statement(q), column);
}

static struct str
text(struct query *q, int column)
{
	bool none = is_null(q, column);
	const void *bytes = sqlite3_column_text(statement(q), column);

	/* NULL of what is not null is the only sign of it */
	if (bytes == NULL && !none)
		memory_exhausted();
	return (struct str){ bytes,
		(size_t)sqlite3_column_bytes(statement(q), column) };
}

const struct backend sqlite_backend = {
	.open = open_file,
	.close = close_file,
	.script = script,
	.lock_tables = lock_tables,
	.unlock_tables = unlock_tables,
	.has_tables = has_tables,
	.mark_tables = mark_tables,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.clock = wall_clock,
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
