/* Approvals that are decided (approval.h). */
#include "queue/approval.h"
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
	struct str id, key;
	const char **why;
};

/* How many of those who approved it may do so; -1 with *e. */
static int
count_entitled(struct queue *q, const struct task_row *row,
    const struct need *need, int64_t *n, struct err *e)
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
		    q->access, query_text(r, 0), need, NULL, 0, NULL);
	return got;
}

_Static_assert(OUTCOME_APPROVE == 0, "as in the question above");

static int
check(struct queue *q, void *state, struct err *e)
{
	struct checking *x = state;
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
	if (task_row_need(q, &row, &need, e) == -1 ||
	    count_entitled(q, &row, &need, &entitled, e) == -1)
		return -1;
	required = (int64_t)access_required(q->access, &need);
	if (row.required > required)
		required = row.required;
	if (entitled < required)
		*x->why = "too few of those who approved it may do so";
	return 0;
}

int
approval_check(struct queue *q, struct str id, struct str key, const char **why,
    struct err *e)
{
	struct checking x = { id, key, why };

	return queue_look(q, check, &x, e);
}
