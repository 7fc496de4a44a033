/*
 * What has been carried out: a journal of actions by their keys, so that
 * each is run once, whatever comes twice, runs twice, or is killed.
 *
 * That it runs is on disk before it runs, and by whom: an owner holds a lock
 * on a byte of a file beside the journal for as long as he lives, which the
 * kernel takes from him when he dies.  One that is said to run and has no
 * living owner may have been carried out or not: it is unknown, and is not
 * run again until a person has settled it.
 */
#ifndef HITL_QUEUE_JOURNAL_H
#define HITL_QUEUE_JOURNAL_H

#include "base/spawn.h"
#include "queue/store.h"

enum act_state {
	ACT_RUNNING,
	ACT_DONE, /* it ended with 0 */
	ACT_FAILED, /* it ended otherwise */
	ACT_TIMEOUT, /* it was killed because it took too long */
	ACT_UNKNOWN, /* whoever ran it died meanwhile, or was not told */
	ACT_WAITING, /* it failed for now, and is to be tried again */
};
enum { ACT_STATES = ACT_WAITING + 1 };
extern const char *const act_state_words[]; /* NULL-terminated */

struct journal;

/*
 * A file of SQLite's, which is made if it is not there; `look`: it need not
 * be, and nothing is written.  NULL with *e.
 */
struct journal *journal_open(const char *path, bool look, struct err *e);
void journal_close(struct journal *);

struct act {
	struct str key, id;
	struct str command; /* JSON, a list of arguments */
	struct str input; /* that it gets */
	/* by the journal */
	enum act_state state;
	bool other; /* the key is there, and of another id */
	int64_t attempts;
	/* of the first attempt, of the last; TIMESTAMP_NONE: not yet */
	int64_t started, ended;
	int exit, signal; /* -1: not known; 0: none */
};

/*
 * Whether it may be run now: 1, and the journal says that it does, by us; or
 * 0, and *act has what is known of it: ACT_RUNNING, somebody alive does it.
 * -1 with *e.
 */
int journal_begin(struct journal *, struct act *, struct err *e);

/* What would be: the same, and nothing is written. */
int journal_look(struct journal *, struct act *, struct err *e);

/*
 * How an attempt has ended.
 *   again   it is to be tried again; and the next one begins only with
 *           journal_again()
 *   output  what it wrote, kept if it is UTF-8
 * -1 with *e: then it will be unknown.
 */
int journal_end(struct journal *, struct act *, const struct spawn_end *,
    bool again, struct str output, struct err *e);
int journal_again(struct journal *, struct act *, struct err *e);

/* It could not be started: as if it had not been tried.  -1 with *e. */
int journal_undo(struct journal *, const struct act *, struct err *e);

/*
 * A person has found out about one that is not running: it is done, it has
 * failed, or (ACT_WAITING) it is to be run again.  1; 0 if there is no such;
 * -1 with *e.
 */
int
journal_settle(struct journal *, struct str key, enum act_state, struct err *e);

/* Each action there is with its attempts, one object a line; -1 with *e. */
int journal_list(struct journal *, struct buf *out, struct err *e);

#endif
