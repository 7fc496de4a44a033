/*
 * The tables of a queue (schema.h).
 *
 * `events` is what happened, in order, and never changes; `head` is its end.
 * All other tables follow from it (event.h), and are there to be asked.
 * Times are microseconds since 1970, words are numbers of the lists in
 * words.h and task.h.
 */
#include <stddef.h>

#include "queue/schema.h"
#include "queue/task.h"

_Static_assert(TASK_PENDING == 0, "as in the questions: state = 0");

const char *const queue_schema[] = {
	/* access: the digest of the rules in force; empty: there are none */
	"CREATE TABLE head (n INTEGER NOT NULL, hash TEXT NOT NULL, "
	"latest INTEGER NOT NULL, access TEXT NOT NULL)",
	"INSERT INTO head VALUES (0, '', 0, '')",

	/* line: the event without its hash; body: a digest, or null */
	"CREATE TABLE events (n INTEGER NOT NULL PRIMARY KEY, "
	"kind INTEGER NOT NULL, id TEXT COLLATE BINARY NOT NULL, "
	"body TEXT, line TEXT NOT NULL, hash TEXT NOT NULL)",
	"CREATE INDEX events_id ON events (id)",

	/* texts by their SHA-256: tasks, reviews, rules */
	"CREATE TABLE bodies (digest TEXT COLLATE BINARY NOT NULL PRIMARY KEY, "
	"body TEXT NOT NULL)",

	/* what whoever takes a task must be, as JSON: few for many tasks */
	"CREATE TABLE needs (need INTEGER NOT NULL PRIMARY KEY, "
	"text TEXT COLLATE BINARY NOT NULL UNIQUE)",

	/*
	 * open: how many more may take it; priority: 0 is urgent; deadline:
	 * of none the largest number
	 */
	"CREATE TABLE tasks (id TEXT COLLATE BINARY NOT NULL PRIMARY KEY, "
	"round INTEGER NOT NULL, state INTEGER NOT NULL, "
	"need INTEGER NOT NULL, priority INTEGER NOT NULL, "
	"deadline INTEGER NOT NULL, created INTEGER NOT NULL, "
	"pushed INTEGER NOT NULL, open INTEGER NOT NULL, "
	"reviews INTEGER NOT NULL, required INTEGER NOT NULL, "
	"expires INTEGER, finished INTEGER, fallback INTEGER, "
	"approval TEXT, body TEXT NOT NULL) WITHOUT ROWID",
	"CREATE INDEX tasks_open ON tasks "
	"(priority, deadline, created, id, need) WHERE open > 0",
	"CREATE INDEX tasks_pending ON tasks (deadline, expires, fallback, id) "
	"WHERE state = 0",

	"CREATE TABLE leases (id TEXT COLLATE BINARY NOT NULL, "
	"reviewer TEXT COLLATE BINARY NOT NULL, claimed INTEGER NOT NULL, "
	"expires INTEGER NOT NULL, length INTEGER NOT NULL, "
	"PRIMARY KEY (id, reviewer)) WITHOUT ROWID",

	/* who had it until his lease lapsed, and may come back to it */
	"CREATE TABLE lapsed (id TEXT COLLATE BINARY NOT NULL, "
	"reviewer TEXT COLLATE BINARY NOT NULL, claimed INTEGER NOT NULL, "
	"PRIMARY KEY (id, reviewer)) WITHOUT ROWID",

	/* who may not take it, besides those who have reviewed it, and why */
	"CREATE TABLE barred (id TEXT COLLATE BINARY NOT NULL, "
	"reviewer TEXT COLLATE BINARY NOT NULL, why INTEGER NOT NULL, "
	"PRIMARY KEY (id, reviewer)) WITHOUT ROWID",

	"CREATE TABLE reviews (id TEXT COLLATE BINARY NOT NULL, "
	"round INTEGER NOT NULL, reviewer TEXT COLLATE BINARY NOT NULL, "
	"outcome INTEGER NOT NULL, claimed INTEGER, at INTEGER NOT NULL, "
	"body TEXT NOT NULL, PRIMARY KEY (id, round, reviewer)) WITHOUT ROWID",
	"CREATE INDEX reviews_at ON reviews (at)",
	NULL,
};
