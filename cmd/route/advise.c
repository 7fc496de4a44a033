/* hitl-route --advise: a first policy out of a log. */
#include "route/advise.h"
#include "route/modes.h"

static int
begin(struct survey *s, struct policy *p, const struct options *o,
    struct output *out, struct err *e)
{
	if (survey_init(s, p, o->percent, e) == -1 ||
	    program_compile(o, p->exprs, e) == -1 ||
	    stream_check(o->file, e) == -1 ||
	    output_open(out, o->output, e) == -1)
		return -1;
	program_confine(o);
	s->ev = evaluator_new(p->exprs);
	return 0;
}

int
advise_all(struct options *o, struct route_options *own)
{
	static struct survey survey; /* some of it is large */
	struct arena perm = { 0 };
	struct stream_totals totals;
	struct output out;
	struct policy *p;
	enum status status;
	bool any;
	struct err e;

	own->advice.field = o->override;
	own->advice.nfield = o->noverride;
	o->stream.jobs = 1;
	if (advice_check(&own->advice, &e) == -1)
		return (int)diag_err(&e);
	p = policy_load(NULL, o->override, o->noverride, &perm, &e);
	if (p == NULL || begin(&survey, p, o, &out, &e) == -1)
		return (int)diag_err(&e);
	status = stream_run(&o->stream, o->file, expr_set_fields(p->exprs),
	    &(struct stream_job){ .record = survey_add, .state = &survey },
	    &totals);
	/* of a part of the log there is none */
	if (status == STATUS_SYSTEM || program_stopped(o, &totals))
		return program_discard(&out, status);
	any = survey.n > 0;
	advise(&survey, &own->advice, &out.buf);
	evaluator_free(survey.ev);
	survey_release(&survey);
	policy_free(p);
	arena_release(&perm);
	if (any)
		return program_finish(&out, status);
	/* a policy that rests on some log is better than on none */
	if (out.path == NULL)
		diag("no record was read: this is where to begin, not advice");
	else
		diag("no record was read: nothing is written to %s", out.path);
	return (int)program_leave(&out, status_worse(status, STATUS_NO));
}
