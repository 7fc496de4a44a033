/*
 * What an event does to the tables (event.h).  Nothing is checked here: an
 * event is made only when it may be.
 */
#include "policy/words.h"
#include "queue/access.h"
#include "queue/event.h"
#include "queue/schema.h"

static int
keep_body(struct store *s, const struct event *v, struct err *e)
{
	if (v->body.n == 0)
		return 0;
	return store_run(s, e,
		   "INSERT INTO bodies (digest, body) VALUES ($1, $2) "
		   "ON CONFLICT (digest) DO NOTHING",
		   "tt", str_of(v->digest), v->body) == -1
		   ? -1
		   : 0;
}

/* The number of a need, which is new or not. */
static int
number_need(
    struct store *s, const struct need *need, int64_t *number, struct err *e)
{
	struct buf text = { 0 };
	int r;

	need_write(need, &text);
	r = store_number(s, number, e, "SELECT need FROM needs WHERE text = $1",
	    "t", buf_view(&text));
	if (r == 0 &&
	    (r = store_number(s, number, e,
		 "SELECT coalesce(max(need), 0) + 1 FROM needs", "")) == 1)
		r = store_run(s, e,
			"INSERT INTO needs (need, text) VALUES ($1, $2)", "it",
			*number, buf_view(&text)) == -1
			? -1
			: 1;
	buf_release(&text);
	return r == -1 ? -1 : 0;
}

static int
bar(struct store *s, struct str id, struct str reviewer, int why, struct err *e)
{
	return store_run(s, e,
		   "INSERT INTO barred (id, reviewer, why) VALUES ($1, $2, $3) "
		   "ON CONFLICT (id, reviewer) DO NOTHING",
		   "tti", id, reviewer, (int64_t)why) == -1
		   ? -1
		   : 0;
}

/* Nobody has it, nor can say that he had. */
static int
end_leases(struct store *s, struct str id, struct err *e)
{
	return store_run(s, e, "DELETE FROM leases WHERE id = $1", "t", id) ==
			   -1 ||
		       store_run(s, e, "DELETE FROM lapsed WHERE id = $1", "t",
			   id) == -1
		   ? -1
		   : 0;
}

/* A task comes again, and with it who has declined it before. */
static int
clear_round(struct store *s, const struct event *v, struct err *e)
{
	return end_leases(s, v->id, e) == -1 ||
		       store_run(s, e,
			   "DELETE FROM barred WHERE id = $1 AND why <> $2",
			   "ti", v->id, (int64_t)BARRED_PROPOSED) == -1
		   ? -1
		   : 0;
}

static int
push(struct store *s, const struct event *v, struct err *e)
{
	int64_t deadline =
	    v->deadline == TIMESTAMP_NONE ? DEADLINE_NONE : v->deadline;
	int64_t need;

	if (v->round > 1 && clear_round(s, v, e) == -1)
		return -1;
	/* of two that come at once one must see that the other has come */
	if (number_need(s, &v->need, &need, e) == -1 ||
	    store_run(s, e,
		v->round == 1
		    ? "INSERT INTO tasks (round, state, need, priority, "
		      "deadline, created, pushed, open, reviews, required, "
		      "expires, approval, body, id) VALUES ($1, 0, $2, $3, "
		      "$4, $5, $6, $7, 0, $7, $8, $9, $10, $11)"
		    : "UPDATE tasks SET round = $1, state = 0, need = $2, "
		      "priority = $3, deadline = $4, created = $5, "
		      "pushed = $6, open = $7, reviews = 0, required = $7, "
		      "expires = $8, approval = $9, body = $10, "
		      "finished = NULL, fallback = NULL WHERE id = $11",
		"iiiiiiimott", v->round, need,
		(int64_t)(PRIORITY_URGENT - v->priority), deadline, v->created,
		v->at, v->required, v->expires, v->key, str_of(v->digest),
		v->id) == -1)
		return -1;
	for (size_t i = 0; i < v->nproposer; i++)
		if (bar(s, v->id, v->proposer[i], BARRED_PROPOSED, e) == -1)
			return -1;
	return 0;
}

/* So many more may take it, or fewer. */
static int
open_by(struct store *s, struct str id, int64_t by, struct err *e)
{
	return store_run(s, e,
		   "UPDATE tasks SET open = open + $1 WHERE id = $2", "it", by,
		   id) == -1
		   ? -1
		   : 0;
}

static int
claim(struct store *s, const struct event *v, struct err *e)
{
	if (store_run(s, e,
		"INSERT INTO leases (id, reviewer, claimed, expires, length) "
		"VALUES ($1, $2, $3, $4, $5)",
		"ttiii", v->id, v->by, v->claimed, v->expires,
		v->expires - v->at) == -1 ||
	    open_by(s, v->id, -1, e) == -1)
		return -1;
	/* who had it may come back as long as there is a place */
	return store_run(s, e,
		   "DELETE FROM lapsed WHERE id = $1 AND (reviewer = $2 OR "
		   "(SELECT open FROM tasks WHERE id = $1) <= 0)",
		   "tt", v->id, v->by) == -1
		   ? -1
		   : 0;
}

static int
renew(struct store *s, const struct event *v, struct err *e)
{
	return store_run(s, e,
		   "UPDATE leases SET claimed = $1, expires = $2, "
		   "length = $3 WHERE id = $4 AND reviewer = $5",
		   "iiitt", v->claimed, v->expires, v->expires - v->at, v->id,
		   v->by) == -1
		   ? -1
		   : 0;
}

static int
end_lease(struct store *s, const struct event *v, struct err *e)
{
	if (store_run(s, e,
		"DELETE FROM leases WHERE id = $1 AND reviewer = $2", "tt",
		v->id, v->by) == -1)
		return -1;
	return open_by(s, v->id, 1, e);
}

static int
lapse(struct store *s, const struct event *v, struct err *e)
{
	return store_run(s, e,
		   "INSERT INTO lapsed (id, reviewer, claimed) "
		   "SELECT id, reviewer, claimed FROM leases "
		   "WHERE id = $1 AND reviewer = $2",
		   "tt", v->id, v->by) == -1
		   ? -1
		   : end_lease(s, v, e);
}

static int
decline(struct store *s, const struct event *v, struct err *e)
{
	return end_lease(s, v, e) == -1 ||
		       bar(s, v->id, v->by, BARRED_DECLINED, e) == -1
		   ? -1
		   : 0;
}

static int
escalate(struct store *s, const struct event *v, struct err *e)
{
	int64_t need;

	if (end_leases(s, v->id, e) == -1 ||
	    bar(s, v->id, v->by, BARRED_ESCALATED, e) == -1 ||
	    number_need(s, &v->need, &need, e) == -1)
		return -1;
	return store_run(s, e,
		   "UPDATE tasks SET need = $1, required = $2, "
		   "open = $2 - reviews WHERE id = $3",
		   "iit", need, v->required, v->id) == -1
		   ? -1
		   : 0;
}

/* Nobody needs it any more. */
static int
close_task(struct store *s, const struct event *v, struct err *e)
{
	if (store_run(s, e,
		"UPDATE tasks SET state = $1, open = 0, finished = $2 "
		"WHERE id = $3",
		"iit", (int64_t)v->state, v->at, v->id) == -1)
		return -1;
	return end_leases(s, v->id, e);
}

static int
review(struct store *s, const struct event *v, struct err *e)
{
	if (store_run(s, e,
		"INSERT INTO reviews (id, round, reviewer, outcome, claimed, "
		"at, body) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		"titimit", v->id, v->round, v->by, (int64_t)v->outcome,
		v->claimed, v->at, str_of(v->digest)) == -1 ||
	    store_run(s, e,
		"DELETE FROM leases WHERE id = $1 AND reviewer = $2", "tt",
		v->id, v->by) == -1 ||
	    store_run(s, e,
		"UPDATE tasks SET reviews = reviews + 1 WHERE id = $1", "t",
		v->id) == -1)
		return -1;
	return v->state == TASK_PENDING ? 0 : close_task(s, v, e);
}

static int
withdraw(struct store *s, const struct event *v, struct err *e)
{
	if (store_run(s, e,
		"DELETE FROM reviews WHERE id = $1 AND round = $2 AND "
		"reviewer = $3",
		"tit", v->id, v->round, v->by) == -1)
		return -1;
	return store_run(s, e,
		   "UPDATE tasks SET state = 0, reviews = reviews - 1, "
		   "open = open + 1 + ($1 - required), required = $1, "
		   "finished = NULL WHERE id = $2",
		   "it", v->required, v->id) == -1
		   ? -1
		   : 0;
}

static int
fallback(struct store *s, const struct event *v, struct err *e)
{
	return store_run(s, e, "UPDATE tasks SET fallback = $1 WHERE id = $2",
		   "it", v->at, v->id) == -1
		   ? -1
		   : 0;
}

/* Of what waits, more people may have to decide now; never fewer. */
static int
access_changed(struct store *s, const struct event *v, struct err *e)
{
	if (store_run(s, e, "UPDATE head SET access = $1", "t",
		str_of(v->digest)) == -1)
		return -1;
	return access_raise(s, v->body, e);
}

/* It is the events that are looked at (event_latest()). */
static int
clock_is_right(struct store *s, const struct event *v, struct err *e)
{
	(void)s;
	(void)v;
	(void)e;
	return 0;
}

int64_t
event_latest(const struct event *v, int64_t latest)
{
	return v->kind == EVENT_CLOCK || v->at > latest ? v->at : latest;
}

int
event_apply(struct store *s, const struct event *v, struct err *e)
{
	static int (*const does[EVENT_KINDS])(
	    struct store *, const struct event *, struct err *) = {
		[EVENT_PUSH] = push,
		[EVENT_CLAIM] = claim,
		[EVENT_RENEW] = renew,
		[EVENT_LAPSE] = lapse,
		[EVENT_RELEASE] = end_lease,
		[EVENT_DECLINE] = decline,
		[EVENT_ESCALATE] = escalate,
		[EVENT_REVIEW] = review,
		[EVENT_WITHDRAW] = withdraw,
		[EVENT_EXPIRE] = close_task,
		[EVENT_FALLBACK] = fallback,
		[EVENT_ACCESS] = access_changed,
		[EVENT_CLOCK] = clock_is_right,
	};

	return keep_body(s, v, e) == -1 ? -1 : does[v->kind](s, v, e);
}
