/* How a verb of hitl-calibrate reads its labels. */
#include "calibrate/calibrate.h"
#include "calibrate/labels.h"

int
take_max_groups(const char *argument, struct collection *c, struct err *e)
{
	return count_option(
	    "--max-groups", argument, 1, 1e6, &c->max_groups, e);
}

void
tell_partless(uint64_t n)
{
	if (n > 0)
		diag("%llu records have no id (field id), so they are in no "
		     "part and left out",
		    (unsigned long long)n);
}

/* Tells once what is odd about the labels. */
static void
tell_oddities(const struct labelled *l)
{
	if (l->unlabelled > 0)
		diag("%llu records have no label (field correct) and are left "
		     "out",
		    (unsigned long long)l->unlabelled);
	if (l->without > 0)
		diag("%llu records have no usable confidence; they count as "
		     "escalated, %.1f %% of them are wrong",
		    (unsigned long long)l->without,
		    100.0 * (double)l->without_errors / (double)l->without);
	if (l->zero * 100 >= labelled_total(l) && l->zero > 0)
		diag("%llu records have a confidence of exactly 0, which is "
		     "often a parse failure",
		    (unsigned long long)l->zero);
	if (l->ungrouped > 0)
		diag("%llu records have no group, or one beyond --max-groups; "
		     "they count in the pool only",
		    (unsigned long long)l->ungrouped);
	tell_partless(l->partless);
}

/* A source over `l`, ready but for its evaluator; -1. */
static int
prepare(struct run *r, const struct collection *c, struct labelled *l,
    struct labelled_source *s)
{
	struct err e;

	*l = (struct labelled){ 0 };
	if (labelled_source_init(s, r->policy, c->by, r->options.percent,
		c->weighted, c->max_weight, l, &e) == -1)
		return run_fail(r, &e);
	s->part = c->part;
	s->folds = c->folds;
	if (c->part.n > 0 || c->folds)
		part_use(r->policy);
	return 0;
}

/* The job of reading labels back; its state is `labels`. */
static int
prepare_merge(struct run *r, const struct collection *c,
    struct labelled_source *s, struct labels *labels)
{
	struct err e;

	if (c->part.n > 0 || c->folds || s->weighted) {
		err_set(&e, STATUS_USAGE,
		    "--merge: states have no ids and no weights; --part, "
		    "folds and the field weight need records");
		return run_fail(r, &e);
	}
	return labels_init(labels, s, c->by, &e) == -1 ? run_fail(r, &e) : 0;
}

int
run_labels(struct run *r, const struct collection *c, struct labelled *l)
{
	struct labelled_source source;
	struct labels labels;

	if (prepare(r, c, l, &source) == -1 ||
	    (c->merge && prepare_merge(r, c, &source, &labels) == -1) ||
	    run_open(r) == -1)
		return -1;
	groups_init(&l->groups, c->max_groups);
	source.ev = evaluator_new(r->policy->exprs);
	if (c->merge)
		run_collect(r, &(struct stream_job){ .record = labels_add,
				   .state = &labels,
				   .piece = labels_piece,
				   .done = labels_done });
	else
		run_collect(r, &(struct stream_job){ .record = labelled_add,
				   .state = &source,
				   .piece = labelled_piece,
				   .done = labelled_done,
				   .fork = labelled_fork,
				   .join = labelled_join });
	evaluator_free(source.ev);
	labelled_finish(&source);
	if (r->status == STATUS_USAGE) { /* states that do not go together */
		r->status = (enum status)program_discard(&r->out, r->status);
		return -1;
	}
	tell_oddities(l);
	return 0;
}

int
run_two_labels(struct run *r, const struct collection *c, struct labelled *l,
    struct labelled *other)
{
	struct labelled_source one, two;
	struct labelled_pair pair = { &one, &two };
	struct err e;
	uint32_t id;

	if (prepare(r, c, l, &one) == -1 || prepare(r, c, other, &two) == -1)
		return -1;
	if (expr_set_add(r->policy->exprs, "--compare", str_of(c->other),
		EXPR_VALUE, &id, &e) == -1)
		return run_fail(r, &e);
	expr_set_use(r->policy->exprs, id);
	two.confidence = id;
	if (run_open(r) == -1)
		return -1;
	groups_init(&l->groups, c->max_groups);
	groups_init(&other->groups, c->max_groups);
	one.ev = two.ev = evaluator_new(r->policy->exprs);
	run_collect(r, &(struct stream_job){ .record = labelled_pair_add,
			   .state = &pair,
			   .piece = labelled_pair_piece,
			   .done = labelled_pair_done,
			   .fork = labelled_pair_fork,
			   .join = labelled_pair_join });
	evaluator_free(one.ev);
	labelled_finish(&one);
	labelled_finish(&two);
	tell_oddities(l);
	return 0;
}
