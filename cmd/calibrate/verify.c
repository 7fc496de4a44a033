/* A thresholds file against fresh labels: threshold --verify and --update. */
#include "calibrate/verify.h"

#include "calibrate/calibrate.h"

struct thresholds *
promise_load(struct run *r, const char *file, struct err *e)
{
	struct thresholds *t = thresholds_load(file, r->policy, &r->perm, e);

	if (t == NULL ||
	    (t->max_error > 0 && t->max_error < 1 && t->confidence_level > 0 &&
		t->confidence_level < 1))
		return t;
	err_set(e, STATUS_USAGE,
	    "%s: \"max_error\" and \"confidence_level\" are missing: it "
	    "promises nothing",
	    file);
	return NULL;
}

int
verify_file(struct run *r, const char *file, struct collection *c)
{
	struct thresholds *t;
	struct labelled l;
	struct buf why = { 0 };
	struct err e;

	if ((t = promise_load(r, file, &e)) == NULL)
		return (int)diag_err(&e);
	if (t->by_text.n > 0)
		c->by = arena_printf(
		    &r->perm, "%.*s", (int)t->by_text.n, t->by_text.s);
	if (run_labels(r, c, &l) == -1)
		return (int)r->status;
	struct results results = { .arena = &r->perm };
	if (!run_nothing(r, labelled_total(&l), "a label") &&
	    !thresholds_verify(&l, t, &results, &why)) {
		diag("%.*s", (int)why.n, why.s);
		r->status = status_worse(r->status, STATUS_NO);
	}
	run_print(r, &results);
	thresholds_free(t);
	labelled_release(&l);
	buf_release(&why);
	return run_end(r);
}
