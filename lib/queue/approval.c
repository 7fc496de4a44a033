/* Approvals that are decided (approval.h). */
#include "queue/approval.h"
#include "record/json_meaning.h"
#include "record/splice.h"

/* Who has decided it so, or what they have said: a list. */
static int
write_deciders(struct queue *q, const struct task_row *row, const char *member,
    const char *sql, bool names, struct buf *out, struct err *e)
{
	/* the outcomes are in the order of the states they lead to */
	struct query *r = store_ask(q->store, e, sql, "tii", row->id,
	    row->round, (int64_t)row->state - TASK_APPROVED);
	const char *comma = "";
	int got;

	if (r == NULL)
		return -1;
	buf_printf(out, ",\"%s\":[", member);
	while ((got = query_next(r, e)) == 1) {
		buf_cstr(out, comma);
		if (names)
			buf_json_string(out, query_text(r, 0));
		else
			buf_str(out, query_text(r, 0));
		comma = ",";
	}
	buf_char(out, ']');
	return got;
}

int
approval_write(
    struct queue *q, const struct task_row *row, struct buf *out, struct err *e)
{
	const struct value none = { 0 };
	struct str text = { 0 };
	size_t resume;

	if (queue_body(q, row->digest, &text, e) == -1)
		return -1;
	resume = splice_begin(out, text, STR("approval"), &none);
	buf_printf(
	    out, "{\"state\":\"%s\",\"key\":", task_state_words[row->state]);
	if (row->key.n == 0)
		buf_cstr(out, "null");
	else
		buf_json_string(out, row->key);
	buf_json_count(out, "round", (uint64_t)row->round);
	timestamp_member(out, "expires_at", row->expires);
	timestamp_member(out, "decided_at", row->finished);
	if (write_deciders(q, row, "by",
		"SELECT reviewer FROM reviews WHERE id = $1 AND round = $2 "
		"AND outcome = $3 ORDER BY at, reviewer",
		true, out, e) == -1 ||
	    write_deciders(q, row, "reviews",
		"SELECT bodies.body FROM reviews JOIN bodies ON "
		"bodies.digest = reviews.body WHERE id = $1 AND round = $2 "
		"AND outcome = $3 ORDER BY at, reviewer",
		false, out, e) == -1)
		return -1;
	buf_char(out, '}');
	splice_end(out, text, resume);
	return 0;
}

struct checking {
	struct str record, id, key;
	const char **why;
};

/* Whether a task names him as one of those who propose it. */
static bool
has_proposed(const struct json *task, struct str who)
{
	const struct json *by = json_get(task, "proposed_by");
	bool found = false;

	if (by != NULL && by->value.type == JSON_STRING)
		return str_eq(by->string, who);
	for (size_t i = 0; by != NULL && i < by->n; i++)
		found |= by->value.type == JSON_ARRAY &&
			 str_eq(by->element[i].string, who);
	return found;
}

/* How many of those who approved it may do so; -1 with *e. */
static int
count_entitled(struct queue *q, const struct task_row *row,
    const struct json *task, const struct need *need, int64_t *n, struct err *e)
{
	struct query *r = store_ask(q->store, e,
	    "SELECT reviewer FROM reviews WHERE id = $1 AND round = $2 AND "
	    "outcome = 0",
	    "ti", row->id, row->round);
	int got;

	*n = 0;
	if (r == NULL)
		return -1;
	while ((got = query_next(r, e)) == 1)
		*n += access_may(
			  q->access, query_text(r, 0), need, NULL, 0, NULL) &&
		      !has_proposed(task, query_text(r, 0));
	return got;
}

_Static_assert(OUTCOME_APPROVE == 0, "as in the question above");

/* Whether the record is what is approved; *task is that. */
static int
compare(struct queue *q, const struct task_row *row, struct checking *x,
    const struct json **task, struct err *e)
{
	struct buf text = { 0 }, ours = { 0 }, theirs = { 0 };
	const struct json *record = NULL;
	int bad = -1;

	*task = NULL;
	if (approval_write(q, row, &text, e) == 0 &&
	    (*task = json_parse(buf_view(&text), &q->scratch, e)) != NULL &&
	    (record = json_parse(x->record, &q->scratch, e)) != NULL) {
		buf_json_meaning(&ours, *task, &q->scratch);
		buf_json_meaning(&theirs, record, &q->scratch);
		if (!str_eq(buf_view(&ours), buf_view(&theirs)))
			*x->why = "the record is not what the queue has "
				  "approved; give what hitl-queue export says";
		bad = 0;
	}
	buf_release(&text);
	buf_release(&ours);
	buf_release(&theirs);
	return bad;
}

static int
check(struct queue *q, void *state, struct err *e)
{
	struct checking *x = state;
	const struct json *task;
	struct task_row row;
	struct need need = { 0 };
	int64_t entitled = 0, required;
	int got = task_row_of(q, x->id, false, &row, e);

	*x->why = NULL;
	if (got == -1)
		return -1;
	if (got == 0)
		*x->why = "the queue has no such task";
	else if (!str_eq(row.key, x->key))
		*x->why = "the queue has another action under this id";
	else if (row.state != TASK_APPROVED)
		*x->why = "the queue has not approved it";
	else if (row.expires == TIMESTAMP_NONE ||
		 row.expires <= queue_latest(q))
		*x->why = "the approval has expired";
	if (*x->why != NULL)
		return 0;
	if (compare(q, &row, x, &task, e) == -1 ||
	    task_row_need(q, &row, &need, e) == -1 ||
	    count_entitled(q, &row, task, &need, &entitled, e) == -1)
		return -1;
	if (*x->why != NULL)
		return 0;
	required = (int64_t)access_required(q->access, &need);
	if (row.required > required)
		required = row.required;
	if (entitled < required)
		*x->why = "too few of those who approved it may do so";
	return 0;
}

int
approval_check(struct queue *q, struct str record, struct str id,
    struct str key, const char **why, struct err *e)
{
	struct checking x = { record, id, key, why };

	return queue_look(q, check, &x, e);
}
