/* How a queue stands (stats.h). */
#include <math.h>
#include <stdlib.h>

#include "base/map.h"
#include "queue/needs.h"
#include "queue/stats.h"

const char *const stats_by_words[] = {
	[BY_NOTHING] = "nothing",
	[BY_QUEUE] = "queue",
	[BY_RISK] = "risk",
	[BY_TIER] = "tier",
	[BY_KIND] = "kind",
	NULL,
};

struct group {
	struct str name; /* n == 0: null */
	uint64_t state[TASK_STATES]; /* pending: in review, too */
	uint64_t in_review, overdue;
	double wanted; /* reviews */
	int64_t oldest; /* TIMESTAMP_NONE: none waits */
	uint64_t reviews, reviewers;
	uint64_t timed; /* of the reviews */
	double usec; /* of these together */
};

struct counting {
	enum stats_by by;
	int64_t window;
	stats_row_fn *row;
	void *arg;
	struct map names;
	struct group *group; /* [names.n] */
	size_t cap;
	uint32_t *of_need; /* by number: its group, or MAP_NONE */
	int64_t needs;
};

static struct str
name_of(enum stats_by by, const struct need *need)
{
	switch (by) {
	case BY_QUEUE: return need->queue;
	case BY_RISK:
		return need->risk == RISK_UNKNOWN
			   ? STR("")
			   : str_of(risk_words[need->risk]);
	case BY_TIER:
		return need->tier == -1 ? STR("")
					: str_of(tier_words[need->tier]);
	case BY_KIND: return str_of(task_kind_words[need->kind]);
	default: return STR("");
	}
}

static uint32_t
group_of(struct counting *c, struct str name)
{
	bool added;
	uint32_t i = map_put(&c->names, name, &added);

	if (added) {
		size_t n = i;
		VEC_ROOM(c->group, n, c->cap);
		c->group[i] = (struct group){ .name = c->names.key[i],
			.oldest = TIMESTAMP_NONE };
	}
	return i;
}

/* Which group a need is of; a number that is none of ours is passed over. */
static void
find_group(void *arg, int64_t number, const struct need *need)
{
	struct counting *c = arg;

	if (number >= 1 && number <= c->needs)
		c->of_need[number] = group_of(c, name_of(c->by, need));
}

static int
find_groups(struct queue *q, struct counting *c, struct err *e)
{
	if (store_number(
		q->store, &c->needs, e, "SELECT count(*) FROM needs", "") == -1)
		return -1;
	c->of_need = arena_new(&q->scratch, uint32_t, (size_t)c->needs + 1);
	for (int64_t i = 0; i <= c->needs; i++)
		c->of_need[i] = MAP_NONE;
	return needs_each(q->store, &q->scratch, find_group, c, e);
}

static struct group *
group_at(struct counting *c, int64_t need)
{
	if (need < 1 || need > c->needs || c->of_need[need] == MAP_NONE)
		return NULL;
	return &c->group[c->of_need[need]];
}

/* Each row of a question, whose first column is a need. */
typedef void take_fn(struct query *, struct group *, const struct counting *);

static int
take(struct counting *c, struct query *r, take_fn *fn, struct err *e)
{
	int got;

	if (r == NULL)
		return -1;
	while ((got = query_next(r, e)) == 1) {
		struct group *g = group_at(c, query_int(r, 0));
		if (g != NULL)
			fn(r, g, c);
	}
	return got;
}

static void
take_tasks(struct query *r, struct group *g, const struct counting *c)
{
	int64_t state = query_int(r, 1), oldest = query_int(r, 3);

	(void)c;
	if (state < 0 || state >= TASK_STATES)
		return;
	g->state[state] += (uint64_t)query_int(r, 2);
	if (state != TASK_PENDING)
		return;
	if (g->oldest == TIMESTAMP_NONE || oldest < g->oldest)
		g->oldest = oldest;
	g->wanted += (double)query_int(r, 4);
	g->overdue += (uint64_t)query_int(r, 5);
}

static void
take_leases(struct query *r, struct group *g, const struct counting *c)
{
	(void)c;
	g->in_review += (uint64_t)query_int(r, 1);
}

static void
take_reviews(struct query *r, struct group *g, const struct counting *c)
{
	(void)c;
	g->reviews += (uint64_t)query_int(r, 1);
	g->timed += (uint64_t)query_int(r, 2);
	g->usec += (double)query_int(r, 3) * (double)USEC_PER_SECOND +
		   (double)query_int(r, 4);
}

/* The reviewers of each group, each once. */
static int
count_reviewers(struct queue *q, struct counting *c, struct err *e)
{
	struct query *r = store_ask(q->store, e,
	    "SELECT DISTINCT tasks.need, reviews.reviewer FROM reviews "
	    "JOIN tasks ON tasks.id = reviews.id WHERE reviews.at > $1",
	    "i", q->now - c->window);
	struct map seen = { 0 };
	struct buf key = { 0 };
	int got;

	if (r == NULL)
		return -1;
	while ((got = query_next(r, e)) == 1) {
		int64_t need = query_int(r, 0);
		struct group *g = group_at(c, need);
		bool added;
		if (g == NULL)
			continue;
		buf_clear(&key);
		buf_printf(&key, "%u ", c->of_need[need]);
		buf_str(&key, query_text(r, 1));
		map_put(&seen, buf_view(&key), &added);
		g->reviewers += added;
	}
	map_release(&seen);
	buf_release(&key);
	return got;
}

static int
count(struct queue *q, struct counting *c, struct err *e)
{
	struct query *r;

	r = store_ask(q->store, e,
	    /* before it was pushed it may have waited, not from later on */
	    "SELECT need, state, count(*), "
	    "min(CASE WHEN created < pushed THEN created ELSE pushed END), "
	    "CAST(sum(required - reviews) AS INTEGER), "
	    "sum(CASE WHEN deadline <= $1 THEN 1 ELSE 0 END) FROM tasks "
	    "GROUP BY need, state",
	    "i", q->now);
	if (take(c, r, take_tasks, e) == -1)
		return -1;
	r = store_ask(q->store, e,
	    "SELECT tasks.need, count(DISTINCT tasks.id) FROM tasks "
	    "JOIN leases ON leases.id = tasks.id WHERE leases.expires > $1 "
	    "GROUP BY tasks.need",
	    "i", q->now);
	if (take(c, r, take_leases, e) == -1)
		return -1;
	/*
	 * what was backwards or took 1e9 s, 31 years, has no time, as in the
	 * metrics; no sum overflows
	 */
	r = store_ask(q->store, e,
	    "SELECT need, count(*), count(took), "
	    "CAST(sum(took / 1000000) AS INTEGER), "
	    "CAST(sum(took % 1000000) AS INTEGER) FROM "
	    "(SELECT tasks.need AS need, CASE WHEN "
	    "reviews.at - reviews.claimed BETWEEN 0 AND 999999999999999 "
	    "THEN reviews.at - reviews.claimed END AS took FROM reviews "
	    "JOIN tasks ON tasks.id = reviews.id WHERE reviews.at > $1) AS x "
	    "GROUP BY need",
	    "i", q->now - c->window);
	if (take(c, r, take_reviews, e) == -1)
		return -1;
	return count_reviewers(q, c, e);
}

/* How long there were reviews to count: the window, or since it was made. */
static int
find_span(
    struct queue *q, const struct counting *c, double *seconds, struct err *e)
{
	int64_t first = 0, span = c->window;
	int r = store_number(q->store, &first, e,
	    "SELECT min(pushed) FROM tasks WHERE pushed IS NOT NULL", "");

	if (r == -1)
		return -1;
	if (r == 1 && first > 0 && q->now - first < span)
		span = q->now - first;
	*seconds =
	    span > 0 ? (double)span / (double)USEC_PER_SECOND : (double)NAN;
	return 0;
}

static void
write_group(const struct queue *q, const struct counting *c,
    const struct group *g, double span, struct buf *out)
{
	double reviews = (double)g->reviews;

	buf_char(out, '{');
	if (c->by != BY_NOTHING) {
		buf_printf(out, "\"%s\":", stats_by_words[c->by]);
		if (g->name.n == 0)
			buf_cstr(out, "null");
		else
			buf_json_string(out, g->name);
		buf_char(out, ',');
	}
	buf_printf(out, "\"pending\":%llu",
	    (unsigned long long)(g->state[TASK_PENDING] - g->in_review));
	buf_json_count(out, "in_review", g->in_review);
	for (int s = TASK_COMPLETED; s < TASK_STATES; s++)
		buf_json_count(out, task_state_words[s], g->state[s]);
	buf_json_count(out, "overdue", g->overdue);
	buf_json_member(out, "oldest_age_seconds",
	    g->oldest == TIMESTAMP_NONE
		? (double)NAN
		: fmax(0, (double)(q->now - g->oldest)) / USEC_PER_SECOND);
	buf_json_count(out, "reviews", g->reviews);
	buf_json_count(out, "reviewers", g->reviewers);
	buf_json_member(out, "handling_seconds_mean",
	    g->timed == 0 ? (double)NAN
			  : g->usec / USEC_PER_SECOND / (double)g->timed);
	buf_json_member(out, "estimated_wait_seconds",
	    g->reviews == 0 ? (double)NAN : g->wanted * span / reviews);
	buf_char(out, '}');
}

static int
by_name(const void *pa, const void *pb)
{
	const struct group *a = pa, *b = pb;

	return str_cmp(a->name, b->name);
}

static int
look(struct queue *q, void *state, struct err *e)
{
	struct counting *c = state;
	struct buf text = { 0 };
	double span;

	if (c->by == BY_NOTHING)
		group_of(c, STR("")); /* also of none */
	if (find_groups(q, c, e) == -1 || count(q, c, e) == -1 ||
	    find_span(q, c, &span, e) == -1)
		return -1;
	qsort(c->group, c->names.n, sizeof(*c->group), by_name);
	for (size_t i = 0; i < c->names.n; i++) {
		buf_clear(&text);
		write_group(q, c, &c->group[i], span, &text);
		c->row(c->arg, buf_view(&text));
	}
	buf_release(&text);
	return 0;
}

int
queue_stats(struct queue *q, enum stats_by by, int64_t window,
    stats_row_fn *row, void *arg, struct err *e)
{
	struct counting c = {
		.by = by, .window = window, .row = row, .arg = arg
	};
	int status = queue_look(q, look, &c, e);

	map_release(&c.names);
	free(c.group);
	return status;
}
