/* Applying a model (apply.h). */
#include <math.h>
#include <stdlib.h>

#include "calibrate/apply.h"
#include "policy/fieldvalue.h"

static int
check_confidence(const struct model *m, const struct policy *p, struct err *e)
{
	struct str here = p->confidence_text;

	if (str_eq(here, m->confidence))
		return 0;
	return err_set(e, STATUS_USAGE,
	    "%s was fitted on the confidence %.*s, here it is %.*s; say "
	    "-F 'confidence=%.*s', or fit another model",
	    m->file, (int)m->confidence.n, m->confidence.s, (int)here.n, here.s,
	    (int)m->confidence.n, m->confidence.s);
}

int
application_init(struct application *a, const struct model *m, struct policy *p,
    bool percent, bool cross_fit, struct err *e)
{
	*a = (struct application){ .model = m,
		.policy = p,
		.signals.percent = percent,
		.cross_fit = cross_fit };
	if (m->percent != percent)
		return err_set(e, STATUS_USAGE,
		    "%s was fitted with%s --scale "
		    "percent, this is with%s it",
		    m->file, m->percent ? "" : "out", percent ? "" : "out");
	if (cross_fit && !m->has_folds)
		return err_set(e, STATUS_USAGE,
		    "%s has no fold models, which --cross-fit needs", m->file);
	if (cross_fit)
		part_use(p);
	if (m->all.combines)
		return signals_add(&a->signals, m->signal, m->k, p, e);
	policy_use_field(p, FIELD_CONFIDENCE);
	return check_confidence(m, p, e);
}

int
application_member(
    struct record *r, void *application, struct buf *value, struct err *e)
{
	struct application *a = application;
	const struct model *m = a->model;
	const struct predictor *by = &m->all;
	double x[SIGNALS_MOST] = { NAN }, p;

	(void)e;
	if (m->all.combines)
		signals_of(&a->signals, a->ev, r, x);
	else if (field_confidence(a->ev, a->policy, r, m->percent, x) !=
		 CONFIDENCE_OK)
		x[0] = NAN;
	if (a->cross_fit)
		by = &m->fold[part_of(
		    a->ev, a->policy, r, DIVISION_FOLDS, FOLDS)];
	p = predictor_apply(by, x);
	buf_cstr(value, "{\"confidence\":");
	if (isnan(p)) {
		buf_cstr(value, "null");
		a->without++;
	} else {
		buf_json_double(value, round(p * 1e9) / 1e9);
	}
	buf_cstr(value, ",\"method\":\"");
	buf_cstr(value, m->method);
	buf_cstr(value, "\"}");
	return 0;
}

void *
application_fork(void *application)
{
	const struct application *a = application;
	struct application *f = malloc(sizeof(*f));

	if (f == NULL)
		memory_exhausted();
	*f = *a;
	f->without = 0;
	f->ev = evaluator_new(a->policy->exprs);
	return f;
}

void
application_join(void *application, void *forked)
{
	struct application *a = application, *f = forked;

	a->without += f->without;
	evaluator_free(f->ev);
	free(f);
}
