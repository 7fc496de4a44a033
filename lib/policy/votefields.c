/* Where a vote stands in a record (votefields.h). */
#include "policy/votefields.h"

static const char *const reviewer_paths[] = { ".reviewer?",
	".review?.reviewer?" };
static const char *const label_paths[] = { ".label?", ".outcome?",
	".review?.outcome?" };

/* An expression of the user's, or the paths. */
static int
want(struct policy *p, const char *own, const char *option,
    const char *const *path, size_t n, struct vote_place *place, struct err *e)
{
	place->n = n;
	if (own != NULL) {
		place->n = 1;
		if (expr_set_add(p->exprs, option, str_of(own), EXPR_VALUE,
			&place->id[0], e) == -1)
			return -1;
		expr_set_use(p->exprs, place->id[0]);
		return 0;
	}
	return expr_set_want_all(p->exprs, path, n, place->id, e);
}

int
votefields_init(struct votefields *f, struct policy *p, const char *reviewer,
    const char *label, struct err *e)
{
	*f = (struct votefields){ .policy = p };
	policy_use_field(p, FIELD_ID);
	if (want(p, reviewer, "--reviewer", reviewer_paths, 2, &f->reviewer,
		e) == -1)
		return -1;
	return want(p, label, "--label", label_paths, 3, &f->label, e);
}

/* The first that is there and not null. */
static struct value
look(const struct vote_place *place, struct evaluator *ev,
    const struct record *r)
{
	struct value v = { 0 };

	for (size_t i = 0; i < place->n; i++) {
		v = expr_look(ev, r, place->id[i]);
		if (!value_is_null(&v))
			break;
	}
	return v;
}

bool
votefields_read(const struct votefields *f, struct evaluator *ev,
    const struct record *r, struct vote_values *v)
{
	v->id = expr_look(ev, r, (uint32_t)f->policy->field[FIELD_ID]);
	v->reviewer = look(&f->reviewer, ev, r);
	v->label = look(&f->label, ev, r);
	return !value_is_null(&v->id) && !value_is_null(&v->reviewer) &&
	       !value_is_null(&v->label);
}
