/* Out of the queue (export.h). */
#include "queue/approval.h"
#include "queue/export.h"

const char *const export_words[] = {
	[EXPORT_REVIEWS] = "reviews",
	[EXPORT_APPROVALS] = "approvals",
	[EXPORT_TASKS] = "tasks",
	[EXPORT_EVENTS] = "events",
	NULL,
};

enum { PAGE = 500 };

struct exporting {
	enum export_kind kind;
	int64_t *from;
	export_line_fn *line;
	void *arg;
	struct buf text;
	bool more, stopped;
	int64_t n; /* of the event in hand; 0 of a task */
	struct task_place place;
	struct arena arena; /* of the place */
};

static void
hand_over(struct exporting *x)
{
	x->stopped |= x->line(x->arg, x->n, buf_view(&x->text)) == -1;
	buf_clear(&x->text);
}

/* The line of an event, with its hash and its body. */
static void
write_event(struct exporting *x, struct query *r)
{
	struct str line = query_text(r, 1);

	/* without its brace */
	buf_add(&x->text, line.s, line.n > 0 ? line.n - 1 : 0);
	buf_cstr(&x->text, ",\"hash\":\"");
	buf_str(&x->text, query_text(r, 2));
	buf_char(&x->text, '"');
	if (!query_is_null(r, 3)) {
		buf_cstr(&x->text, ",\"body\":");
		buf_str(&x->text, query_text(r, 3));
	}
	buf_char(&x->text, '}');
	hand_over(x);
}

/* The approval that an event has decided, if it has and still stands. */
static int
write_approval(struct queue *q, struct exporting *x, struct str id,
    int64_t round, struct err *e)
{
	struct task_row row;
	int got = task_row_of(q, id, false, &row, e);

	if (got != 1)
		return got;
	if (row.state < TASK_APPROVED || row.round != round)
		return 0;
	if (approval_write(q, &row, &x->text, e) == -1)
		return -1;
	hand_over(x);
	return 0;
}

/* What of an event is wanted. */
static int
write_one(struct queue *q, struct exporting *x, struct query *r, struct err *e)
{
	const struct json *j;
	struct event v;

	if (x->kind == EXPORT_EVENTS) {
		write_event(x, r);
		return 0;
	}
	if (x->kind == EXPORT_REVIEWS) {
		buf_str(&x->text, query_text(r, 3));
		hand_over(x);
		return 0;
	}
	j = json_parse(query_text(r, 1), &q->scratch, e);
	if (j == NULL || event_read(&v, j, &q->scratch) == -1)
		return store_broken(q->store, "an event", e);
	/* a review that did not decide it says so */
	if (v.state < TASK_APPROVED)
		return 0;
	return write_approval(q, x, v.id, v.round, e);
}

static const char *const questions[] = {
	[EXPORT_REVIEWS] =
	    "SELECT events.n, events.line, events.hash, bodies.body "
	    "FROM events JOIN bodies ON bodies.digest = events.body "
	    "JOIN reviews ON reviews.id = events.id AND "
	    "reviews.body = events.body WHERE events.kind = 7 AND "
	    "events.n > $1 AND NOT EXISTS (SELECT 1 FROM events AS later "
	    "WHERE later.id = events.id AND later.kind = 7 AND "
	    "later.body = events.body AND later.n > events.n) ORDER BY "
	    "events.n LIMIT $2",
	[EXPORT_APPROVALS] =
	    "SELECT n, line FROM events WHERE (kind = 7 OR kind = 9) AND "
	    "n > $1 ORDER BY n LIMIT $2",
	[EXPORT_EVENTS] =
	    "SELECT events.n, events.line, events.hash, bodies.body "
	    "FROM events LEFT JOIN bodies ON bodies.digest = events.body "
	    "WHERE events.n > $1 ORDER BY events.n LIMIT $2",
};
_Static_assert(EVENT_REVIEW == 7 && EVENT_EXPIRE == 9, "as in the questions");

static int
export_events(struct queue *q, void *state, struct err *e)
{
	struct exporting *x = state;
	struct query *r = store_ask(
	    q->store, e, questions[x->kind], "ii", *x->from, (int64_t)PAGE);
	int got = 0, rows = 0;

	if (r == NULL)
		return -1;
	while (!x->stopped && (got = query_next(r, e)) == 1) {
		rows++;
		x->n = query_int(r, 0);
		if (write_one(q, x, r, e) == -1)
			return -1;
		*x->from = query_int(r, 0);
	}
	x->more = rows == PAGE && !x->stopped;
	return got == -1 ? -1 : 0;
}

static int
export_tasks(struct queue *q, void *state, struct err *e)
{
	static const struct task_filter all = { .kind = -1, .risk = -1 };
	struct exporting *x = state;
	struct task_row *row = arena_new(&q->scratch, struct task_row, PAGE);
	size_t n;
	int more = task_list(q, &all, &x->place, &q->scratch, row, PAGE, &n, e);

	if (more == -1)
		return -1;
	for (size_t i = 0; i < n && !x->stopped; i++) {
		if (task_write(q, &row[i], STR(""), &x->text, e) == -1)
			return -1;
		hand_over(x);
	}
	/* the scratch is gone when it goes on */
	arena_reset(&x->arena);
	x->place.id = arena_str(&x->arena, x->place.id);
	x->more = more == 1 && !x->stopped;
	return 0;
}

int
queue_export(struct queue *q, enum export_kind kind, int64_t *from,
    export_line_fn *line, void *arg, struct err *e)
{
	struct exporting x = { .kind = kind,
		.from = from,
		.line = line,
		.arg = arg,
		.more = true };
	int bad = 0;

	while (bad == 0 && x.more)
		bad = queue_look(q,
		    kind == EXPORT_TASKS ? export_tasks : export_events, &x, e);
	buf_release(&x.text);
	arena_release(&x.arena);
	return bad;
}
