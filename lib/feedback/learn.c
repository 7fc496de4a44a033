/* Which decisions to have labelled next (learn.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/groups.h"
#include "feedback/learn.h"
#include "record/number.h"
#include "record/splice.h"

const char *const learn_strategy_words[] = {
	[LEARN_UNCERTAINTY] = "uncertainty",
	[LEARN_THRESHOLD] = "threshold",
	[LEARN_MARGIN] = "margin",
	[LEARN_WEIGHT] = "weight",
	[LEARN_RANDOM] = "random",
	[LEARN_NOISE] = "noise",
	NULL,
};

struct learn {
	struct learn_options options;
	struct lesson_reader reader;
	struct evaluator *ev;
	int64_t by; /* expression, or POLICY_NONE */
	uint32_t margin, threshold; /* expressions */
	uint32_t node; /* of a member "learn" that is there */
	struct sorter *sorter;
	struct map groups;
	double
	    *best; /* [nbest]: a heap of what would be taken, the last first */
	size_t nbest, best_cap;
	struct buf packed, line;
	struct learn_totals totals;
	double sum[2], n[2]; /* confidence in their label, by label */
};

/* In front of the line, in two parts: where the member goes between them. */
struct packed {
	double score, confidence;
	uint32_t group, before;
	int8_t label;
} __attribute__((packed));

static int
want(struct policy *p, const char *where, const char *own, const char *path,
    uint32_t *id, struct err *e)
{
	if (own == NULL)
		return expr_set_want(p->exprs, path, EXPR_VALUE, id, e);
	if (expr_set_add(p->exprs, where, str_of(own), EXPR_VALUE, id, e) == -1)
		return -1;
	expr_set_use(p->exprs, *id);
	return 0;
}

struct learn *
learn_new(struct policy *p, const struct learn_options *o, struct err *e)
{
	struct learn *l = calloc(1, sizeof(*l));
	uint32_t id;

	if (l == NULL)
		memory_exhausted();
	l->options = *o;
	l->by = POLICY_NONE;
	l->sorter = sorter_new(o->memory / 2, o->directory);
	if (lesson_reader_init(&l->reader, p, e) == -1 ||
	    want(p, "--margin", o->margin, ".signals?.margin?", &l->margin,
		e) == -1 ||
	    want(p, "", NULL, ".route?.threshold?", &l->threshold, e) == -1 ||
	    (o->by != NULL && want(p, "--by", o->by, "", &id, e) == -1)) {
		learn_free(l);
		return NULL;
	}
	if (o->by != NULL)
		l->by = id;
	l->reader.percent = o->percent;
	l->node = fields_add_key(expr_set_fields(p->exprs), 0, STR("learn"));
	return l;
}

void
learn_free(struct learn *l)
{
	if (l == NULL)
		return;
	sorter_free(l->sorter);
	map_release(&l->groups);
	free(l->best);
	buf_release(&l->packed);
	buf_release(&l->line);
	free(l);
}

void
learn_start(struct learn *l, struct evaluator *ev)
{
	l->ev = ev;
}

struct learn_totals
learn_totals(const struct learn *l)
{
	return l->totals;
}

/* In (0, 1), by the id and the key alone. */
static double
draw(const struct learn *l, struct str id)
{
	return siphash_uniform(&l->options.key, id) + 0x1p-54;
}

static double
look_number(struct learn *l, const struct record *r, uint32_t id)
{
	struct value v = expr_look(l->ev, r, id);

	return value_number(&v);
}

static double
threshold_of(struct learn *l, const struct record *r)
{
	return isnan(l->options.threshold) ? look_number(l, r, l->threshold)
					   : l->options.threshold;
}

/*
 * What comes first is greater in *order; *score is what is shown.  False if
 * it cannot be told.
 */
static bool
rate(struct learn *l, const struct lesson *x, const struct record *r,
    double *order, double *score)
{
	double c = x->confidence, u;

	if (value_is_null(&x->id) && (l->options.strategy == LEARN_WEIGHT ||
					 l->options.strategy == LEARN_RANDOM))
		return false; /* there is nothing to draw by */
	switch (l->options.strategy) {
	case LEARN_UNCERTAINTY: *order = *score = 1 - fabs(2 * c - 1); break;
	case LEARN_THRESHOLD:
		*score = fabs(c - threshold_of(l, r));
		*order = -*score;
		break;
	case LEARN_MARGIN:
		*score = look_number(l, r, l->margin);
		*order = -*score;
		break;
	case LEARN_WEIGHT:
		/* without replacement: Efraimidis and Spirakis (2006) */
		u = draw(l, value_name(&x->id, r->scratch));
		*score = 1 / (c + 0.01);
		*order = log(u) / *score;
		break;
	case LEARN_RANDOM:
		u = draw(l, value_name(&x->id, r->scratch));
		*order = *score = u;
		break;
	case LEARN_NOISE:
		*score = x->correct == 1 ? c : 1 - c;
		*order = -*score;
		break;
	}
	return isfinite(*order);
}

/* A number that is less the greater x is; of all but NaN. */
static uint64_t
descending(double x)
{
	uint64_t bits;

	x += 0.0; /* no -0 */
	memcpy(&bits, &x, sizeof(bits));
	return bits >> 63 != 0 ? bits : ~(bits | UINT64_C(1) << 63);
}

static void
sift_down(double *heap, size_t n, size_t i)
{
	double x = heap[i];

	for (size_t child; (child = 2 * i + 1) < n; i = child) {
		if (child + 1 < n && heap[child + 1] < heap[child])
			child++;
		if (x <= heap[child])
			break;
		heap[i] = heap[child];
	}
	heap[i] = x;
}

/*
 * Whether it may be among the first `budget`; without groups, and of what
 * is not judged by all the others.  Equals may.
 */
static bool
may_be_taken(struct learn *l, double order)
{
	uint64_t budget = l->options.budget;
	size_t i;

	if (budget == 0 || l->by != POLICY_NONE ||
	    l->options.strategy == LEARN_NOISE)
		return true;
	if (l->nbest < budget) {
		VEC_ROOM(l->best, l->nbest, l->best_cap);
		for (i = l->nbest++; i > 0 && l->best[(i - 1) / 2] > order;
		     i = (i - 1) / 2)
			l->best[i] = l->best[(i - 1) / 2];
		l->best[i] = order;
		return true;
	}
	if (order < l->best[0])
		return false;
	l->best[0] = order;
	sift_down(l->best, l->nbest, 0);
	return true;
}

static uint32_t
group_of(struct learn *l, const struct record *r)
{
	struct value v;
	struct str name;

	if (l->by == POLICY_NONE)
		return 0;
	v = expr_look(l->ev, r, (uint32_t)l->by);
	name = value_name(&v, r->scratch);
	if (map_find(&l->groups, name) == MAP_NONE &&
	    l->groups.n >= l->options.max_groups)
		name = STR("all others");
	return map_put(&l->groups, name, NULL);
}

static int
keep(struct learn *l, const struct lesson *x, const struct record *r,
    double order, double score, struct err *e)
{
	struct packed p = { score, x->confidence, group_of(l, r), 0,
		(int8_t)x->correct };
	size_t resume;

	buf_clear(&l->line);
	resume =
	    splice_begin(&l->line, r->line, STR("learn"), &r->slot[l->node]);
	p.before = (uint32_t)l->line.n;
	splice_end(&l->line, r->line, resume);
	buf_clear(&l->packed);
	buf_add(&l->packed, &p, sizeof(p));
	buf_str(&l->packed, buf_view(&l->line));
	return sorter_add(
	    l->sorter, descending(order), buf_view(&l->packed), e);
}

/* Of noise the labelled ones are looked at, else those without a label. */
static bool
is_wanted(const struct learn *l, const struct lesson *x)
{
	bool labelled = x->correct != -1 || x->outcome != -1;

	return l->options.strategy == LEARN_NOISE ? x->correct != -1
						  : !labelled;
}

int
learn_add(struct record *r, void *arg, struct err *e)
{
	struct learn *l = arg;
	double order = NAN, score = NAN;
	struct lesson x;

	lesson_read(&x, &l->reader, l->ev, r);
	l->totals.read++;
	if (!is_wanted(l, &x)) {
		l->totals.passed++;
		return 0;
	}
	if (!rate(l, &x, r, &order, &score)) {
		l->totals.unknown++;
		return 0;
	}
	if (l->options.strategy == LEARN_NOISE) {
		l->sum[x.correct] += score;
		l->n[x.correct]++;
	}
	return may_be_taken(l, order) ? keep(l, &x, r, order, score, e) : 0;
}

/* How sure the model is, on average, of those that have a label. */
static double
mean_of(const struct learn *l, int label)
{
	return l->n[label] == 0 ? NAN : l->sum[label] / l->n[label];
}

/*
 * Of noise, whether the label is not in doubt: of the other one the model is
 * less sure than of those that have it.
 */
static bool
is_trusted(const struct learn *l, const struct packed *p)
{
	double other = p->label == 1 ? 1 - p->confidence : p->confidence;

	return l->options.strategy == LEARN_NOISE &&
	       !(other >= mean_of(l, !p->label));
}

static void
write_member(const struct learn *l, const struct packed *p, struct buf *out)
{
	buf_printf(out, "{\"strategy\":\"%s\"",
	    learn_strategy_words[l->options.strategy]);
	buf_json_count(out, "rank", l->totals.found);
	buf_json_member(out, "score", p->score);
	if (l->by != POLICY_NONE) {
		buf_cstr(out, ",\"group\":");
		buf_json_string(out, l->groups.key[p->group]);
	}
	if (l->options.strategy == LEARN_NOISE) {
		buf_printf(
		    out, ",\"label\":%s", p->label == 1 ? "true" : "false");
		buf_json_member(
		    out, "suspect_below", 1 - mean_of(l, !p->label));
	}
	buf_char(out, '}');
}

/* One record, as it is to come. */
static int
hand_on(struct learn *l, struct str bytes, learn_line_fn *line, void *arg,
    struct err *e)
{
	struct packed p;
	struct str text = { bytes.s + sizeof(p), bytes.n - sizeof(p) };

	memcpy(&p, bytes.s, sizeof(p));
	l->totals.found++;
	buf_clear(&l->line);
	buf_add(&l->line, text.s, p.before);
	write_member(l, &p, &l->line);
	buf_add(&l->line, text.s + p.before, text.n - p.before);
	return line(arg, buf_view(&l->line), e);
}

/*
 * Groups take turns: the first of each, then the second of each, and so on.
 * Their order in a turn is that of their urgency.
 */
static int
take_turns(struct learn *l, struct err *e)
{
	struct sorter *turns =
	    sorter_new(l->options.memory / 2, l->options.directory);
	uint64_t *taken = calloc(l->groups.n + 1, sizeof(*taken)), order;
	struct str bytes;
	struct packed p;
	int got;

	if (taken == NULL)
		memory_exhausted();
	while ((got = sorter_next(l->sorter, &order, &bytes, e)) == 1) {
		memcpy(&p, bytes.s, sizeof(p));
		if (is_trusted(l, &p)) {
			l->totals.trusted++;
			continue;
		}
		order = taken[p.group]++;
		if (l->options.budget > 0 && order >= l->options.budget)
			continue;
		if ((got = sorter_add(turns, order, bytes, e)) == -1)
			break;
	}
	free(taken);
	sorter_free(l->sorter);
	l->sorter = turns;
	return got == -1 ? -1 : sorter_sort(turns, e);
}

int
learn_each(struct learn *l, learn_line_fn *line, void *arg, struct err *e)
{
	struct learn_totals *t = &l->totals;
	struct str bytes;
	struct packed p;
	uint64_t order;
	int got;

	if (sorter_sort(l->sorter, e) == -1 ||
	    (l->by != POLICY_NONE && take_turns(l, e) == -1))
		return -1;
	while ((got = sorter_next(l->sorter, &order, &bytes, e)) == 1) {
		bool full =
		    l->options.budget > 0 && t->found == l->options.budget;
		/* the rest of noise is read to be counted */
		if (full && l->options.strategy != LEARN_NOISE)
			break;
		memcpy(&p, bytes.s, sizeof(p));
		if (is_trusted(l, &p)) /* none after take_turns() */
			t->trusted++;
		else if (!full && hand_on(l, bytes, line, arg, e) == -1)
			return -1;
	}
	t->behind = t->read - t->passed - t->unknown - t->trusted - t->found;
	return got == -1 ? -1 : 0;
}
