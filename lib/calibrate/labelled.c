/* Labelled decisions collected from records (labelled.h). */
#include <math.h>
#include <stdlib.h>

#include "calibrate/labelled.h"
#include "policy/fieldvalue.h"
#include "stats/weighted.h"

int
labelled_source_init(struct labelled_source *s, struct policy *p,
    const char *by, bool percent, bool weighted, double max_weight,
    struct labelled *into, struct err *e)
{
	uint32_t id;

	*s = (struct labelled_source){ .policy = p,
		.exprs = p->exprs,
		.percent = percent,
		.by = POLICY_NONE,
		.confidence = POLICY_NONE,
		.max_weight = max_weight,
		.into = into };
	if (p->field[FIELD_WEIGHT] != POLICY_NONE) {
		if (!weighted)
			return err_set(e, STATUS_USAGE,
			    "field weight: what is asked for counts all "
			    "labels alike; threshold --max-error alone knows "
			    "weights (without --by)");
		if (max_weight == 0)
			return err_set(e, STATUS_USAGE,
			    "field weight: --max-weight W is missing: the "
			    "largest weight a label can have, which is 1 / the "
			    "smallest rate of audits");
		s->weighted = into->weighted = true;
		into->max_weight = max_weight;
		policy_use_field(p, FIELD_WEIGHT);
	} else if (max_weight > 0) {
		return err_set(e, STATUS_USAGE,
		    "--max-weight: there is no field weight; -F weight=EXPR "
		    "makes one");
	}
	group_view_init(&s->view, &into->groups);
	policy_use_field(p, FIELD_CONFIDENCE);
	policy_use_field(p, FIELD_CORRECT);
	if (by == NULL)
		return 0;
	if (expr_set_add(p->exprs, "--by", str_of(by), EXPR_VALUE, &id, e) ==
	    -1)
		return -1;
	expr_set_use(p->exprs, id);
	s->by = id;
	return 0;
}

/* The group's place in the view, GROUP_NONE if there are too many. */
static uint32_t
place_of(struct labelled_source *s, struct str name)
{
	size_t seen = s->view.names.n;
	uint32_t place = group_view_place(&s->view, name);

	if (place != GROUP_NONE && s->view.names.n > seen) {
		VEC_ROOM(s->count, place, s->count_cap);
		s->count[place] = (struct group_counts){ 0 };
	}
	return place;
}

static uint32_t
group_of(struct labelled_source *s, const struct record *r)
{
	struct value v;

	if (s->by == POLICY_NONE ||
	    expr_value(s->ev, r, (uint32_t)s->by, &v) != EXPR_OK)
		return GROUP_NONE;
	return place_of(s, value_name(&v, r->scratch));
}

/* The record's weight, 1 if there are none; -1 with *e. */
static int
weight_value(
    struct labelled_source *s, const struct record *r, double *w, struct err *e)
{
	*w = 1;
	if (!s->weighted)
		return 0;
	if (!field_weight(s->ev, s->policy, r, w))
		return err_set(e, STATUS_REJECTED,
		    "field weight: a finite number above 0 is expected");
	/* 1 / 0.03 as somebody writes it */
	if (*w > s->max_weight * (1 + 1e-6))
		return err_set(e, STATUS_REJECTED,
		    "field weight: %g is above --max-weight", *w);
	*w = fmin(*w, s->max_weight);
	return 0;
}

static enum confidence_state
confidence_value(
    struct labelled_source *s, const struct record *r, double *confidence)
{
	struct value v;

	if (s->confidence == POLICY_NONE)
		return field_confidence(
		    s->ev, s->policy, r, s->percent, confidence);
	if (expr_value(s->ev, r, (uint32_t)s->confidence, &v) != EXPR_OK)
		return CONFIDENCE_ERROR;
	return confidence_parse(&v, s->percent, confidence);
}

void
labelled_put(struct labelled_source *s, const struct str *group,
    double confidence, bool error, uint64_t n)
{
	struct labelled *l = s->into;
	uint32_t place =
	    group == NULL || n == 0 ? GROUP_NONE : place_of(s, *group);

	if (place != GROUP_NONE) {
		s->count[place].n += n;
		s->count[place].errors += error ? n : 0;
	} else if (s->by != POLICY_NONE) {
		l->ungrouped += n;
	}
	if (isnan(confidence)) {
		l->without += n;
		l->without_errors += error ? n : 0;
		return;
	}
	l->zero += confidence == 0 ? n : 0;
	for (uint64_t i = 0; i < n; i++) {
		VEC_ROOM(l->decision, l->n, l->cap);
		l->decision[l->n++] =
		    (struct decision){ confidence, place, error };
	}
}

int
labelled_add(struct record *r, void *source, struct err *e)
{
	struct labelled_source *s = source;
	struct labelled *l = s->into;
	double confidence, weight;
	uint32_t group;
	int correct;

	if (!part_takes(&s->part, s->ev, s->policy, r, &l->partless))
		return 0;
	correct = field_correct(s->ev, s->policy, r);
	if (correct == -1) {
		l->unlabelled++;
		return 0;
	}
	if (weight_value(s, r, &weight, e) == -1)
		return -1;
	group = group_of(s, r);
	if (group != GROUP_NONE) {
		s->count[group].n++;
		s->count[group].errors += !correct;
	} else if (s->by != POLICY_NONE) {
		l->ungrouped++;
	}
	if (confidence_value(s, r, &confidence) != CONFIDENCE_OK) {
		l->without++;
		l->without_errors += !correct;
		l->without_weight += (uint64_t)llrint(weight * 1e6);
		return 0;
	}
	l->zero += confidence == 0;
	if (s->folds)
		group = part_of(s->ev, s->policy, r, DIVISION_FOLDS, FOLDS);
	if (s->weighted)
		group = weight_pack(weight);
	VEC_ROOM(l->decision, l->n, l->cap);
	l->decision[l->n++] = (struct decision){ confidence, group, !correct };
	return 0;
}

void
labelled_piece(void *arg)
{
	struct labelled_source *s = arg;
	struct labelled *l = s->into;

	if (s->by == POLICY_NONE)
		return;
	group_view_decide(&s->view);
	for (; s->settled < l->n; s->settled++) {
		uint32_t *group = &l->decision[s->settled].group;
		if (*group != GROUP_NONE)
			*group = s->view.number[*group];
	}
}

void
labelled_done(void *arg)
{
	struct labelled *l = ((struct labelled_source *)arg)->into;

	decisions_sort(l->decision, l->n);
}

void *
labelled_fork(void *arg)
{
	const struct labelled_source *s = arg;
	struct labelled_source *f = malloc(sizeof(*f));
	struct labelled *l = calloc(1, sizeof(*l));

	if (f == NULL || l == NULL)
		memory_exhausted();
	*f = (struct labelled_source){ .policy = s->policy,
		.exprs = s->exprs,
		.ev = evaluator_new(s->exprs),
		.percent = s->percent,
		.by = s->by,
		.confidence = s->confidence,
		.part = s->part,
		.folds = s->folds,
		.weighted = s->weighted,
		.max_weight = s->max_weight,
		.into = l };
	group_view_init(&f->view, s->view.all);
	return f;
}

/* Counts of one thread's groups by their number. */
static void
count_groups(struct labelled *l, struct labelled_source *s)
{
	for (size_t i = 0; i < s->view.names.n; i++) {
		uint32_t number = s->view.number[i];
		if (number == GROUP_NONE) {
			l->ungrouped += s->count[i].n;
			continue;
		}
		l->group[number].n += s->count[i].n;
		l->group[number].errors += s->count[i].errors;
	}
	group_view_release(&s->view);
	free(s->count);
}

static void
make_room_for_groups(struct labelled *l)
{
	if (l->group == NULL)
		l->group = calloc(l->groups.names.n + 1, sizeof(*l->group));
	if (l->group == NULL)
		memory_exhausted();
}

void
labelled_join(void *to, void *from)
{
	struct labelled_source *f = from;
	struct labelled *l = ((struct labelled_source *)to)->into;
	struct labelled *o = f->into;

	make_room_for_groups(l);
	count_groups(l, f);
	l->decision = decisions_merge(l->decision, l->n, o->decision, o->n);
	if (l->decision == NULL)
		memory_exhausted();
	o->decision = NULL;
	l->n += o->n;
	l->cap = l->n;
	l->unlabelled += o->unlabelled;
	l->without += o->without;
	l->without_errors += o->without_errors;
	l->zero += o->zero;
	l->ungrouped += o->ungrouped;
	l->partless += o->partless;
	l->without_weight += o->without_weight;
	evaluator_free(f->ev);
	labelled_release(o);
	free(o);
	free(f);
}

void
labelled_finish(struct labelled_source *s)
{
	struct labelled *l = s->into;

	make_room_for_groups(l);
	count_groups(l, s);
}

struct partition
labelled_partition(const struct labelled *l)
{
	size_t ngroup = l->groups.names.n, *next;
	struct partition p;

	p.d = malloc((l->n + 1) * sizeof(*p.d));
	p.start = calloc(ngroup + 2, sizeof(*p.start));
	next = malloc((ngroup + 1) * sizeof(*next));
	if (p.d == NULL || p.start == NULL || next == NULL)
		memory_exhausted();
	for (size_t i = 0; i < l->n; i++)
		if (l->decision[i].group != GROUP_NONE)
			p.start[l->decision[i].group + 1]++;
	for (size_t g = 0; g < ngroup; g++) {
		p.start[g + 1] += p.start[g];
		next[g] = p.start[g];
	}
	for (size_t i = 0; i < l->n; i++)
		if (l->decision[i].group != GROUP_NONE)
			p.d[next[l->decision[i].group]++] = l->decision[i];
	free(next);
	return p;
}

void
labelled_release(struct labelled *l)
{
	free(l->decision);
	free(l->group);
	groups_release(&l->groups);
	*l = (struct labelled){ 0 };
}

uint64_t
labelled_total(const struct labelled *l)
{
	return l->n + l->without;
}

int
labelled_pair_add(struct record *r, void *pair, struct err *e)
{
	struct labelled_pair *p = pair;

	if (labelled_add(r, p->before, e) == -1)
		return -1;
	return labelled_add(r, p->after, e);
}

void
labelled_pair_piece(void *pair)
{
	struct labelled_pair *p = pair;

	labelled_piece(p->before);
	labelled_piece(p->after);
}

void
labelled_pair_done(void *pair)
{
	struct labelled_pair *p = pair;

	labelled_done(p->before);
	labelled_done(p->after);
}

void *
labelled_pair_fork(void *pair)
{
	const struct labelled_pair *p = pair;
	struct labelled_pair *f = malloc(sizeof(*f));

	if (f == NULL)
		memory_exhausted();
	f->before = labelled_fork(p->before);
	f->after = labelled_fork(p->after);
	return f;
}

void
labelled_pair_join(void *pair, void *forked)
{
	struct labelled_pair *p = pair, *f = forked;

	labelled_join(p->before, f->before);
	labelled_join(p->after, f->after);
	free(f);
}
