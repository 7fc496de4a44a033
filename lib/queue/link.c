/* One event of a chain (link.h). */
#include <string.h>

#include "base/hash.h"
#include "queue/link.h"

/* Whether the text that goes with an event is of its kind. */
static bool
has_its_body(const struct event *v, struct arena *a)
{
	const struct json *j;
	struct task task;
	struct err e;

	switch (v->kind) {
	case EVENT_PUSH:
		return task_read(&task, v->body, v->at, a, &e) == 0 &&
		       str_eq(task.id, v->id);
	case EVENT_REVIEW:
		j = json_parse(v->body, a, &e);
		return j != NULL && j->value.type == JSON_OBJECT;
	default: return true;
	}
}

const char *
link_fault(const struct link *l, const struct queue_head *head, struct event *v,
    struct arena *a)
{
	const struct json *j, *n, *prev;
	struct err e;
	char digest[65];

	sha256_hex(l->line, digest);
	if (!str_eq(str_of(digest), l->hash))
		return "is not what its hash says";
	if ((j = json_parse(l->line, a, &e)) == NULL ||
	    event_read(v, j, a) == -1)
		return "is no event";
	n = json_get(j, "n");
	prev = json_get(j, "prev");
	if (n == NULL || n->value.type != JSON_NUMBER ||
	    n->number != (double)l->n || l->n != head->n + 1)
		return "is not the next one";
	if (prev == NULL || !str_eq(prev->string, str_of(head->hash)))
		return "does not follow the one before";
	if (v->digest[0] == '\0')
		return NULL;
	sha256_hex(l->body, digest);
	if (!str_eq(str_of(digest), str_of(v->digest)))
		return "has a text that is not what it was";
	v->body = l->body;
	return has_its_body(v, a) ? NULL : "has a text of another kind";
}

void
link_advance(struct queue_head *head, const struct link *l)
{
	head->n = l->n;
	memcpy(head->hash, l->hash.s, l->hash.n);
	head->hash[l->hash.n] = '\0';
}

/* How it stands, as a review finds it. */
struct standing {
	int64_t round, state, reviews, required;
};

static int
find(struct store *s, struct str id, struct standing *x, struct err *e)
{
	struct query *q = store_ask(s, e,
	    "SELECT round, state, reviews, required FROM tasks WHERE id = $1",
	    "t", id);
	int got;

	if (q == NULL || (got = query_next(q, e)) != 1)
		return q == NULL ? -1 : got;
	*x = (struct standing){ query_int(q, 0), query_int(q, 1),
		query_int(q, 2), query_int(q, 3) };
	query_done(q);
	return 1;
}

/* What a review may lead to, of one more than there are. */
static bool
is_outcome(const struct event *v, const struct standing *x)
{
	const bool all = x->reviews + 1 >= x->required;

	switch (v->state) {
	case TASK_PENDING: return !all;
	case TASK_COMPLETED: return all;
	case TASK_APPROVED: return all && v->outcome == OUTCOME_APPROVE;
	case TASK_REJECTED: return v->outcome == OUTCOME_REJECT;
	case TASK_NEEDS_REVISION: return v->outcome == OUTCOME_CORRECT;
	default: return false;
	}
}

/* Whether there is such a row of this task and this person. */
static int
has(struct store *s, const char *sql, const struct event *v, struct err *e)
{
	int64_t n = 0;

	return store_number(s, &n, e, sql, "tt", v->id, v->by) == -1 ? -1
								     : n > 0;
}

static int
review_lawful(struct store *s, const struct event *v, const struct standing *x,
    const char **why, struct err *e)
{
	int leased, barred;
	int64_t before = 0;

	if ((leased = has(s,
		 "SELECT count(*) FROM leases WHERE id = $1 AND reviewer = $2",
		 v, e)) == -1 ||
	    (barred = has(s,
		 "SELECT count(*) FROM barred WHERE id = $1 AND reviewer = $2",
		 v, e)) == -1 ||
	    store_number(s, &before, e,
		"SELECT count(*) FROM reviews WHERE id = $1 AND reviewer = $2 "
		"AND round = $3",
		"tti", v->id, v->by, v->round) == -1)
		return -1;
	if (x->state != TASK_PENDING || x->round != v->round)
		*why = "is a review of what was finished";
	else if (before > 0)
		*why = "is a second review by one person";
	else if (barred)
		*why = "is a review by somebody who may not give it";
	else if (!leased)
		*why = "is a review by somebody who had not claimed it";
	else if (!is_outcome(v, x))
		*why = "does not lead where it says";
	return 0;
}

int
link_lawful(
    struct store *s, const struct event *v, const char **why, struct err *e)
{
	struct standing x = { 0 };
	int got;

	*why = NULL;
	if (v->kind != EVENT_PUSH && v->kind != EVENT_REVIEW)
		return 0;
	if ((got = find(s, v->id, &x, e)) == -1)
		return -1;
	if (v->kind == EVENT_PUSH && v->round != (got == 1 ? x.round + 1 : 1))
		*why = "is not the next round of its task";
	if (v->kind == EVENT_PUSH)
		return 0;
	if (got == 1)
		return review_lawful(s, v, &x, why, e);
	*why = "is a review of no task";
	return 0;
}
