/* Who gets which task (lease.h). */
#include "queue/lease.h"
#include "queue/needs.h"

int
lease_of(struct queue *q, struct str id, struct str reviewer, int64_t *claimed,
    struct err *e)
{
	return store_number(q->store, claimed, e,
	    "SELECT claimed FROM leases WHERE id = $1 AND reviewer = $2", "tt",
	    id, reviewer);
}

int
lease_take(struct queue *q, const struct task_row *row, struct str reviewer,
    int64_t claimed, int64_t until, struct err *e)
{
	struct event v = event_of(EVENT_CLAIM, row->id, q->now);

	v.round = row->round;
	v.by = reviewer;
	v.claimed = claimed;
	v.expires = until;
	return queue_happens(q, &v, e);
}

int
lease_lapsed(struct queue *q, const struct task_row *row, struct str reviewer,
    int64_t *claimed, struct err *e)
{
	int r = store_number(q->store, claimed, e,
	    "SELECT claimed FROM lapsed WHERE id = $1 AND reviewer = $2", "tt",
	    row->id, reviewer);

	/* the clock may have been set back since */
	if (r == 1 && *claimed > q->now)
		*claimed = q->now;
	return r == 1 ? row->open > 0 : r;
}

_Static_assert(OUTCOME_CORRECT == 2, "as in the questions");

enum { SWEEP_MOST = 1000 }; /* the others next time */

struct ended {
	struct str id, reviewer;
	int64_t round, claimed, length;
};

/* Those that have ended; or that seem to be claimed in the future. */
static struct query *
ask_ended(struct queue *q, bool future, struct err *e)
{
	static const char *const sql[] = {
		"SELECT leases.id, leases.reviewer, tasks.round, "
		"leases.claimed, leases.length FROM leases "
		"JOIN tasks ON tasks.id = leases.id WHERE leases.expires <= $1 "
		"ORDER BY leases.id, leases.reviewer LIMIT $2" SKIP,
		"SELECT leases.id, leases.reviewer, tasks.round, "
		"leases.claimed, leases.length FROM leases "
		"JOIN tasks ON tasks.id = leases.id WHERE "
		"leases.expires - leases.length > $1 "
		"ORDER BY leases.id, leases.reviewer LIMIT $2" SKIP,
	};

	return store_ask(
	    q->store, e, sql[future], "ii", q->now, (int64_t)SWEEP_MOST);
}

static int
find_ended(struct queue *q, bool future, struct ended **found, size_t *n,
    struct err *e)
{
	struct query *r = ask_ended(q, future, e);
	int got;

	*n = 0;
	*found = NULL;
	if (r == NULL)
		return -1;
	while ((got = query_next(r, e)) == 1) {
		if (*n == 0)
			*found =
			    arena_new(&q->scratch, struct ended, SWEEP_MOST);
		(*found)[(*n)++] = (struct ended){
			.id = arena_str(&q->scratch, query_text(r, 0)),
			.reviewer = arena_str(&q->scratch, query_text(r, 1)),
			.round = query_int(r, 2),
			.claimed = query_int(r, 3),
			.length = query_int(r, 4),
		};
	}
	return got;
}

/* How many there were, SWEEP_MOST at most; -1 with *e. */
static int
sweep(struct queue *q, bool future, struct err *e)
{
	struct ended *found;
	size_t n;

	if (find_ended(q, future, &found, &n, e) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct event v = event_of(
		    future ? EVENT_RENEW : EVENT_LAPSE, found[i].id, q->now);
		v.round = found[i].round;
		v.by = found[i].reviewer;
		if (future) {
			v.claimed = found[i].claimed < q->now ? found[i].claimed
							      : q->now;
			v.expires = q->now + found[i].length;
		}
		if (queue_happens(q, &v, e) == -1)
			return -1;
	}
	return (int)n;
}

int
lease_sweep(struct queue *q, struct err *e)
{
	int got;

	/* the future is there only when the clock has been set back */
	do {
		got = q->now < q->latest ? sweep(q, true, e) : 0;
	} while (got == SWEEP_MOST);
	if (got == -1)
		return -1;
	do {
		got = sweep(q, false, e);
	} while (got == SWEEP_MOST);
	return got == -1 ? -1 : 0;
}

int
lease_free(struct queue *q, struct task_row *row, struct err *e)
{
	struct event v = event_of(EVENT_LAPSE, row->id, q->now);
	struct query *r;
	int got;

	v.round = row->round;
	do {
		r = store_ask(q->store, e,
		    "SELECT reviewer FROM leases WHERE id = $1 AND "
		    "expires <= $2 ORDER BY reviewer LIMIT 1",
		    "ti", row->id, q->now);
		if (r == NULL || (got = query_next(r, e)) == -1)
			return -1;
		if (got == 1) {
			v.by = arena_str(&q->scratch, query_text(r, 0));
			query_done(r);
			if (queue_happens(q, &v, e) == -1)
				return -1;
			row->open++;
		}
	} while (got == 1);
	return 0;
}

static bool
is_in_queue(const struct claim_request *c, const struct need *need)
{
	for (size_t i = 0; i < c->nqueue; i++)
		if (str_eq(c->queue[i], need->queue))
			return true;
	return c->nqueue == 0;
}

static bool
may_take(struct queue *q, const struct claim_request *c,
    const struct need *need, const char **why)
{
	static const struct str none = { 0 };

	*why = "not of that queue or kind";
	return is_in_queue(c, need) &&
	       (c->kind == -1 || c->kind == (int)need->kind) &&
	       access_may(q->access, c->reviewer, need,
		   c->skill == NULL ? &none : c->skill, c->nskill, why);
}

/* The needs that he meets. */
struct meeting {
	struct queue *queue;
	const struct claim_request *request;
	struct buf list;
};

static void
add_met(void *arg, int64_t number, const struct need *need)
{
	struct meeting *x = arg;
	const char *why;

	if (may_take(x->queue, x->request, need, &why))
		needs_add(&x->list, number);
}

static bool
is_excepted(const struct claim_request *c, struct str id)
{
	for (size_t i = 0; i < c->nexcept; i++)
		if (str_eq(c->except[i], id))
			return true;
	return false;
}

/*
 * The ids he gets, in their order.  The text of the question has the needs in
 * it, which are our own numbers, that the index is gone along once.
 */
static int
find_next(struct queue *q, const struct claim_request *c,
    const struct buf *needs, struct str **id, size_t *n, struct err *e)
{
	struct buf sql = { 0 };
	struct query *r;
	int got = 0;

	buf_cstr(&sql, "SELECT id FROM tasks WHERE open > 0 AND need IN (");
	buf_str(&sql, buf_view(needs));
	buf_cstr(&sql,
	    ") AND NOT EXISTS (SELECT 1 FROM leases WHERE leases.id = "
	    "tasks.id AND leases.reviewer = $1) AND NOT EXISTS (SELECT 1 "
	    "FROM barred WHERE barred.id = tasks.id AND barred.reviewer = $1) "
	    "AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.id = tasks.id "
	    "AND reviews.reviewer = $1 AND (reviews.round = tasks.round OR "
	    "reviews.outcome = 2)) "
	    "AND (expires IS NULL OR expires > $2) "
	    "ORDER BY priority, deadline, created, id LIMIT $3" SKIP);
	buf_char(&sql, '\0');
	r = store_ask(q->store, e, sql.s, "tii", c->reviewer, queue_latest(q),
	    (int64_t)(c->n + c->nexcept));
	buf_release(&sql);
	*n = 0;
	*id = arena_new(&q->scratch, struct str, c->n);
	if (r == NULL)
		return -1;
	while (*n < c->n && (got = query_next(r, e)) == 1)
		if (!is_excepted(c, query_text(r, 0)))
			(*id)[(*n)++] =
			    arena_str(&q->scratch, query_text(r, 0));
	query_done(r);
	return got == -1 ? -1 : 0;
}

/* 1 it is his; 0 he may not have it after all; -1 with *e. */
static int
give(struct queue *q, const struct claim_request *c, struct str id,
    struct buf *out, struct err *e)
{
	struct task_row row;
	int64_t claimed;
	const char *why;
	int has;

	/* what was so when it was found may not be so when it is locked */
	if (task_row_must(q, id, &row, e) == -1 ||
	    lease_barred(q, &row, c->reviewer, &why, e) == -1 ||
	    (has = lease_of(q, id, c->reviewer, &claimed, e)) == -1)
		return -1;
	if (why != NULL || has == 1 || row.open <= 0)
		return 0;
	if (lease_take(q, &row, c->reviewer, q->now, q->now + c->lease, e) ==
		-1 ||
	    task_write(q, &row, c->reviewer, out, e) == -1)
		return -1;
	buf_char(out, '\n');
	return 1;
}

int
lease_barred(struct queue *q, const struct task_row *row, struct str reviewer,
    const char **why, struct err *e)
{
	int64_t reason = 0, round = 0;
	int r = store_number(q->store, &reason, e,
	    "SELECT why FROM barred WHERE id = $1 AND reviewer = $2", "tt",
	    row->id, reviewer);

	*why = NULL;
	if (r == 1)
		*why = reason == BARRED_PROPOSED   ? "he has proposed it"
		       : reason == BARRED_DECLINED ? "he has declined it"
						   : "he has escalated it";
	if (r != 0)
		return r == -1 ? -1 : 0;
	r = store_number(q->store, &round, e,
	    "SELECT round FROM reviews WHERE id = $1 AND reviewer = $2 AND "
	    "(round = $3 OR outcome = 2) ORDER BY round DESC LIMIT 1",
	    "tti", row->id, reviewer, row->round);
	if (r == 1)
		*why = round == row->round
			   ? "he has reviewed it"
			   : "he has corrected what was proposed before";
	return r == -1 ? -1 : 0;
}

/* Why he may not have one he has asked for by name; *why NULL: he may. */
static int
object(struct queue *q, const struct claim_request *c,
    const struct task_row *row, const char **why, struct err *e)
{
	struct need need = { 0 };
	int64_t claimed;
	int r;

	if (row->state != TASK_PENDING) {
		*why = "it is finished";
		return 0;
	}
	if (task_row_expired(q, row)) {
		*why = "it has expired";
		return 0;
	}
	if (task_row_need(q, row, &need, e) == -1)
		return -1;
	if (!may_take(q, c, &need, why))
		return 0;
	if ((r = lease_of(q, row->id, c->reviewer, &claimed, e)) == 1)
		*why = "he has it already";
	else if (r == 0 &&
		 (r = lease_barred(q, row, c->reviewer, why, e)) == 0 &&
		 *why == NULL && row->open == 0)
		*why = "others have it";
	return r == -1 ? -1 : 0;
}

static int
claim_named(struct queue *q, const struct claim_request *c, struct buf *out,
    uint64_t *n, uint64_t *refused, struct err *e)
{
	for (size_t i = 0; i < c->nid; i++) {
		const char *why = "there is no such task";
		struct task_row row;
		int r = task_row_of(q, c->id[i], true, &row, e);
		if (r == -1 || (r == 1 && object(q, c, &row, &why, e) == -1))
			return -1;
		if (why != NULL) {
			refuse(out, c->id[i], c->reviewer, why);
			++*refused;
			continue;
		}
		if ((r = give(q, c, c->id[i], out, e)) == -1)
			return -1;
		*n += (uint64_t)r;
	}
	return 0;
}

static int
claim_next(struct queue *q, const struct claim_request *c, struct buf *out,
    uint64_t *n, struct err *e)
{
	struct meeting needs = { .queue = q, .request = c };
	struct str *id = NULL;
	size_t found = 0;
	int bad = needs_each(q->store, &q->scratch, add_met, &needs, e);

	if (bad == 0 && needs.list.n > 0)
		bad = find_next(q, c, &needs.list, &id, &found, e);
	buf_release(&needs.list);
	for (size_t i = 0; bad == 0 && i < found; i++) {
		int given = give(q, c, id[i], out, e);
		if (given == -1)
			bad = -1;
		else
			*n += (uint64_t)given;
	}
	/* all of them went to him elsewhere meanwhile: others may be free */
	if (bad == 0 && found > 0 && *n == 0)
		return store_meet_another(q->store, e);
	return bad;
}

struct claiming {
	const struct claim_request *request;
	struct buf *out;
	size_t start;
	uint64_t n, refused;
};

static int
claim(struct queue *q, void *state, struct err *e)
{
	struct claiming *x = state;

	/* this may not be the first attempt */
	x->out->n = x->start;
	x->n = x->refused = 0;
	if (lease_sweep(q, e) == -1)
		return -1;
	return x->request->nid > 0
		   ? claim_named(q, x->request, x->out, &x->n, &x->refused, e)
		   : claim_next(q, x->request, x->out, &x->n, e);
}

int
queue_claim(struct queue *q, const struct claim_request *request,
    struct buf *out, uint64_t *n, uint64_t *refused, struct err *e)
{
	struct claiming x = { .request = request, .out = out, .start = out->n };

	if (queue_change(q, claim, &x, e) == -1) {
		out->n = x.start;
		return -1;
	}
	*n = x.n;
	*refused = x.refused;
	return 0;
}
