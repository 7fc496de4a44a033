/* What has been carried out (journal.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "queue/journal.h"

const char *const act_state_words[] = {
	[ACT_RUNNING] = "running",
	[ACT_DONE] = "done",
	[ACT_FAILED] = "failed",
	[ACT_TIMEOUT] = "timeout",
	[ACT_UNKNOWN] = "unknown",
	[ACT_WAITING] = "waiting",
	NULL,
};

enum { JOURNAL_MAGIC = 0x6869746a /* "hitj" */, JOURNAL_VERSION = 1 };
enum { STANDARD_STREAMS = 3 };

static const char *const schema[] = {
	"CREATE TABLE owners (next INTEGER NOT NULL)",
	"INSERT INTO owners VALUES (1)",
	"CREATE TABLE acts (key TEXT NOT NULL PRIMARY KEY, id TEXT NOT NULL, "
	"state INTEGER NOT NULL, owner INTEGER NOT NULL, "
	"attempts INTEGER NOT NULL, started INTEGER NOT NULL, ended INTEGER, "
	"exit INTEGER, signal INTEGER, command TEXT NOT NULL, "
	"sha256 TEXT NOT NULL) WITHOUT ROWID",
	/* settled: a person has said so */
	"CREATE TABLE attempts (key TEXT NOT NULL, n INTEGER NOT NULL, "
	"state INTEGER NOT NULL, started INTEGER NOT NULL, ended INTEGER, "
	"exit INTEGER, signal INTEGER, settled INTEGER, output TEXT, "
	"PRIMARY KEY (key, n)) WITHOUT ROWID",
	NULL,
};

struct journal {
	struct store *store; /* NULL: there is none to look at */
	int lock; /* the file of owners */
	int64_t owner;
};

/* The byte of an owner: 1 if its lock is to be had, so nobody lives there. */
static int
is_free(const struct journal *j, int64_t owner, struct err *e)
{
	struct flock l = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = (off_t)owner,
		.l_len = 1 };

	/* 0 is nobody, and who only looks: settled to be tried again */
	if (owner != 0 && owner == j->owner)
		return 0;
	if (fcntl(j->lock, F_OFD_GETLK, &l) == -1)
		return err_errno(e, errno, "%s: lock", store_name(j->store));
	return l.l_type == F_UNLCK;
}

/* A number that no other has, and its byte. */
static int
become_owner(struct journal *j, struct err *e)
{
	struct flock l = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1
	};

	if (store_begin(j->store, true, e) == -1)
		return -1;
	if (store_number(
		j->store, &j->owner, e, "SELECT next FROM owners", "") != 1 ||
	    store_run(j->store, e, "UPDATE owners SET next = next + 1", "") ==
		-1 ||
	    store_commit(j->store, e) == -1) {
		store_rollback(j->store);
		return -1;
	}
	l.l_start = (off_t)j->owner;
	if (fcntl(j->lock, F_OFD_SETLK, &l) == 0)
		return 0;
	if (errno != EAGAIN && errno != EACCES)
		return err_errno(e, errno, "%s: lock", store_name(j->store));
	return err_set(e, STATUS_SYSTEM,
	    "%s-owners: belongs to another journal, which is in use: was one "
	    "of them moved, copied or removed?",
	    store_name(j->store));
}

static int
open_lock(struct journal *j, const char *path, struct err *e)
{
	struct buf name = { 0 };
	int bad = 0;

	char *real = realpath(path, NULL);

	/* by whatever name: the same journal has the same owners */
	buf_printf(&name, "%s-owners", real == NULL ? path : real);
	free(real);
	buf_char(&name, '\0');
	j->lock = open(name.s, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	/* not in the place of a standard stream that is closed */
	if (j->lock != -1 && j->lock < STANDARD_STREAMS) {
		int low = j->lock;
		j->lock = fcntl(low, F_DUPFD_CLOEXEC, STANDARD_STREAMS);
		close(low);
	}
	if (j->lock == -1)
		bad = err_errno(e, errno, "%s", name.s);
	buf_release(&name);
	return bad;
}

struct journal *
journal_open(const char *path, bool look, struct err *e)
{
	struct journal *j = alloc_zeros(1, sizeof(*j));

	j->lock = -1;
	if (strncmp(path, "postgres", 8) == 0 && strstr(path, "://") != NULL) {
		err_set(e, STATUS_USAGE,
		    "--journal: is a file on the machine that acts");
		goto fail;
	}
	if (look && access(path, F_OK) == -1)
		return j;
	j->store = store_open(&(struct store_options){ .where = path,
				  .schema = schema,
				  .magic = JOURNAL_MAGIC,
				  .version = JOURNAL_VERSION,
				  .create = true,
				  .patience = 30 * USEC_PER_SECOND },
	    e);
	if (j->store == NULL || open_lock(j, path, e) == -1 ||
	    (!look && become_owner(j, e) == -1))
		goto fail;
	return j;
fail:
	journal_close(j);
	return NULL;
}

void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	store_close(j->store);
	if (j->lock != -1)
		close(j->lock);
	free(j);
}

/* What is known of a key: 1, 0, -1.  *owner is who has it. */
static int
read_act(struct journal *j, struct act *a, int64_t *owner, struct err *e)
{
	struct query *q = store_ask(j->store, e,
	    "SELECT state, owner, attempts, started, ended, exit, signal, id "
	    "FROM acts WHERE key = $1",
	    "t", a->key);
	int got;

	if (q == NULL || (got = query_next(q, e)) != 1)
		return q == NULL ? -1 : got;
	a->state = (enum act_state)query_int(q, 0);
	*owner = query_int(q, 1);
	a->attempts = query_int(q, 2);
	a->started = query_moment(q, 3);
	a->ended = query_moment(q, 4);
	a->exit = query_is_null(q, 5) ? -1 : (int)query_int(q, 5);
	a->signal = (int)query_int(q, 6);
	a->other = a->id.n > 0 && !str_eq(query_text(q, 7), a->id);
	query_done(q);
	if ((int)a->state >= 0 && (int)a->state < ACT_STATES)
		return 1;
	return err_set(e, STATUS_SYSTEM, "%s: is broken", store_name(j->store));
}

/* One more attempt by us. */
static int
enter(struct journal *j, struct act *a, struct err *e)
{
	int64_t now = timestamp_now();
	char digest[65];

	/* the act begins with its first attempt */
	if (a->attempts++ == 0)
		a->started = now;
	a->ended = TIMESTAMP_NONE;
	a->state = ACT_RUNNING;
	sha256_hex(a->input, digest);
	if (store_run(j->store, e,
		"INSERT INTO acts (key, id, state, owner, attempts, started, "
		"command, sha256) VALUES ($1, $2, 0, $3, $4, $5, $6, $7) "
		"ON CONFLICT (key) DO UPDATE SET state = 0, "
		"owner = excluded.owner, attempts = excluded.attempts, "
		"ended = NULL, exit = NULL, signal = NULL, "
		"command = excluded.command, sha256 = excluded.sha256",
		"ttiiitt", a->key, a->id, j->owner, a->attempts, a->started,
		a->command, str_of(digest)) == -1)
		return -1;
	return store_run(j->store, e,
		   "INSERT INTO attempts (key, n, state, started) "
		   "VALUES ($1, $2, 0, $3)",
		   "tii", a->key, a->attempts, now) == -1
		   ? -1
		   : 0;
}

static int
set_state(struct journal *j, struct act *a, enum act_state state, struct err *e)
{
	a->state = state;
	if (store_run(j->store, e, "UPDATE acts SET state = $1 WHERE key = $2",
		"it", (int64_t)state, a->key) == -1)
		return -1;
	return store_run(j->store, e,
		   "UPDATE attempts SET state = $1 WHERE key = $2 AND n = $3",
		   "iti", (int64_t)state, a->key, a->attempts) == -1
		   ? -1
		   : 0;
}

/*
 * What is to be done about one that is there: 1 it may be run, 0 not.  One
 * that waits and whose owner is dead is nobody's, and nothing of it runs.
 */
static int
judge(struct journal *j, struct act *a, int64_t owner, bool look, struct err *e)
{
	int dead;

	if (a->other || (a->state != ACT_RUNNING && a->state != ACT_WAITING))
		return 0;
	if ((dead = is_free(j, owner, e)) != 1)
		return dead;
	if (a->state == ACT_WAITING)
		return 1;
	if (look)
		a->state = ACT_UNKNOWN;
	return look ? 0 : set_state(j, a, ACT_UNKNOWN, e);
}

static int
begin(struct journal *j, struct act *a, struct err *e)
{
	int64_t owner = 0;
	int may = read_act(j, a, &owner, e);

	if (may == 0) {
		a->attempts = 0;
		may = 1;
	} else if (may == 1) {
		may = judge(j, a, owner, false, e);
	}
	return may == 1 && enter(j, a, e) == -1 ? -1 : may;
}

int
journal_begin(struct journal *j, struct act *a, struct err *e)
{
	int may;

	if (store_begin(j->store, true, e) == -1)
		return -1;
	if ((may = begin(j, a, e)) == -1 || store_commit(j->store, e) == -1) {
		store_rollback(j->store);
		return -1;
	}
	return may;
}

int
journal_look(struct journal *j, struct act *a, struct err *e)
{
	int64_t owner = 0;
	int got = j->store == NULL ? 0 : read_act(j, a, &owner, e);

	return got == 0 ? 1 : got == 1 ? judge(j, a, owner, true, e) : -1;
}

/* A change of one act, which is kept. */
static int
keep(struct journal *j, int bad, struct err *e)
{
	if (bad != -1 && store_commit(j->store, e) == 0)
		return bad;
	store_rollback(j->store);
	return -1;
}

static int
end(struct journal *j, struct act *a, struct str output, struct err *e)
{
	int64_t code = a->exit == -1 ? TIMESTAMP_NONE : a->exit;
	int64_t signal = a->signal == 0 ? TIMESTAMP_NONE : a->signal;

	if (store_run(j->store, e,
		"UPDATE acts SET state = $1, ended = $2, exit = $3, "
		"signal = $4 WHERE key = $5",
		"immmt", (int64_t)a->state, a->ended, code, signal,
		a->key) == -1)
		return -1;
	return store_run(j->store, e,
		   "UPDATE attempts SET state = $1, ended = $2, exit = $3, "
		   "signal = $4, output = $5 WHERE key = $6 AND n = $7",
		   "immmoti", (int64_t)a->state, a->ended, code, signal, output,
		   a->key, a->attempts) == -1
		   ? -1
		   : 0;
}

int
journal_end(struct journal *j, struct act *a, const struct spawn_end *how,
    bool again, struct str output, struct err *e)
{
	a->ended = timestamp_now();
	a->exit = how->exit;
	a->signal = how->signal;
	if (how->timed_out)
		a->state = ACT_TIMEOUT;
	else if (again)
		a->state = ACT_WAITING;
	else if (how->exit == -1 && how->signal == 0) {
		a->state = ACT_UNKNOWN;
		a->ended = TIMESTAMP_NONE;
	} else
		a->state = how->exit == 0 ? ACT_DONE : ACT_FAILED;
	if (!utf8_valid(output) ||
	    (output.n > 0 && memchr(output.s, '\0', output.n) != NULL))
		output.n = 0;
	if (store_begin(j->store, true, e) == -1)
		return -1;
	return keep(j, end(j, a, output, e), e);
}

/* It waits, and is still ours. */
static int
enter_again(struct journal *j, struct act *a, struct err *e)
{
	int64_t owner = 0;
	struct act now = { .key = a->key, .id = a->id };
	int got = read_act(j, &now, &owner, e);

	if (got == -1)
		return -1;
	if (got == 0 || owner != j->owner || now.state != ACT_WAITING)
		return err_set(e, STATUS_SYSTEM,
		    "%s: another has taken over what waited",
		    store_name(j->store));
	return enter(j, a, e);
}

int
journal_again(struct journal *j, struct act *a, struct err *e)
{
	if (store_begin(j->store, true, e) == -1)
		return -1;
	return keep(j, enter_again(j, a, e), e);
}

int
journal_undo(struct journal *j, const struct act *a, struct err *e)
{
	int bad;

	if (store_begin(j->store, true, e) == -1)
		return -1;
	bad = store_run(j->store, e,
		  "DELETE FROM attempts WHERE key = $1 AND n = $2", "ti",
		  a->key, a->attempts) == -1 ||
		      store_run(j->store, e,
			  a->attempts == 1
			      ? "DELETE FROM acts WHERE key = $1"
			      : "UPDATE acts SET state = 5, "
				"attempts = attempts - 1 WHERE key = $1",
			  "t", a->key) == -1
		  ? -1
		  : 0;
	return keep(j, bad, e);
}

_Static_assert(ACT_WAITING == 5, "as in the statement above");

static int
settle(struct journal *j, struct act *a, enum act_state state, struct err *e)
{
	int64_t owner;
	int got = read_act(j, a, &owner, e), dead;

	if (got != 1)
		return got;
	if ((dead = is_free(j, owner, e)) == -1)
		return -1;
	if ((a->state == ACT_RUNNING || a->state == ACT_WAITING) && !dead)
		return err_set(e, STATUS_NO, "%.*s: is running",
		    (int)(a->key.n < 64 ? a->key.n : 64), a->key.s);
	/* nobody's, that whoever comes may run it */
	if (set_state(j, a, state, e) == -1 ||
	    store_run(j->store, e, "UPDATE acts SET owner = 0 WHERE key = $1",
		"t", a->key) == -1 ||
	    store_run(j->store, e,
		"UPDATE attempts SET settled = $1 WHERE key = $2 AND n = $3",
		"iti", timestamp_now(), a->key, a->attempts) == -1)
		return -1;
	return 1;
}

int
journal_settle(
    struct journal *j, struct str key, enum act_state state, struct err *e)
{
	struct act a = { .key = key };

	if (store_begin(j->store, true, e) == -1)
		return -1;
	return keep(j, settle(j, &a, state, e), e);
}

static void
write_end(struct query *q, int column, struct buf *out)
{
	timestamp_member(out, "started_at", query_moment(q, column));
	timestamp_member(out, "ended_at", query_moment(q, column + 1));
	buf_cstr(out, ",\"exit\":");
	if (query_is_null(q, column + 2))
		buf_cstr(out, "null");
	else
		buf_json_uint(out, (uint64_t)query_int(q, column + 2));
	if (!query_is_null(q, column + 3))
		buf_json_count(
		    out, "signal", (uint64_t)query_int(q, column + 3));
}

static const char *
word(int64_t state)
{
	return state >= 0 && state < ACT_STATES ? act_state_words[state]
						: "broken";
}

/* What an act is: one whose owner died while it ran is unknown. */
static int
true_state(const struct journal *j, int64_t state, int64_t owner, struct err *e)
{
	int dead = state == ACT_RUNNING ? is_free(j, owner, e) : 0;

	return dead == -1 ? -1 : dead == 1 ? ACT_UNKNOWN : (int)state;
}

/* state: of the act, and so of the attempt that is running. */
static int
list_attempts(struct journal *j, struct str key, int state, struct buf *out,
    struct err *e)
{
	struct query *q = store_ask(j->store, e,
	    "SELECT state, started, ended, exit, signal, settled, output "
	    "FROM attempts WHERE key = $1 ORDER BY n",
	    "t", key);
	const char *comma = "";
	int got;

	if (q == NULL)
		return -1;
	while ((got = query_next(q, e)) == 1) {
		int64_t of = query_int(q, 0);
		buf_printf(out, "%s{\"state\":\"%s\"", comma,
		    word(of == ACT_RUNNING ? state : of));
		write_end(q, 1, out);
		if (!query_is_null(q, 5))
			timestamp_member(out, "settled_at", query_moment(q, 5));
		buf_cstr(out, ",\"output\":");
		if (query_is_null(q, 6))
			buf_cstr(out, "null");
		else
			buf_json_string(out, query_text(q, 6));
		buf_char(out, '}');
		comma = ",";
	}
	return got;
}

int
journal_list(struct journal *j, struct buf *out, struct err *e)
{
	struct query *q;
	int got, state;

	if (j->store == NULL)
		return 0;
	q = store_ask(j->store, e,
	    "SELECT key, id, state, command, sha256, started, ended, exit, "
	    "signal, owner FROM acts ORDER BY started, key",
	    "");
	if (q == NULL)
		return -1;
	while ((got = query_next(q, e)) == 1) {
		state = true_state(j, query_int(q, 2), query_int(q, 9), e);
		if (state == -1)
			return -1;
		buf_cstr(out, "{\"key\":");
		buf_json_string(out, query_text(q, 0));
		buf_cstr(out, ",\"id\":");
		buf_json_string(out, query_text(q, 1));
		buf_printf(out, ",\"state\":\"%s\"", word(state));
		write_end(q, 5, out);
		buf_cstr(out, ",\"command\":");
		buf_str(out, query_text(q, 3));
		buf_cstr(out, ",\"input_sha256\":");
		buf_json_string(out, query_text(q, 4));
		buf_cstr(out, ",\"attempts\":[");
		if (list_attempts(j, query_text(q, 0), state, out, e) == -1)
			return -1;
		buf_cstr(out, "]}\n");
	}
	return got;
}
