/* Labelled decisions collected from records (labelled.h). */
#include <stdlib.h>

#include "calibrate/labelled.h"
#include "policy/fieldvalue.h"

int
labelled_source_init(struct labelled_source *s, struct policy *p,
    const char *by, bool percent, struct labelled *into, struct err *e)
{
	uint32_t id;

	*s = (struct labelled_source){
		.policy = p, .percent = percent, .by = POLICY_NONE, .into = into
	};
	if (p->field[FIELD_WEIGHT] != POLICY_NONE)
		return err_set(e, STATUS_USAGE,
		    "field weight: the proofs and "
		    "measures here are for unweighted labels; leave it out");
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

/* The group's number, GROUP_NONE when it has none or there are too many. */
static uint32_t
group_of(const struct labelled_source *s, const struct record *r)
{
	struct labelled *l = s->into;
	struct value v;
	struct str name;
	uint32_t i;
	bool added;

	if (s->by == POLICY_NONE)
		return 0;
	if (expr_value(s->ev, r, (uint32_t)s->by, &v) != EXPR_OK)
		return GROUP_NONE;
	name = value_name(&v, r->scratch);
	if (l->groups.n >= l->max_groups)
		return map_find(&l->groups, name);
	i = map_put(&l->groups, name, &added);
	if (added) {
		VEC_ROOM(l->group, i, l->group_cap);
		l->group[i] = (struct group_counts){ 0 };
	}
	return i;
}

int
labelled_add(struct record *r, void *source, struct err *e)
{
	struct labelled_source *s = source;
	struct labelled *l = s->into;
	double confidence;
	uint32_t group;
	int correct = field_correct(s->ev, s->policy, r);

	(void)e;
	if (correct == -1) {
		l->unlabelled++;
		return 0;
	}
	group = group_of(s, r);
	if (group == GROUP_NONE) {
		l->ungrouped++;
	} else if (s->by != POLICY_NONE) {
		l->group[group].n++;
		l->group[group].errors += !correct;
	}
	if (field_confidence(s->ev, s->policy, r, s->percent, &confidence) !=
	    CONFIDENCE_OK) {
		l->without++;
		l->without_errors += !correct;
		return 0;
	}
	l->zero += confidence == 0;
	VEC_ROOM(l->decision, l->n, l->cap);
	l->decision[l->n++] = (struct decision){ confidence, group, !correct };
	return 0;
}

void
labelled_finish(struct labelled *l)
{
	decisions_sort(l->decision, l->n);
}

void
labelled_release(struct labelled *l)
{
	free(l->decision);
	free(l->group);
	map_release(&l->groups);
	*l = (struct labelled){ 0 };
}

uint64_t
labelled_total(const struct labelled *l)
{
	return l->n + l->without;
}
