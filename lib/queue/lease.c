/* What is done to tasks that somebody has (lease.h). */
#include <string.h>

#include "queue/lease.h"

void
refuse(struct buf *out, struct str id, struct str reviewer, const char *why)
{
	buf_cstr(out, "{\"id\":");
	buf_json_string(out, id);
	buf_json_text(out, "reviewer", reviewer);
	buf_printf(out, ",\"accepted\":false,\"why\":\"%s\"}\n", why);
}

struct leasing {
	const struct lease_request *request;
	struct buf *out;
	size_t start;
	uint64_t refused;
};

/* What happens, for the one who asks. */
static struct event
event_by(struct queue *q, const struct lease_request *l,
    const struct task_row *row, enum event_kind kind)
{
	struct event v = event_of(kind, row->id, q->now);

	v.round = row->round;
	v.by = l->reviewer;
	v.note = l->note;
	return v;
}

/* By how many people, which never become fewer. */
static int64_t
required(struct queue *q, const struct task_row *row, const struct need *need)
{
	int64_t now = (int64_t)access_required(q->access, need);

	return now > row->required ? now : row->required;
}

/* The tier above, or where else it is to go; *why if it cannot. */
static int
escalate(struct queue *q, const struct lease_request *l,
    const struct task_row *row, const char **why, struct err *e)
{
	struct event v = event_by(q, l, row, EVENT_ESCALATE);
	struct need before;

	if (task_row_need(q, row, &v.need, e) == -1)
		return -1;
	before = v.need;
	if (l->tier == -1 && l->queue.n == 0 && v.need.tier == TIER_EXPERT) {
		*why = "there is no tier above; see --queue and --tier";
		return 0;
	}
	if (l->queue.n > 0)
		v.need.queue = l->queue;
	if (l->tier != -1)
		v.need.tier = l->tier;
	else if (l->queue.n == 0)
		v.need.tier = v.need.tier == -1 ? TIER_EXPERT : v.need.tier + 1;
	if (!access_covers(q->access, &before, &v.need)) {
		*why = "there it would need less authority";
		return 0;
	}
	v.has_need = true;
	v.required = required(q, row, &v.need);
	return queue_happens(q, &v, e);
}

/* Only his own, and while nothing has come of it. */
static int
withdraw(struct queue *q, const struct lease_request *l,
    const struct task_row *row, const char **why, struct err *e)
{
	struct event v = event_by(q, l, row, EVENT_WITHDRAW);
	struct need need = { 0 };
	int64_t n = 0;
	int r = store_number(q->store, &n, e,
	    "SELECT outcome FROM reviews WHERE id = $1 AND round = $2 AND "
	    "reviewer = $3",
	    "tit", row->id, row->round, l->reviewer);

	if (r == -1)
		return -1;
	if (r == 0)
		*why = "he has not reviewed it";
	else if (row->state > TASK_COMPLETED)
		*why = "it is decided, and may have been acted on";
	if (*why != NULL)
		return 0;
	if (task_row_need(q, row, &need, e) == -1)
		return -1;
	v.required = required(q, row, &need);
	return queue_happens(q, &v, e);
}

static int
renew(struct queue *q, const struct lease_request *l,
    const struct task_row *row, struct err *e)
{
	struct event v = event_by(q, l, row, EVENT_RENEW);
	int has;

	v.expires = q->now + l->lease;
	/* when it was claimed tells how long it has taken */
	has = lease_of(q, row->id, l->reviewer, &v.claimed, e);
	if (has == 0) {
		v.kind = EVENT_CLAIM;
		has = lease_lapsed(q, row, l->reviewer, &v.claimed, e);
	}
	return has == -1 ? -1 : queue_happens(q, &v, e);
}

/* Of a lease that has lapsed: *why stays as it is if there is none. */
static int
object_late(struct queue *q, const struct task_row *row, struct str reviewer,
    const char **why, struct err *e)
{
	int64_t claimed;
	int had = lease_lapsed(q, row, reviewer, &claimed, e);

	if (had != 1)
		return had;
	if (task_row_expired(q, row)) {
		*why = "it has expired";
		return 0;
	}
	return lease_barred(q, row, reviewer, why, e);
}

/* Whether he may do that at all; *why if not. */
static int
object(struct queue *q, const struct lease_request *l,
    const struct task_row *row, const char **why, struct err *e)
{
	struct need need = { 0 };
	int64_t claimed;
	int has;

	/* giving back is never wrong */
	if (l->verb != LEASE_RELEASE && l->verb != LEASE_DECLINE) {
		if (task_row_need(q, row, &need, e) == -1)
			return -1;
		if (!access_may(q->access, l->reviewer, &need, NULL, 0, why))
			return 0;
	}
	if (l->verb == LEASE_WITHDRAW)
		return 0;
	if (row->state != TASK_PENDING) {
		*why = "it is finished";
		return 0;
	}
	if ((has = lease_of(q, row->id, l->reviewer, &claimed, e)) != 0)
		return has == -1 ? -1 : 0;
	*why = LEASE_NONE;
	/* nothing is to be given back of a lease that has lapsed */
	return l->verb == LEASE_RENEW || l->verb == LEASE_ESCALATE
		   ? object_late(q, row, l->reviewer, why, e)
		   : 0;
}

static int
do_it(struct queue *q, const struct lease_request *l,
    const struct task_row *row, const char **why, struct err *e)
{
	struct event v;

	if (object(q, l, row, why, e) == -1)
		return -1;
	if (*why != NULL)
		return 0;
	switch (l->verb) {
	case LEASE_ESCALATE: return escalate(q, l, row, why, e);
	case LEASE_WITHDRAW: return withdraw(q, l, row, why, e);
	case LEASE_RENEW: return renew(q, l, row, e);
	default:
		v = event_by(q, l, row,
		    l->verb == LEASE_DECLINE ? EVENT_DECLINE : EVENT_RELEASE);
		return queue_happens(q, &v, e);
	}
}

static void
accept(struct buf *out, const struct task_row *row, struct str reviewer)
{
	buf_cstr(out, "{\"id\":");
	buf_json_string(out, row->id);
	buf_cstr(out, ",\"reviewer\":");
	buf_json_string(out, reviewer);
	buf_printf(out, ",\"accepted\":true,\"state\":\"%s\"}\n",
	    task_state_words[row->state]);
}

static int
each(struct queue *q, struct leasing *x, struct str id, struct err *e)
{
	const struct lease_request *l = x->request;
	const char *why = NULL;
	struct task_row row;
	int r = task_row_of(q, id, true, &row, e);

	if (r == 0)
		why = "there is no such task";
	if (r == -1 || (r == 1 && do_it(q, l, &row, &why, e) == -1))
		return -1;
	if (why != NULL) {
		refuse(x->out, id, l->reviewer, why);
		x->refused++;
		return 0;
	}
	if (task_row_of(q, id, false, &row, e) == -1)
		return -1;
	accept(x->out, &row, l->reviewer);
	return 0;
}

static int
lease(struct queue *q, void *state, struct err *e)
{
	struct leasing *x = state;

	struct str *id = arena_new(&q->scratch, struct str, x->request->nid);

	x->out->n = x->start;
	x->refused = 0;
	memcpy(id, x->request->id, x->request->nid * sizeof(*id));
	if (queue_lock(q, id, x->request->nid, e) == -1)
		return -1;
	for (size_t i = 0; i < x->request->nid; i++)
		if (each(q, x, x->request->id[i], e) == -1)
			return -1;
	return 0;
}

int
queue_lease(struct queue *q, const struct lease_request *request,
    struct buf *out, uint64_t *refused, struct err *e)
{
	struct leasing x = { .request = request, .out = out, .start = out->n };

	if (queue_change(q, lease, &x, e) == -1) {
		out->n = x.start;
		return -1;
	}
	*refused = x.refused;
	return 0;
}
