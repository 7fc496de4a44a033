/* Tasks as a queue gives them out (view.h). */
#include "queue/needs.h"
#include "queue/schema.h"
#include "queue/view.h"
#include "record/splice.h"

#define COLUMNS                                                                \
	"id, round, state, need, priority, deadline, created, pushed, open, "  \
	"reviews, required, expires, finished, fallback, approval, body"

static void
read_row(struct query *q, struct task_row *row, struct arena *a)
{
	*row = (struct task_row){ .id = arena_str(a, query_text(q, 0)),
		.round = query_int(q, 1),
		.state = (enum task_state)query_int(q, 2),
		.need = query_int(q, 3),
		.priority = PRIORITY_URGENT - (int)query_int(q, 4),
		.deadline = query_int(q, 5),
		.created = query_int(q, 6),
		.pushed = query_int(q, 7),
		.open = query_int(q, 8),
		.reviews = query_int(q, 9),
		.required = query_int(q, 10),
		.expires = query_moment(q, 11),
		.finished = query_moment(q, 12),
		.fallback = query_moment(q, 13),
		.key = arena_str(a, query_text(q, 14)),
		.digest = arena_str(a, query_text(q, 15)) };
	if (row->deadline == DEADLINE_NONE)
		row->deadline = TIMESTAMP_NONE;
}

/* A database may have been written by others: a word there must be one. */
static int
check_row(struct queue *q, const struct task_row *row, struct err *e)
{
	if ((int)row->state >= 0 && (int)row->state < TASK_STATES &&
	    row->priority >= 0 && row->priority < PRIORITIES)
		return 0;
	return store_broken(q->store, "a task", e);
}

int
task_row_of(struct queue *q, struct str id, bool lock, struct task_row *row,
    struct err *e)
{
	struct query *r = store_ask(q->store, e,
	    lock ? "SELECT " COLUMNS " FROM tasks WHERE id = $1" LOCK
		 : "SELECT " COLUMNS " FROM tasks WHERE id = $1",
	    "t", id);
	int got;

	*row = (struct task_row){ 0 };
	if (r == NULL || (got = query_next(r, e)) == -1)
		return -1;
	if (got == 0)
		return 0;
	read_row(r, row, &q->scratch);
	query_done(r);
	return check_row(q, row, e) == -1 ? -1 : 1;
}

bool
task_row_expired(struct queue *q, const struct task_row *row)
{
	return row->expires != TIMESTAMP_NONE &&
	       row->expires <= queue_latest(q);
}

int
task_row_must(
    struct queue *q, struct str id, struct task_row *row, struct err *e)
{
	int got = task_row_of(q, id, true, row, e);

	if (got == 0)
		store_broken(q->store, "a task", e);
	return got == 1 ? 0 : -1;
}

int
task_row_need(struct queue *q, const struct task_row *row, struct need *need,
    struct err *e)
{
	struct query *r = store_ask(q->store, e,
	    "SELECT text FROM needs WHERE need = $1", "i", row->need);
	int got;

	if (r == NULL || (got = query_next(r, e)) == -1)
		return -1;
	if (got == 1)
		got = need_read(need,
		    json_parse(query_text(r, 0), &q->scratch, e), &q->scratch);
	else
		got = -1;
	query_done(r);
	return got == 0 ? 0 : store_broken(q->store, "a need", e);
}

int
queue_body(struct queue *q, struct str digest, struct str *text, struct err *e)
{
	struct query *r = store_ask(q->store, e,
	    "SELECT body FROM bodies WHERE digest = $1", "t", digest);
	int got;

	if (r == NULL || (got = query_next(r, e)) == -1)
		return -1;
	if (got == 0)
		return err_set(e, STATUS_SYSTEM,
		    "%s: the text %.12s is not there; see hitl-queue verify",
		    store_name(q->store), digest.s);
	*text = arena_str(&q->scratch, query_text(r, 0));
	query_done(r);
	return 0;
}

static void
write_lease(struct query *r, bool by_name, struct buf *out)
{
	if (by_name) {
		buf_json_string(out, query_text(r, 0));
		return;
	}
	buf_cstr(out, "{\"reviewer\":");
	buf_json_string(out, query_text(r, 0));
	timestamp_member(out, "claimed_at", query_moment(r, 1));
	timestamp_member(out, "expires_at", query_moment(r, 2));
	buf_char(out, '}');
}

/* Who has it: by name alone, or with since when and until when. */
static int
write_leases(struct queue *q, struct str id, bool by_name, struct buf *out,
    struct err *e)
{
	struct query *r = store_ask(q->store, e,
	    "SELECT reviewer, claimed, expires FROM leases WHERE id = $1 "
	    "AND expires > $2 ORDER BY claimed, reviewer",
	    "ti", id, q->now);
	const char *comma = "";
	int got;

	if (r == NULL)
		return -1;
	buf_cstr(out, ",\"claimed_by\":[");
	while ((got = query_next(r, e)) == 1) {
		buf_cstr(out, comma);
		write_lease(r, by_name, out);
		comma = ",";
	}
	buf_char(out, ']');
	return got;
}

/* One event of its past, unless it is none of this reader's business. */
static int
write_event(struct queue *q, const struct task_row *row, struct str blind,
    struct str line, const char *comma, struct buf *out, struct err *e)
{
	const struct json *j = json_parse(line, &q->scratch, e);
	struct event v;
	struct str review = { 0 };

	if (j == NULL || event_read(&v, j, &q->scratch) == -1)
		return store_broken(q->store, "an event", e);
	if (v.kind == EVENT_REVIEW && blind.n > 0 && v.round == row->round)
		return 0;
	buf_printf(out, "%s{\"event\":\"%s\"", comma, event_words[v.kind]);
	timestamp_member(out, "at", v.at);
	buf_json_text(out, "by", v.by);
	if (v.round != row->round)
		buf_json_count(out, "round", (uint64_t)v.round);
	if (v.note.n > 0)
		buf_json_text(out, "note", v.note);
	if (v.has_need)
		buf_json_text(out, "tier",
		    v.need.tier == -1 ? STR("")
				      : str_of(tier_words[v.need.tier]));
	if (v.kind == EVENT_REVIEW) {
		if (queue_body(q, str_of(v.digest), &review, e) == -1)
			return -1;
		buf_cstr(out, ",\"review\":");
		buf_str(out, review);
	}
	buf_char(out, '}');
	return 1;
}

/* What people have said and done, in the order it happened. */
static int
write_history(struct queue *q, const struct task_row *row, struct str blind,
    struct buf *out, struct err *e)
{
	struct query *r = store_ask(q->store, e,
	    "SELECT line FROM events WHERE id = $1 AND kind IN "
	    "($2, $3, $4, $5, $6, $7, $8) ORDER BY n",
	    "tiiiiiii", row->id, (int64_t)EVENT_RELEASE, (int64_t)EVENT_DECLINE,
	    (int64_t)EVENT_ESCALATE, (int64_t)EVENT_REVIEW,
	    (int64_t)EVENT_WITHDRAW, (int64_t)EVENT_EXPIRE,
	    (int64_t)EVENT_FALLBACK);
	const char *comma = "";
	int got;

	if (r == NULL)
		return -1;
	buf_cstr(out, ",\"history\":[");
	while ((got = query_next(r, e)) == 1) {
		int wrote =
		    write_event(q, row, blind, query_text(r, 0), comma, out, e);
		if (wrote == -1)
			return -1;
		if (wrote == 1)
			comma = ",";
	}
	buf_char(out, ']');
	return got;
}

static int
write_standing(struct queue *q, const struct task_row *row,
    const struct need *need, struct str blind, struct buf *out, struct err *e)
{
	/* that others have decided is as good as what they have */
	const bool tells = blind.n == 0;

	buf_printf(out, "{\"state\":\"%s\"", task_state_words[row->state]);
	buf_json_count(out, "round", (uint64_t)row->round);
	buf_json_text(out, "queue", need->queue);
	buf_json_text(out, "tier",
	    need->tier == -1 ? STR("") : str_of(tier_words[need->tier]));
	if (tells)
		buf_json_count(out, "reviews", (uint64_t)row->reviews);
	buf_json_count(out, "reviews_required", (uint64_t)row->required);
	timestamp_member(out, "pushed_at", row->pushed);
	if (row->expires != TIMESTAMP_NONE)
		timestamp_member(out, "expires_at", row->expires);
	if (row->finished != TIMESTAMP_NONE)
		timestamp_member(out, "finished_at", row->finished);
	if (write_leases(q, row->id, false, out, e) == -1 ||
	    write_history(q, row, blind, out, e) == -1)
		return -1;
	buf_char(out, '}');
	return 0;
}

int
task_write(struct queue *q, const struct task_row *row, struct str blind,
    struct buf *out, struct err *e)
{
	const struct value none = { 0 };
	struct need need = { 0 };
	struct str text = { 0 };
	size_t resume;

	if (task_row_need(q, row, &need, e) == -1 ||
	    queue_body(q, row->digest, &text, e) == -1)
		return -1;
	resume = splice_begin(out, text, STR(TASK_STATUS), &none);
	if (write_standing(q, row, &need, blind, out, e) == -1)
		return -1;
	splice_end(out, text, resume);
	return 0;
}

int
task_write_short(
    struct queue *q, const struct task_row *row, struct buf *out, struct err *e)
{
	struct need need = { 0 };

	if (task_row_need(q, row, &need, e) == -1)
		return -1;
	buf_cstr(out, "{\"id\":");
	buf_json_string(out, row->id);
	buf_printf(out, ",\"kind\":\"%s\",\"state\":\"%s\"",
	    task_kind_words[need.kind], task_state_words[row->state]);
	buf_printf(out, ",\"priority\":\"%s\"", priority_words[row->priority]);
	buf_json_text(out, "risk",
	    need.risk == RISK_UNKNOWN ? STR("")
				      : str_of(risk_words[need.risk]));
	buf_json_text(out, "queue", need.queue);
	buf_json_text(out, "tier",
	    need.tier == -1 ? STR("") : str_of(tier_words[need.tier]));
	timestamp_member(out, "created_at", row->created);
	timestamp_member(out, "sla_deadline", row->deadline);
	timestamp_member(out, "expires_at", row->expires);
	buf_json_count(out, "reviews", (uint64_t)row->reviews);
	buf_json_count(out, "reviews_required", (uint64_t)row->required);
	if (write_leases(q, row->id, true, out, e) == -1)
		return -1;
	buf_char(out, '}');
	return 0;
}

static bool
is_wanted(struct queue *q, const struct task_filter *f, const struct need *need)
{
	bool in_queue = f->nqueue == 0;

	for (size_t i = 0; i < f->nqueue; i++)
		in_queue |= str_eq(f->queue[i], need->queue);
	return in_queue && (f->kind == -1 || f->kind == (int)need->kind) &&
	       (f->risk == -1 || f->risk == (int)need->risk) &&
	       (f->may == NULL || f->may(f->arg, q, need));
}

/* The needs that are wanted. */
struct wanting {
	struct queue *queue;
	const struct task_filter *filter;
	struct buf list;
};

static void
add_wanted(void *arg, int64_t number, const struct need *need)
{
	struct wanting *x = arg;

	if (is_wanted(x->queue, x->filter, need))
		needs_add(&x->list, number);
}

#define ORDER "priority, deadline, created, id"

/* The question for the rows behind a place; its needs are our own numbers. */
static void
write_question(
    const struct task_filter *f, bool begun, struct str needs, struct buf *sql)
{
	buf_printf(sql, "SELECT " COLUMNS " FROM tasks WHERE need IN (%.*s)",
	    (int)needs.n, needs.s);
	/* of all there have been, few are pending */
	if (f->states == 1U << TASK_PENDING)
		buf_cstr(sql, " AND state = 0");
	if (begun)
		buf_cstr(sql, " AND (" ORDER ") > ($2, $3, $4, $5)");
	buf_cstr(sql, " ORDER BY " ORDER " LIMIT $1");
	buf_char(sql, '\0');
}

/* NULL without *e set (its msg is empty): nothing is wanted. */
static struct query *
ask_behind(struct queue *q, const struct task_filter *f,
    const struct task_place *p, size_t most, struct err *e)
{
	struct wanting needs = { .queue = q, .filter = f };
	struct buf sql = { 0 };
	struct query *r = NULL;

	e->msg[0] = '\0';
	if (needs_each(q->store, &q->scratch, add_wanted, &needs, e) == 0 &&
	    needs.list.n > 0) {
		write_question(f, p->begun, buf_view(&needs.list), &sql);
		if (p->begun)
			r = store_ask(q->store, e, sql.s, "iiiit",
			    (int64_t)most, p->priority, p->deadline, p->created,
			    p->id);
		else
			r = store_ask(q->store, e, sql.s, "i", (int64_t)most);
	}
	buf_release(&needs.list);
	buf_release(&sql);
	return r;
}

/* 1 if somebody of that name has it. */
static int
is_claimed_by(
    struct queue *q, struct str id, struct str reviewer, struct err *e)
{
	int64_t n = 0;

	if (store_number(q->store, &n, e,
		"SELECT count(*) FROM leases WHERE id = $1 AND reviewer = $2 "
		"AND expires > $3",
		"tti", id, reviewer, q->now) == -1)
		return -1;
	return n > 0;
}

/* Whether it is one of those; -1 with *e. */
static int
is_listed(struct queue *q, const struct task_filter *f,
    const struct task_row *row, struct err *e)
{
	if (f->states != 0 && (f->states >> row->state & 1) == 0)
		return 0;
	return f->reviewer.n == 0 ? 1
				  : is_claimed_by(q, row->id, f->reviewer, e);
}

int
task_list(struct queue *q, const struct task_filter *f,
    struct task_place *after, struct arena *a, struct task_row *row,
    size_t most, size_t *n, struct err *e)
{
	struct query *r = ask_behind(q, f, after, most, e);
	size_t rows = 0;
	int got;

	*n = 0;
	if (r == NULL)
		return e->msg[0] == '\0' ? 0 : -1;
	while ((got = query_next(r, e)) == 1) {
		read_row(r, &row[rows++], a);
		if (check_row(q, &row[rows - 1], e) == -1)
			return -1;
	}
	if (got == -1)
		return -1;
	after->begun = true;
	if (rows > 0) {
		const struct task_row *last = &row[rows - 1];
		after->priority = PRIORITY_URGENT - last->priority;
		after->deadline = last->deadline == TIMESTAMP_NONE
				      ? DEADLINE_NONE
				      : last->deadline;
		after->created = last->created;
		after->id = last->id;
	}
	for (size_t i = 0; i < rows; i++) {
		int listed = is_listed(q, f, &row[i], e);
		if (listed == -1)
			return -1;
		if (listed == 1)
			row[(*n)++] = row[i];
	}
	return rows < most ? 0 : 1;
}
