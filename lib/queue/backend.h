/*
 * What a database has to offer to be a store.  Private to the store.
 */
#ifndef HITL_QUEUE_BACKEND_H
#define HITL_QUEUE_BACKEND_H

#include "base/map.h"
#include "queue/store.h"

/* What is said of waiting for longer than patience. */
#define STORE_IS_BUSY ": others have been writing all the time"

struct parameter {
	bool is_null, is_text;
	int64_t number;
	struct str text;
};

struct query {
	struct store *store;
	const char *sql;
	void *prepared; /* the backend's */
	int at[STORE_PARAMETERS_MOST]; /* where $1, $2, … are in it */
	bool active; /* asked, and not yet done */
	/* of a backend that answers all at once */
	void *result;
	int row;
};

struct backend {
	/* -1 with *e; store->database is set */
	int (*open)(struct store *, struct err *e);
	void (*close)(struct store *);
	/* statements without parameters and rows */
	int (*script)(struct store *, const char *sql, struct err *e);
	/* nobody else makes tables meanwhile, from before a transaction on */
	int (*lock_tables)(struct store *, struct err *e);
	void (*unlock_tables)(struct store *);
	/* whether they are there: 1, 0; -1 with *e, also if of another version
	 */
	int (*has_tables)(struct store *, struct err *e);
	int (*mark_tables)(struct store *, struct err *e);
	int (*begin)(struct store *, bool write, struct err *e);
	int (*commit)(struct store *, struct err *e);
	void (*rollback)(struct store *);
	int (*clock)(struct store *, int64_t *usec, struct err *e);
	int (*prepare)(struct query *, struct err *e);
	void (*forget)(struct query *);
	int (*ask)(
	    struct query *, const struct parameter *, int n, struct err *e);
	int (*next)(struct query *, struct err *e);
	void (*done)(struct query *);
	int64_t (*changes)(struct query *);
	bool (*is_null)(struct query *, int column);
	int64_t (*number)(struct query *, int column);
	struct str (*text)(struct query *, int column);
};

struct store {
	const struct backend *backend;
	struct store_options options;
	char *name;
	void *database;
	bool met_another;
	bool writing; /* the transaction at hand */
	bool closing;
	size_t prepared; /* statements so far: their names */
	int64_t waiting_since; /* for another writer, monotonic_now() */
	const volatile sig_atomic_t *stop; /* store_heed(); or NULL */
	int64_t stop_patience;
	struct map known; /* statements */
	struct query **query; /* [known.n] */
	size_t cap;
};

extern const struct backend sqlite_backend, postgres_backend;

/* For has_tables(): 1 if these are ours, or -1 with *e. */
int store_is_version(struct store *, int64_t version, struct err *e);

#endif
