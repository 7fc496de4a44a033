/*
 * Where a queue is kept: SQL, the same text for every database, one
 * transaction at a time.
 *
 * Two databases are known: a file of SQLite's, and a server of PostgreSQL's
 * (postgres://…, a conninfo URI).  The text is SQLite's, with parameters $1,
 * $2, …; what PostgreSQL says otherwise is put in on the way there.  What only
 * a database of many writers at a time needs stands behind a query as LOCK or
 * SKIP.
 */
#ifndef HITL_QUEUE_STORE_H
#define HITL_QUEUE_STORE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

/* Comments to SQLite.  The rows are ours until the end; and others' passed. */
#define LOCK " /*lock*/"
#define SKIP " /*skip*/"

struct store;
struct query;

enum { STORE_PARAMETERS_MOST = 24 };

/*
 * Opens a database and makes the tables if there are none.
 *   where   a file, or a URI of PostgreSQL's; kept; NULL: a file without a
 *           name, that is gone when it is closed
 *   schema  statements that make them, ended by NULL
 *   magic   a number that tells these tables from others'
 *   version which they are, from 1: others are refused (STATUS_USAGE)
 *   create  else it is an error that it is not there (STATUS_USAGE)
 * NULL with *e.
 */
struct store_options {
	const char *where;
	const char *const *schema;
	int32_t magic, version;
	bool create;
	int64_t patience; /* to wait for other writers, microseconds */
};
struct store *store_open(const struct store_options *, struct err *e);
void store_close(struct store *);

/*
 * What there is in a file of SQLite's that `made`, a new one, has not: other
 * tables, indexes or triggers, or values of another kind than their columns
 * are for, which compare as unequal to what they look like.  *what NULL:
 * nothing; always so of a server, which has types.  -1 with *e.
 */
int store_strange(
    struct store *, struct store *made, const char **what, struct err *e);

/*
 * From now on, once *stop is not 0, other writers are waited for so long at
 * most, also where that was begun before.
 */
void
store_heed(struct store *, const volatile sig_atomic_t *stop, int64_t patience);
bool store_stopped(const struct store *);

/* What it is called in messages: without a password. */
const char *store_name(const struct store *);

/*
 * A transaction.  A reading one sees one state of all tables; a writing one
 * waits for its turn.  -1 with *e; after a failure in it only
 * store_rollback() is of use.
 */
int store_begin(struct store *, bool write, struct err *e);
int store_commit(struct store *, struct err *e);
void store_rollback(struct store *);

/* Whether the failure was that of two transactions meeting: try again. */
bool store_met_another(const struct store *);
/* It is, as the caller can tell.  -1, and *e. */
int store_meet_another(struct store *, struct err *e);

/* What is in it cannot be what was put there: says what it is.  -1, *e. */
int store_broken(const struct store *, const char *what, struct err *e);

/* Whether several may write at a time. */
bool store_has_many_writers(const struct store *);

/* The time as the database has it: of a server one clock for all. */
int store_clock(struct store *, int64_t *usec, struct err *e);

/*
 * Asks.  `types` has a letter for each parameter:
 *   i  int64_t
 *   m  int64_t, a moment; TIMESTAMP_NONE is null
 *   t  struct str
 *   o  struct str; an empty one is null
 * The statement is prepared once.  NULL with *e.
 *
 * The query is there until it is done; one that is done, of itself or by
 * query_done(), may be forgotten by the next store_ask().
 */
struct query *store_ask(
    struct store *, struct err *e, const char *sql, const char *types, ...);

/* The next row: 1; 0 when there is none, and the query is done; -1, *e. */
int query_next(struct query *, struct err *e);
/* When no more of its rows are wanted; twice does no harm. */
void query_done(struct query *);

/*
 * Reads two to their ends, or to where they part: 1 if their rows had the
 * same in the columns 0 to columns - 1, and 0 if not; -1 with *e.  *rows: how
 * many were the same.  NULL: what store_ask() failed with.
 */
int query_same(struct query *a, struct query *b, int columns, int64_t *rows,
    struct err *e);

/* Of the row: columns from 0 on.  A text lives until the next row. */
bool query_is_null(struct query *, int column);
int64_t query_int(struct query *, int column); /* 0 of null */
int64_t query_moment(struct query *, int column); /* TIMESTAMP_NONE of null */
struct str query_text(struct query *, int column); /* empty of null */

/* Asks for no rows; the number of those changed, or -1 with *e. */
int64_t store_run(
    struct store *, struct err *e, const char *sql, const char *types, ...);

/* Asks for one number: 1; 0 when there is no row; -1 with *e. */
int store_number(struct store *, int64_t *x, struct err *e, const char *sql,
    const char *types, ...);

#endif
