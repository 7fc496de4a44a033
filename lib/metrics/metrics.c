/* The cells of a log (metrics.h). */
#include <stdlib.h>
#include <string.h>

#include "metrics/grouping.h"
#include "metrics/metrics.h"
#include "policy/fieldvalue.h"

enum { RECENT = 4096 }; /* cells that are found at once; a power of two */

/* The records of one window and group. */
struct slot {
	int64_t start; /* TIMESTAMP_NONE: no window */
	uint32_t group; /* place; GROUP_NONE: beyond the bound */
	struct cell cell;
};

struct metrics {
	struct metrics_options options;
	struct policy *policy;
	struct observer observer;
	struct vocabulary vocabulary; /* of the first thread */
	struct groups all_groups; /* of the first thread */
	struct group_view groups;
	struct map keys; /* window and group -> slot[] */
	struct slot *slot;
	size_t slot_cap;
	uint32_t recent[RECENT]; /* number of a slot + 1 */
	struct window_span span; /* of the record before */
	bool timed; /* the records' times matter */
	int64_t now; /* when it began */
	struct buf key;
	struct metrics_oddities odd;
};

struct metrics *
metrics_new(struct policy *p, const struct metrics_options *o, struct err *e)
{
	struct metrics *m = alloc_apart(sizeof(*m));

	m->options = *o;
	m->policy = p;
	m->now = timestamp_now();
	m->timed = o->window.unit != WINDOW_NONE ||
		   o->since != TIMESTAMP_NONE || o->until != TIMESTAMP_NONE;
	groups_init(&m->all_groups, o->max_groups);
	group_view_init(&m->groups, &m->all_groups);
	vocabulary_init(&m->vocabulary);
	if (observer_init(&m->observer, p, o->percent, &m->vocabulary, e) ==
	    -1) {
		metrics_free(m);
		return NULL;
	}
	if (m->timed)
		policy_use_field(p, FIELD_TIME);
	for (size_t i = 0; i < o->nby; i++)
		expr_set_use(p->exprs, (uint32_t)o->by[i]);
	return m;
}

void
metrics_free(struct metrics *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->keys.n; i++)
		cell_release(&m->slot[i].cell);
	free(m->slot);
	observer_release(&m->observer);
	group_view_release(&m->groups);
	vocabulary_release(&m->vocabulary);
	groups_release(&m->all_groups);
	map_release(&m->keys);
	buf_release(&m->key);
	free(m);
}

void
metrics_start(struct metrics *m, struct evaluator *ev)
{
	m->observer.ev = ev;
}

static uint32_t
group_of(struct metrics *m, const struct record *r)
{
	return group_view_place(
	    &m->groups, grouping_name(m->observer.ev, m->options.by,
			    m->options.nby, r, &m->key));
}

static struct slot *
slot_of(struct metrics *m, int64_t start, uint32_t group)
{
	struct {
		int64_t start;
		uint64_t group; /* as wide, so that all bytes are set */
	} key = { start, group };
	uint32_t *recent =
		     &m->recent[((uint64_t)start / 1000003 + group) % RECENT],
		 i;
	struct slot *s;
	bool added;

	if (*recent > 0) {
		s = &m->slot[*recent - 1];
		if (s->start == start && s->group == group)
			return s;
	}
	i = map_put(
	    &m->keys, (struct str){ (const char *)&key, sizeof(key) }, &added);
	if (added) {
		VEC_ROOM(m->slot, i, m->slot_cap);
		m->slot[i] = (struct slot){ .start = start, .group = group };
	}
	*recent = i + 1;
	return &m->slot[i];
}

/* The window of a time; what is odd about the time is counted. */
static int64_t
start_of(struct metrics *m, int64_t time)
{
	if (m->options.window.unit == WINDOW_NONE)
		return TIMESTAMP_NONE;
	if (time == TIMESTAMP_NONE) {
		m->odd.untimed++;
		return TIMESTAMP_NONE;
	}
	if (time < m->span.start || time >= m->span.end)
		m->span = window_of(&m->options.window, time);
	return m->span.start;
}

/* Whether the record is to be counted, by its time. */
static bool
is_within(struct metrics *m, int64_t time)
{
	int64_t since = m->options.since, until = m->options.until;

	if (since == TIMESTAMP_NONE && until == TIMESTAMP_NONE)
		return true;
	if (time != TIMESTAMP_NONE &&
	    (since == TIMESTAMP_NONE || time >= since) &&
	    (until == TIMESTAMP_NONE || time < until))
		return true;
	if (time == TIMESTAMP_NONE)
		m->odd.untimed++;
	m->odd.outside++;
	return false;
}

int
metrics_add(struct record *r, void *arg, struct err *e)
{
	struct metrics *m = arg;
	struct observation o;
	int64_t time = TIMESTAMP_NONE;

	(void)e;
	if (m->timed) {
		time = field_time(m->observer.ev, m->policy, r);
		if (!is_within(m, time))
			return 0;
	}
	observe(&m->observer, r, &o);
	if (m->options.each != NULL)
		m->options.each(r, m->observer.ev, m->options.each_arg);
	m->odd.n++;
	m->odd.unrouted += o.action == -1;
	m->odd.future += time != TIMESTAMP_NONE && time > m->now;
	cell_add(&slot_of(m, start_of(m, time), group_of(m, r))->cell, &o);
	return 0;
}

void *
metrics_fork(void *arg)
{
	const struct metrics *m = arg;
	struct metrics *f = alloc_apart(sizeof(*f));

	f->options = m->options;
	f->policy = m->policy;
	f->now = m->now;
	f->timed = m->timed;
	group_view_init(&f->groups, m->groups.all);
	observer_fork(&f->observer, &m->observer);
	return f;
}

/* Where the words that one view has are in another. */
static uint32_t *
translate(struct group_view *to, const struct group_view *from)
{
	uint32_t *place = malloc((from->names.n + 1) * sizeof(*place));

	if (place == NULL)
		memory_exhausted();
	group_view_decide(to);
	for (size_t i = 0; i < from->names.n; i++)
		place[i] = group_view_place(to, from->names.key[i]);
	group_view_decide(to);
	return place;
}

void
metrics_join(void *to, void *from)
{
	struct metrics *m = to, *f = from;
	uint32_t *group = translate(&m->groups, &f->groups);
	uint32_t *reason =
	    translate(&m->observer.reasons, &f->observer.reasons);
	uint32_t *layer = translate(&m->observer.layers, &f->observer.layers);
	struct translation words = { reason, layer };

	for (size_t i = 0; i < f->keys.n; i++) {
		struct slot *s = &f->slot[i];
		uint32_t g =
		    s->group == GROUP_NONE ? GROUP_NONE : group[s->group];
		cell_join(&slot_of(m, s->start, g)->cell, &s->cell, &words);
	}
	m->odd.n += f->odd.n;
	m->odd.unrouted += f->odd.unrouted;
	m->odd.untimed += f->odd.untimed;
	m->odd.future += f->odd.future;
	m->odd.outside += f->odd.outside;
	free(group);
	free(reason);
	free(layer);
	evaluator_free(f->observer.ev);
	metrics_free(f);
}

void
metrics_piece(void *arg)
{
	struct metrics *m = arg;

	group_view_decide(&m->groups);
	observer_decide(&m->observer);
}

struct metrics_oddities
metrics_oddities(const struct metrics *m)
{
	return m->odd;
}

struct str
metrics_reason(const struct metrics *m, uint32_t place)
{
	return m->observer.reasons.names.key[place];
}

struct str
metrics_layer(const struct metrics *m, uint32_t place)
{
	return m->observer.layers.names.key[place];
}

uint32_t
metrics_reason_place(struct metrics *m, struct str name)
{
	return group_view_place(&m->observer.reasons, name);
}

uint32_t
metrics_layer_place(struct metrics *m, struct str name)
{
	return group_view_place(&m->observer.layers, name);
}

void
metrics_cut(struct metrics *m, const struct window *w, size_t nby)
{
	m->options.window = *w;
	m->options.nby = nby;
}

void
metrics_put(struct metrics *m, int64_t start, struct str group, bool rest,
    const struct cell *cell)
{
	uint32_t place =
	    rest ? GROUP_NONE : group_view_place(&m->groups, group);

	cell_join(&slot_of(m, start, place)->cell, cell, NULL);
	m->odd.n += cell->n;
}

/* Groups that came when there were enough already go to the rest. */
static void
settle_groups(struct metrics *m)
{
	for (size_t i = 0, n = m->keys.n; i < n; i++) {
		struct slot *s = &m->slot[i];
		struct cell cell = s->cell;
		if (s->group == GROUP_NONE ||
		    m->groups.number[s->group] != GROUP_NONE)
			continue;
		s->cell = (struct cell){ 0 };
		/* which may move the slots */
		cell_join(&slot_of(m, s->start, GROUP_NONE)->cell, &cell, NULL);
		cell_release(&cell);
	}
}

/* And so do reasons and layers. */
static void
settle_words(struct metrics *m, struct cell *c)
{
	const uint32_t *reason = m->observer.reasons.number;
	const uint32_t *layer = m->observer.layers.number;

	for (size_t i = 0; i < c->nreason; i++)
		if (reason[i] == GROUP_NONE) {
			c->other_reasons += c->reason[i];
			c->reason[i] = 0;
		}
	for (size_t i = 0; i < c->nlayer; i++)
		if (layer[i] == GROUP_NONE) {
			moments_merge(&c->other_layers, &c->layer[i]);
			c->layer[i] = (struct moments){ 0 };
		}
}

static int
by_window_and_group(const void *a, const void *b)
{
	const struct metrics_row *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->rest != y->rest)
		return x->rest ? 1 : -1;
	return str_cmp(x->group, y->group);
}

static int
by_group_and_window(const void *a, const void *b)
{
	const struct metrics_row *x = a, *y = b;
	int order = x->rest != y->rest ? (x->rest ? 1 : -1)
				       : str_cmp(x->group, y->group);

	return order != 0 ? order
			  : (x->start > y->start) - (x->start < y->start);
}

/* Rows being collected. */
struct rows {
	struct metrics_row *row;
	size_t n, cap;
};

static void
put_row(struct rows *r, struct metrics_row row)
{
	VEC_ROOM(r->row, r->n, r->cap);
	r->row[r->n++] = row;
}

/*
 * The windows that are missing in each group's row of windows; false, and
 * none of them, if they are too many.
 */
static bool
fill_gaps(const struct metrics *m, struct rows *r)
{
	static const struct cell empty;
	int64_t first = INT64_MAX, last = INT64_MIN;
	size_t n = r->n, i = 0, gaps = 0;

	for (size_t k = 0; k < n; k++) {
		if (r->row[k].start == TIMESTAMP_NONE)
			continue;
		first = r->row[k].start < first ? r->row[k].start : first;
		last = r->row[k].start > last ? r->row[k].start : last;
	}
	if (first > last)
		return true;
	qsort(r->row, n, sizeof(*r->row), by_group_and_window);
	while (i < n) {
		struct metrics_row row = r->row[i];
		int64_t at = first;
		for (; i < n && row.rest == r->row[i].rest &&
		       str_eq(row.group, r->row[i].group);
		     i++) {
			int64_t start = r->row[i].start;
			if (start == TIMESTAMP_NONE)
				continue;
			for (; at < start && ++gaps <= GAPS_MAX;
			     at = window_of(&m->options.window, at).end)
				put_row(r, (struct metrics_row){ at, row.group,
					       row.rest, &empty });
			at = window_of(&m->options.window, start).end;
		}
		for (; at <= last && ++gaps <= GAPS_MAX;
		     at = window_of(&m->options.window, at).end)
			put_row(r, (struct metrics_row){
				       at, row.group, row.rest, &empty });
		if (gaps > GAPS_MAX) {
			r->n = n;
			return false;
		}
	}
	return true;
}

size_t
metrics_rows(struct metrics *m, struct metrics_row **row, bool *gaps)
{
	struct rows r = { 0 };

	group_view_decide(&m->groups);
	observer_decide(&m->observer);
	settle_groups(m);
	for (size_t i = 0; i < m->keys.n; i++) {
		struct slot *s = &m->slot[i];
		bool rest = s->group == GROUP_NONE;
		if (s->cell.n == 0)
			continue;
		settle_words(m, &s->cell);
		m->odd.rest += rest ? s->cell.n : 0;
		put_row(
		    &r, (struct metrics_row){ s->start,
			    rest ? STR("other") : m->groups.names.key[s->group],
			    rest, &s->cell });
	}
	*gaps = m->options.window.unit == WINDOW_NONE || fill_gaps(m, &r);
	if (r.n > 0)
		qsort(r.row, r.n, sizeof(*r.row), by_window_and_group);
	*row = r.row;
	return r.n;
}
