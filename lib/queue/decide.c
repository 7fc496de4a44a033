/* What reviewers decide (decide.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "queue/decide.h"
#include "record/json_meaning.h"
#include "record/json_scan.h"
#include "record/number.h"
#include "stats/edit_distance.h"

struct decider {
	struct queue *queue;
	struct decide_request request;
	struct buf packed; /* reviews, one behind the other */
	size_t *end; /* [n] of each */
	size_t n, cap;
	struct decide_totals totals, attempt;
	struct buf *out;
	size_t start;
};

struct decider *
decider_new(struct queue *q, const struct decide_request *request)
{
	struct decider *d = alloc_zeros(1, sizeof(*d));

	d->queue = q;
	d->request = *request;
	return d;
}

void
decider_free(struct decider *d)
{
	if (d == NULL)
		return;
	buf_release(&d->packed);
	free(d->end);
	free(d);
}

int
decider_add(struct decider *d, const struct review *given, struct err *e)
{
	struct review w = *given;
	const char *wrong;

	if (w.is_use)
		return err_set(e, STATUS_REJECTED,
		    "outcome: is not there; `used' is for hitl-feedback");
	if (w.reviewer.n == 0)
		w.reviewer = d->request.reviewer;
	else if (d->request.reviewer.n > 0 &&
		 !str_eq(w.reviewer, d->request.reviewer))
		return err_set(e, STATUS_REJECTED,
		    "reviewer: is another than that of --reviewer");
	if (w.reviewer.n == 0)
		return err_set(e, STATUS_REJECTED,
		    "reviewer: is not there; see --reviewer");
	if (w.round == -1)
		return err_set(
		    e, STATUS_REJECTED, "round: is no number of a round");
	if ((wrong = name_fault(w.id)) != NULL)
		return err_set(e, STATUS_REJECTED, "id: %s", wrong);
	if ((wrong = person_fault(w.reviewer)) != NULL)
		return err_set(e, STATUS_REJECTED, "reviewer: %s", wrong);
	review_pack(&w, &d->packed);
	VEC_ROOM(d->end, d->n, d->cap);
	d->end[d->n++] = d->packed.n;
	return 0;
}

struct decide_totals
decider_totals(const struct decider *d)
{
	return d->totals;
}

/* Between draft and correction; 0 for what was approved, NAN unknown. */
static int
distance(struct queue *q, const struct task_row *row, const struct review *w,
    double *x, struct err *e)
{
	const struct json *draft;
	struct str text, correction, model;

	*x = w->outcome == OUTCOME_APPROVE ? 0 : NAN;
	if (w->text[REVIEW_CORRECTION].n == 0)
		return 0;
	*x = NAN;
	if (queue_body(q, row->digest, &text, e) == -1)
		return -1;
	draft = json_get(json_parse(text, &q->scratch, e), "model_draft");
	if (draft == NULL || value_is_null(&draft->value))
		return 0;
	model = value_name(&draft->value, &q->scratch);
	correction = review_string(w, REVIEW_CORRECTION, &q->scratch);
	*x = edit_distance_normalised(
	    model.s, model.n, correction.s, correction.n);
	return 0;
}

/* The review as it is kept, and exported. */
static struct str
write_body(struct queue *q, const struct review *w, int64_t claimed,
    int64_t reviewed, double distance)
{
	struct buf out = { 0 };
	struct str text;

	if (claimed > reviewed)
		claimed = TIMESTAMP_NONE; /* he had reviewed it before */
	buf_cstr(&out, "{\"id\":");
	buf_json_string(&out, w->id);
	buf_cstr(&out, ",\"reviewer\":");
	buf_json_string(&out, w->reviewer);
	buf_printf(&out, ",\"outcome\":\"%s\"", outcome_word(w->outcome));
	if (w->correct != -1)
		buf_printf(&out, ",\"correct\":%s",
		    w->correct == 1 ? "true" : "false");
	for (int i = 0; i < REVIEW_TEXTS; i++) {
		if (w->text[i].n == 0)
			continue;
		buf_printf(&out, ",\"%s\":", review_text_words[i]);
		buf_json_line(&out, w->text[i]);
	}
	timestamp_member(&out, "claimed_at", claimed);
	timestamp_member(&out, "reviewed_at", reviewed);
	buf_json_member(&out, "edit_distance", distance);
	buf_char(&out, '}');
	text = arena_str(&q->scratch, buf_view(&out));
	buf_release(&out);
	return text;
}

static int64_t
reviewed_at(const struct review *w, int64_t otherwise)
{
	return w->reviewed_at != TIMESTAMP_NONE ? w->reviewed_at : otherwise;
}

/* What is looked at to decide by one review. */
struct deciding {
	struct queue *queue;
	struct decider *decider;
	const struct review *review;
	struct task_row row;
	struct need need;
	double distance;
	const char *why; /* it is refused; NULL: it is not */
	bool again; /* it was there already */
	enum task_state state; /* that comes of it */
};

/* The distance in a body; without a tree, for bodies may be long. */
static double
kept_distance(struct str body, struct arena *a)
{
	struct json_error unused;
	struct fields f;
	struct value *slot;
	char *text = arena_new(a, char, body.n + 1 + JSON_PADDING);
	uint32_t node;
	double x = NAN;

	fields_init(&f, a);
	node = fields_add_key(&f, 0, STR("edit_distance"));
	slot = arena_new(a, struct value, f.n);
	memcpy(text, body.s, body.n);
	if (json_scan(&f, (struct str){ text, body.n }, slot, &unused) == 0)
		x = value_number(&slot[node]);
	fields_release(&f);
	return x;
}

/* Whether the body of a review says the same as this one now; -1 with *e. */
static int
says_same(struct deciding *x, struct str digest, int64_t claimed,
    int64_t reviewed, struct err *e)
{
	struct queue *q = x->queue;
	struct str text, body;

	if (queue_body(q, digest, &text, e) == -1)
		return -1;
	/* of the text that was there first, which may be spelled otherwise */
	x->distance = kept_distance(text, &q->scratch);
	body = write_body(q, x->review, claimed, reviewed, x->distance);
	return str_eq(
	    json_meaning(body, &q->scratch), json_meaning(text, &q->scratch));
}

/* The same review came before: 1; -1 with *e. */
static int
is_again(struct deciding *x, struct err *e)
{
	struct query *r = store_ask(x->queue->store, e,
	    "SELECT claimed, at, body FROM reviews WHERE id = $1 AND "
	    "round = $2 AND reviewer = $3",
	    "tit", x->row.id, x->row.round, x->review->reviewer);
	int64_t claimed, reviewed;
	struct str digest;
	int got;

	if (r == NULL || (got = query_next(r, e)) != 1)
		return r == NULL ? -1 : got;
	claimed = query_moment(r, 0);
	reviewed = reviewed_at(x->review, query_int(r, 1));
	digest = arena_str(&x->queue->scratch, query_text(r, 2));
	query_done(r);
	if ((got = says_same(x, digest, claimed, reviewed, e)) == -1)
		return -1;
	x->again = got == 1;
	if (!x->again)
		x->why = "he has reviewed it";
	return 1;
}

/* He has it, or had it and nobody else has; or takes it, if he may. */
static int
check_lease(struct deciding *x, int64_t *claimed, struct err *e)
{
	struct queue *q = x->queue;
	struct str who = x->review->reviewer;
	int r = lease_of(q, x->row.id, who, claimed, e);

	if (r == -1 || lease_barred(q, &x->row, who, &x->why, e) == -1)
		return -1;
	if (r == 1 || x->why != NULL)
		return 0;
	if ((r = lease_lapsed(q, &x->row, who, claimed, e)) == -1)
		return -1;
	if (r == 0 && !x->decider->request.claim) {
		x->why = LEASE_NONE;
		return 0;
	}
	if (r == 0)
		*claimed = q->now;
	if (x->row.open <= 0 && lease_free(q, &x->row, e) == -1)
		return -1;
	if (x->row.open <= 0)
		x->why = "others have it";
	return x->why != NULL
		   ? 0
		   : lease_take(q, &x->row, who, *claimed, q->now, e);
}

/* Why it does not count; x->why stays NULL when it does. */
static int
object(struct deciding *x, int64_t *claimed, struct err *e)
{
	struct queue *q = x->queue;

	if (x->row.state != TASK_PENDING)
		x->why = x->row.state == TASK_EXPIRED ? "it has expired"
						      : "it is finished";
	else if (task_row_expired(q, &x->row))
		x->why = queue_clock_is_behind(q)
			     ? "it has expired by a clock that was ahead; "
			       "see hitl-queue clock"
			     : "it has expired";
	else if (access_may(q->access, x->review->reviewer, &x->need, NULL, 0,
		     &x->why))
		return check_lease(x, claimed, e);
	return 0;
}

static enum task_state
state_after(const struct deciding *x)
{
	const bool all = x->row.reviews + 1 >= x->row.required;

	if (x->need.kind != TASK_APPROVAL)
		return all ? TASK_COMPLETED : TASK_PENDING;
	switch (x->review->outcome) {
	case OUTCOME_REJECT: return TASK_REJECTED;
	case OUTCOME_CORRECT: return TASK_NEEDS_REVISION;
	default: return all ? TASK_APPROVED : TASK_PENDING;
	}
}

static int
happen(struct deciding *x, int64_t claimed, struct err *e)
{
	struct queue *q = x->queue;
	struct event v = event_of(EVENT_REVIEW, x->row.id, q->now);

	v.round = x->row.round;
	v.by = x->review->reviewer;
	v.outcome = (int)x->review->outcome;
	v.state = (int)x->state;
	/* the clock may have been set back since */
	v.claimed = claimed < q->now ? claimed : q->now;
	event_body(&v, write_body(q, x->review, v.claimed,
			   reviewed_at(x->review, q->now), x->distance));
	return queue_happens(q, &v, e);
}

static void
accept(const struct deciding *x, struct buf *out)
{
	const struct review *w = x->review;
	int64_t reviews = x->row.reviews + (x->again ? 0 : 1);

	buf_cstr(out, "{\"id\":");
	buf_json_string(out, w->id);
	buf_cstr(out, ",\"reviewer\":");
	buf_json_string(out, w->reviewer);
	buf_printf(out,
	    ",\"accepted\":true,\"outcome\":\"%s\",\"state\":\"%s\"",
	    outcome_word(w->outcome), task_state_words[x->state]);
	buf_json_count(out, "reviews", (uint64_t)reviews);
	buf_json_count(out, "reviews_required", (uint64_t)x->row.required);
	buf_json_member(out, "edit_distance", x->distance);
	buf_cstr(out, "}\n");
}

/*
 * Decides by a review of a task there is; x->why if it is refused.  What he
 * saw in another round is not what he would decide on now.
 */
static int
decide(struct deciding *x, struct err *e)
{
	int64_t claimed = 0;
	int r;

	if (x->review->round != 0 && x->review->round != x->row.round) {
		x->why = "it has come again since, and may be another";
		return 0;
	}
	if (task_row_need(x->queue, &x->row, &x->need, e) == -1 ||
	    distance(x->queue, &x->row, x->review, &x->distance, e) == -1 ||
	    (r = is_again(x, e)) == -1)
		return -1;
	x->state = x->row.state;
	if (r == 1)
		return 0;
	if (object(x, &claimed, e) == -1)
		return -1;
	if (x->why != NULL)
		return 0;
	x->state = state_after(x);
	return happen(x, claimed, e);
}

static int
each(struct queue *q, struct decider *d, const struct review *w, struct err *e)
{
	struct deciding x = { .queue = q, .decider = d, .review = w };
	int r = task_row_of(q, w->id, true, &x.row, e);

	if (r == 0)
		x.why = "there is no such task";
	if (r == -1 || (r == 1 && decide(&x, e) == -1))
		return -1;
	if (x.why != NULL) {
		refuse(d->out, w->id, w->reviewer, x.why);
		d->attempt.refused++;
	} else {
		accept(&x, d->out);
		d->attempt.accepted++;
	}
	return 0;
}

static int
lock_all(struct queue *q, const struct decider *d, struct err *e)
{
	struct str *id = arena_new(&q->scratch, struct str, d->n);
	size_t at = 0;

	for (size_t i = 0; i < d->n; i++) {
		struct review w;
		review_unpack(
		    &w, (struct str){ d->packed.s + at, d->end[i] - at });
		at = d->end[i];
		id[i] = w.id;
	}
	return queue_lock(q, id, d->n, e);
}

static int
run(struct queue *q, void *decider, struct err *e)
{
	struct decider *d = decider;
	size_t at = 0;

	d->out->n = d->start;
	d->attempt = d->totals;
	if (lock_all(q, d, e) == -1)
		return -1;
	for (size_t i = 0; i < d->n; i++) {
		struct review w;
		review_unpack(
		    &w, (struct str){ d->packed.s + at, d->end[i] - at });
		at = d->end[i];
		if (each(q, d, &w, e) == -1)
			return -1;
	}
	return 0;
}

int
decider_run(struct decider *d, struct buf *out, struct err *e)
{
	int status = 0;

	d->out = out;
	d->start = out->n;
	if (d->n > 0 && queue_change(d->queue, run, d, e) == -1) {
		out->n = d->start;
		status = -1;
	} else if (d->n > 0) {
		d->totals = d->attempt;
	}
	d->n = 0;
	buf_clear(&d->packed);
	return status;
}
