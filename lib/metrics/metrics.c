/* The metrics of a log (metrics.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/metrics.h"
#include "policy/fieldvalue.h"
#include "record/number.h"

/* What is read of route and review; all are plain paths. */
enum place {
	PLACE_ACTION,
	PLACE_SELECTED,
	PLACE_RATE,
	PLACE_OUTCOME,
	PLACE_REVIEW_CORRECT,
	PLACE_WAIT,
	PLACE_SECONDS,
	PLACE_USED,
	PLACES,
};
static const char *const place_path[PLACES] = {
	[PLACE_ACTION] = ".route?.action?",
	[PLACE_SELECTED] = ".route?.audit?.selected?",
	[PLACE_RATE] = ".route?.audit?.rate?",
	[PLACE_OUTCOME] = ".review?.outcome?",
	[PLACE_REVIEW_CORRECT] = ".review?.correct?",
	[PLACE_WAIT] = ".review?.wait_seconds?",
	[PLACE_SECONDS] = ".review?.seconds?",
	[PLACE_USED] = ".review?.used?",
};

/* The records of one window and group. */
struct slot {
	int64_t start; /* TIMESTAMP_NONE: no window */
	struct str group; /* s NULL: none */
	struct cell cell;
};

struct metrics {
	const struct policy *policy;
	struct metrics_options options;
	struct evaluator *ev;
	struct expr_set *exprs;
	uint32_t place[PLACES];
	struct groups all_groups; /* of the first thread */
	struct group_view groups;
	struct map keys; /* window and group -> slot[] */
	struct slot *slot;
	size_t slot_cap;
	size_t settled; /* slots whose groups are decided upon */
	struct buf key;
	struct metrics_oddities odd;
};

struct metrics *
metrics_new(struct policy *p, const struct metrics_options *o, struct err *e)
{
	struct metrics *m = alloc_apart(sizeof(*m));

	m->policy = p;
	m->options = *o;
	m->exprs = p->exprs;
	groups_init(&m->all_groups, o->max_groups);
	group_view_init(&m->groups, &m->all_groups);
	policy_use_field(p, FIELD_CORRECT);
	if (o->window.unit != WINDOW_NONE)
		policy_use_field(p, FIELD_TIME);
	for (int i = 0; i < PLACES; i++) {
		if (expr_set_want(p->exprs, place_path[i], EXPR_VALUE,
			&m->place[i], e) == -1) {
			metrics_free(m);
			return NULL;
		}
	}
	if (o->by != POLICY_NONE)
		expr_set_use(p->exprs, (uint32_t)o->by);
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
	group_view_release(&m->groups);
	groups_release(&m->all_groups);
	map_release(&m->keys);
	buf_release(&m->key);
	free(m);
}

void
metrics_start(struct metrics *m, struct evaluator *ev)
{
	m->ev = ev;
}

static struct value
look(const struct metrics *m, const struct record *r, enum place place)
{
	struct value v = { 0 };

	if (expr_value(m->ev, r, m->place[place], &v) != EXPR_OK)
		v.type = JSON_ABSENT;
	return v;
}

/* 1, 0, or -1 for anything but a boolean. */
static int
look_bool(const struct metrics *m, const struct record *r, enum place place)
{
	enum json_type t = look(m, r, place).type;

	return t == JSON_TRUE ? 1 : t == JSON_FALSE ? 0 : -1;
}

static double
look_number(const struct metrics *m, const struct record *r, enum place place)
{
	struct value v = look(m, r, place);

	return v.type == JSON_NUMBER ? number_value(v.text) : NAN;
}

static struct observation
observe(const struct metrics *m, const struct record *r)
{
	struct observation o = { .action = -1, .outcome = -1 };
	struct value v = look(m, r, PLACE_ACTION);
	double rate = look_number(m, r, PLACE_RATE), latency;

	if (v.type == JSON_STRING)
		o.action =
		    word_index(action_words, value_string(&v, r->scratch));
	o.selected = look_bool(m, r, PLACE_SELECTED) == 1;
	o.rate = rate >= 0 && rate <= 1 ? rate : 0;
	o.correct = look_bool(m, r, PLACE_REVIEW_CORRECT);
	if (o.correct == -1)
		o.correct = field_correct(m->ev, m->policy, r);
	v = look(m, r, PLACE_OUTCOME);
	if (v.type == JSON_STRING)
		o.outcome = outcome_parse(value_string(&v, r->scratch));
	latency =
	    look_number(m, r, PLACE_WAIT) + look_number(m, r, PLACE_SECONDS);
	o.latency = isfinite(latency) ? latency : -1;
	o.used = look_bool(m, r, PLACE_USED);
	return o;
}

/* The group's name, "other" beyond the bound; s NULL without --by. */
static struct str
group_of(struct metrics *m, const struct record *r)
{
	struct value v;
	struct str name;

	if (m->options.by == POLICY_NONE)
		return (struct str){ 0 };
	if (expr_value(m->ev, r, (uint32_t)m->options.by, &v) != EXPR_OK)
		return STR("null");
	name = value_name(&v, r->scratch);
	if (group_view_place(&m->groups, name) != GROUP_NONE)
		return name;
	m->odd.other_groups++;
	return STR("other");
}

static struct slot *
slot_of(struct metrics *m, int64_t start, struct str group)
{
	struct slot *s;
	bool added;
	uint32_t i;

	buf_clear(&m->key);
	buf_add(&m->key, &start, sizeof(start));
	buf_str(&m->key, group);
	i = map_put(&m->keys, buf_view(&m->key), &added);
	if (added)
		VEC_ROOM(m->slot, i, m->slot_cap);
	s = &m->slot[i];
	if (added) {
		*s = (struct slot){ .start = start, .group = m->keys.key[i] };
		s->group.s += sizeof(start);
		s->group.n -= sizeof(start);
	}
	return s;
}

int
metrics_add(struct record *r, void *arg, struct err *e)
{
	struct metrics *m = arg;
	struct observation o = observe(m, r);
	int64_t start = TIMESTAMP_NONE;
	struct str group = group_of(m, r);

	(void)e;
	m->odd.n++;
	m->odd.unrouted += o.action == -1;
	if (m->options.window.unit != WINDOW_NONE) {
		start = field_time(m->ev, m->policy, r);
		if (start == TIMESTAMP_NONE)
			m->odd.untimed++;
		else
			start = window_start(&m->options.window, start);
	}
	cell_add(&slot_of(m, start, group)->cell, &o);
	return 0;
}

void *
metrics_fork(void *arg)
{
	const struct metrics *m = arg;
	struct metrics *f = alloc_apart(sizeof(*f));

	f->policy = m->policy;
	f->options = m->options;
	f->exprs = m->exprs;
	memcpy(f->place, m->place, sizeof(f->place));
	group_view_init(&f->groups, m->groups.all);
	f->ev = evaluator_new(m->exprs);
	return f;
}

void
metrics_join(void *to, void *from)
{
	struct metrics *m = to, *f = from;

	for (size_t i = 0; i < f->keys.n; i++)
		cell_join(&slot_of(m, f->slot[i].start, f->slot[i].group)->cell,
		    &f->slot[i].cell);
	m->odd.n += f->odd.n;
	m->odd.unrouted += f->odd.unrouted;
	m->odd.untimed += f->odd.untimed;
	m->odd.other_groups += f->odd.other_groups;
	evaluator_free(f->ev);
	metrics_free(f);
}

void
metrics_piece(void *arg)
{
	struct metrics *m = arg;

	group_view_decide(&m->groups);
	for (size_t n = m->keys.n; m->settled < n; m->settled++) {
		struct slot *s = &m->slot[m->settled], moved = *s;
		uint32_t g = map_find(&m->groups.names, s->group);
		if (g == MAP_NONE || m->groups.number[g] != GROUP_NONE)
			continue;
		s->cell = (struct cell){ 0 };
		m->odd.other_groups += moved.cell.n;
		cell_join(
		    &slot_of(m, moved.start, STR("other"))->cell, &moved.cell);
		cell_release(&moved.cell);
	}
}

struct metrics_oddities
metrics_oddities(const struct metrics *m)
{
	return m->odd;
}

static int
by_window_and_group(const void *a, const void *b)
{
	const struct slot *x = *(const struct slot *const *)a;
	const struct slot *y = *(const struct slot *const *)b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return str_cmp(x->group, y->group);
}

static void
write_metric(struct buf *out, enum metric metric, const struct metric_value *v,
    const struct policy_target *t, int verdict)
{
	buf_printf(out, ",\"%s\":{\"value\":", metric_words[metric]);
	buf_json_double(out, v->value);
	buf_json_member(out, "low", v->low);
	buf_json_member(out, "high", v->high);
	buf_printf(out, ",\"n\":%llu,\"target\":", (unsigned long long)v->n);
	buf_str(out, t->given ? t->text : STR("null"));
	buf_printf(out, ",\"ok\":%s",
	    verdict == 1   ? "true"
	    : verdict == 0 ? "false"
			   : "null");
	if (metric == METRIC_ERROR_ESCAPE_RATE) {
		buf_json_member(out, "naive", v->escape.naive);
		buf_json_member(out, "effective_n", v->escape.effective_n);
		buf_json_member(out, "covered", v->escape.covered);
		buf_printf(out, ",\"unlabelled_audits\":%llu",
		    (unsigned long long)v->escape.unlabelled);
	}
	if (v->why != NULL) {
		buf_cstr(out, ",\"why\":");
		buf_json_string(out, str_of(v->why));
	}
	buf_char(out, '}');
}

static void
write_place(struct buf *out, const struct metrics *m, const struct slot *s)
{
	buf_char(out, '{');
	if (m->options.window.unit != WINDOW_NONE) {
		buf_cstr(out, "\"window\":");
		if (s->start == TIMESTAMP_NONE) {
			buf_cstr(out, "null");
		} else {
			buf_char(out, '"');
			timestamp_format(out, s->start);
			buf_char(out, '"');
		}
		buf_char(out, ',');
	}
	if (m->options.by != POLICY_NONE) {
		buf_cstr(out, "\"group\":");
		buf_json_string(out, s->group);
		buf_char(out, ',');
	}
	buf_printf(out, "\"n\":%llu", (unsigned long long)s->cell.n);
}

static void
tell_miss(const struct metrics *m, const struct slot *s, enum metric metric,
    const struct metric_value *v, void (*miss)(const char *))
{
	const struct policy_target *t = &m->policy->target[metric];
	bool above = t->has_most && v->low > t->most;
	struct buf line = { 0 };

	if (m->options.window.unit != WINDOW_NONE &&
	    s->start != TIMESTAMP_NONE) {
		timestamp_format(&line, s->start);
		buf_char(&line, ' ');
	}
	if (m->options.by != POLICY_NONE) {
		buf_str(&line, s->group);
		buf_cstr(&line, ": ");
	}
	buf_printf(&line,
	    "%s is %.4g (95 %%: %.4g to %.4g, n %llu), %s its "
	    "target %.*s",
	    metric_words[metric], v->value, v->low, v->high,
	    (unsigned long long)v->n, above ? "above" : "below", (int)t->text.n,
	    t->text.s);
	buf_char(&line, '\0');
	miss(line.s);
	buf_release(&line);
}

size_t
metrics_rows(
    struct metrics *m, struct results *results, void (*miss)(const char *line))
{
	const struct slot **order = malloc((m->keys.n + 1) * sizeof(*order));
	struct buf row = { 0 };
	size_t missed = 0, n = 0;

	if (order == NULL)
		memory_exhausted();
	for (size_t i = 0; i < m->keys.n; i++)
		if (m->slot[i].cell.n > 0)
			order[n++] = &m->slot[i];
	qsort(order, n, sizeof(*order), by_window_and_group);
	for (size_t i = 0; i < n; i++) {
		buf_clear(&row);
		write_place(&row, m, order[i]);
		for (enum metric k = 0; k < METRICS; k++) {
			struct metric_value v =
			    cell_metric(&order[i]->cell, k, m->options.level);
			int verdict = metric_verdict(&v, &m->policy->target[k]);
			write_metric(
			    &row, k, &v, &m->policy->target[k], verdict);
			if (verdict == 0) {
				missed++;
				tell_miss(m, order[i], k, &v, miss);
			}
		}
		buf_char(&row, '}');
		results_add(results, buf_view(&row));
	}
	buf_release(&row);
	free(order);
	return missed;
}
