/* A reviewer at work (session.h). */
#include <stdlib.h>

#include "queue/decide.h"
#include "queue/session.h"

struct session {
	struct queue *queue;
	struct session_options options;
	struct arena names; /* of what is remembered */
	struct str *skipped; /* [nskipped] ids */
	size_t nskipped, skipped_cap;
	struct str last; /* that he decided on; n == 0: none */
	uint64_t done;
	/* his task */
	struct arena arena;
	const struct json *task; /* NULL: none */
	struct str id;
	int64_t round; /* that he sees */
	int64_t ends;
	int64_t ahead; /* the queue's clock, which may be a server's, of ours */
};

struct session *
session_new(struct queue *q, const struct session_options *options)
{
	struct session *s = alloc_zeros(1, sizeof(*s));

	s->queue = q;
	s->options = *options;
	s->ends = TIMESTAMP_NONE;
	return s;
}

static void
forget_task(struct session *s)
{
	s->task = NULL;
	s->id = (struct str){ 0 };
	s->ends = TIMESTAMP_NONE;
}

int
session_end(struct session *s, struct err *e)
{
	const char *why;
	int bad = 0;

	if (s->task != NULL &&
	    session_give_back(s, LEASE_RELEASE, STR(""), &why, e) == -1)
		bad = -1;
	arena_release(&s->arena);
	arena_release(&s->names);
	free(s->skipped);
	free(s);
	return bad;
}

const struct json *
session_task(const struct session *s)
{
	return s->task;
}

struct str
session_id(const struct session *s)
{
	return s->id;
}

int64_t
session_lease_ends(const struct session *s)
{
	return s->ends;
}

uint64_t
session_done(const struct session *s)
{
	return s->done;
}

int64_t
session_now(const struct session *s)
{
	return s->queue->fixed_now != TIMESTAMP_NONE
		   ? s->queue->fixed_now
		   : timestamp_now() + s->ahead;
}

/* Takes over the task that a claim has brought. */
static int
take(struct session *s, struct str line, struct err *e)
{
	const struct json *id;

	arena_reset(&s->arena);
	s->task = json_parse(str_trim(line), &s->arena, e);
	if (s->task == NULL)
		return -1;
	id = json_get(s->task, "case_id");
	s->id = value_name(&id->value, &s->arena);
	s->round =
	    (int64_t)json_get_number(json_get(s->task, TASK_STATUS), "round");
	s->ends = s->queue->now + s->options.lease;
	s->ahead = s->queue->now - timestamp_now();
	return 1;
}

static int
claim(struct session *s, const struct str *id, struct err *e)
{
	const struct session_options *o = &s->options;
	struct claim_request c = { .reviewer = o->reviewer,
		.skill = o->skill,
		.nskill = o->nskill,
		.queue = o->queue,
		.nqueue = o->nqueue,
		.kind = o->kind,
		.id = id,
		.nid = id == NULL ? 0 : 1,
		.except = s->skipped,
		.nexcept = s->nskipped,
		.n = 1,
		.lease = o->lease };
	struct buf line = { 0 };
	uint64_t n, refused;
	int got = queue_claim(s->queue, &c, &line, &n, &refused, e);

	if (got == 0 && n > 0)
		got = take(s, buf_view(&line), e);
	buf_release(&line);
	return got;
}

int
session_next(struct session *s, struct err *e)
{
	return s->task != NULL ? 1 : claim(s, NULL, e);
}

/* Why the queue has refused, out of its line. */
static const char *
reason_of(struct session *s, struct str line)
{
	struct err e;
	const struct json *why =
	    json_get(json_parse(str_trim(line), &s->names, &e), "why");

	return why == NULL ? "it was refused"
			   : arena_cstr(&s->names, why->string);
}

int
session_decide(struct session *s, enum outcome outcome,
    const struct session_words *words, const char **why, struct err *e)
{
	struct decider *d = decider_new(s->queue,
	    &(struct decide_request){ .reviewer = s->options.reviewer });
	struct review w = { .id = s->id,
		.round = s->round,
		.outcome = outcome,
		.correct = -1,
		.used = -1,
		.claimed_at = TIMESTAMP_NONE,
		.reviewed_at = TIMESTAMP_NONE };
	struct buf line = { 0 };
	int done = -1;

	for (int i = 0; i < REVIEW_TEXTS; i++)
		w.text[i] = words->text[i];
	if (decider_add(d, &w, e) == 0 && decider_run(d, &line, e) == 0)
		done = decider_totals(d).accepted > 0;
	if (done == 0)
		*why = reason_of(s, buf_view(&line));
	if (done == 1) {
		s->last = arena_str(&s->names, s->id);
		s->done++;
		forget_task(s);
	}
	decider_free(d);
	buf_release(&line);
	return done;
}

static int
do_to(struct session *s, enum lease_verb verb, struct str id, struct str note,
    const char **why, struct err *e)
{
	struct lease_request l = { .verb = verb,
		.reviewer = s->options.reviewer,
		.note = note,
		.id = &id,
		.nid = 1,
		.lease = s->options.lease,
		.tier = -1 };
	struct buf line = { 0 };
	uint64_t refused = 0;
	int done = queue_lease(s->queue, &l, &line, &refused, e);

	if (done == 0 && refused > 0)
		*why = reason_of(s, buf_view(&line));
	buf_release(&line);
	return done == -1 ? -1 : refused == 0;
}

int
session_give_back(struct session *s, enum lease_verb verb, struct str note,
    const char **why, struct err *e)
{
	int done = do_to(s, verb, s->id, note, why, e);

	if (done == 1)
		forget_task(s);
	return done;
}

int
session_skip(struct session *s, const char **why, struct err *e)
{
	VEC_ROOM(s->skipped, s->nskipped, s->skipped_cap);
	s->skipped[s->nskipped++] = arena_str(&s->names, s->id);
	if (session_give_back(s, LEASE_RELEASE, STR(""), why, e) == -1)
		return -1;
	forget_task(s); /* also if it was not his any more */
	return 1;
}

int
session_undo(struct session *s, const char **why, struct err *e)
{
	struct str last = s->last;
	int done;

	*why = "there is nothing to take back";
	if (last.n == 0)
		return 0;
	if ((done = do_to(s, LEASE_WITHDRAW, last, STR(""), why, e)) != 1)
		return done;
	s->last.n = 0;
	s->done--;
	if (s->task != NULL &&
	    session_give_back(s, LEASE_RELEASE, STR(""), why, e) == -1)
		return -1;
	*why = "it is taken back; another has the task now";
	return claim(s, &last, e);
}

int
session_keep(struct session *s, struct err *e)
{
	const char *why;
	int done;

	if (s->task == NULL || s->ends - session_now(s) > s->options.lease / 2)
		return 0;
	done = do_to(s, LEASE_RENEW, s->id, STR(""), &why, e);
	if (done == 1)
		s->ends = s->queue->now + s->options.lease;
	return done == -1 ? -1 : 0;
}

/* What is looked at for the list. */
struct looking {
	struct session *session;
	struct session_list *list;
};

/* For struct task_filter. */
static bool
may_take(void *session, struct queue *q, const struct need *need)
{
	static const struct str none = { 0 };
	const struct session *s = session;
	const struct session_options *o = &s->options;

	return access_may(q->access, o->reviewer, need,
	    o->skill == NULL ? &none : o->skill, o->nskill, NULL);
}

static void
add_row(struct session_list *list, const struct task_row *row,
    const struct need *need, bool mine)
{
	struct session_row *r;
	size_t n = row->id.n < sizeof(r->id) ? row->id.n : sizeof(r->id) - 1;

	if (list->n == SESSION_LIST)
		return;
	r = &list->row[list->n++];
	memcpy(r->id, row->id.s, n);
	r->id[n] = '\0';
	r->priority = row->priority;
	r->risk = (int)need->risk;
	r->deadline = row->deadline;
	r->mine = mine;
}

/* His own first. */
static int
add_own(struct queue *q, struct session *s, struct session_list *list,
    struct err *e)
{
	struct task_row row;
	struct need need = { 0 };
	int got = s->task == NULL ? 0 : task_row_of(q, s->id, false, &row, e);

	if (got != 1)
		return got;
	if (task_row_need(q, &row, &need, e) == -1)
		return -1;
	add_row(list, &row, &need, true);
	return 0;
}

static int
look(struct queue *q, void *state, struct err *e)
{
	enum { MOST = SESSION_LIST * 8 };
	struct looking *x = state;
	struct session *s = x->session;
	const struct task_filter f = { .states = 1 << TASK_PENDING,
		.kind = s->options.kind,
		.risk = -1,
		.queue = s->options.queue,
		.nqueue = s->options.nqueue,
		.may = may_take,
		.arg = s };
	struct task_row *row = arena_new(&q->scratch, struct task_row, MOST);
	struct task_place place = { 0 };
	size_t n;

	x->list->n = 0;
	x->list->waiting = 0;
	if (add_own(q, s, x->list, e) == -1 ||
	    task_list(q, &f, &place, &q->scratch, row, MOST, &n, e) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct need need = { 0 };
		if (row[i].open == 0 ||
		    (s->task != NULL && str_eq(row[i].id, s->id)))
			continue;
		if (task_row_need(q, &row[i], &need, e) == -1)
			return -1;
		add_row(x->list, &row[i], &need, false);
		x->list->waiting++;
	}
	return 0;
}

int
session_look(struct session *s, struct session_list *list, struct err *e)
{
	struct looking x = { s, list };

	return queue_look(s->queue, look, &x, e);
}
