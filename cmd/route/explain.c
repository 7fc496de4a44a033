/* hitl-route --explain: the records of one id, explained. */
#include "policy/fieldvalue.h"
#include "route/modes.h"

struct explaining {
	struct explainer explainer;
	struct str id;
	struct buf text;
};

static int
explain_one(struct record *r, void *state, struct err *e)
{
	struct explaining *x = state;
	struct router *t = x->explainer.router;
	struct str id;

	(void)e;
	if (!field_name(t->ev, t->policy, r, FIELD_ID, &id) ||
	    !str_eq(id, x->id))
		return 0;
	if (x->text.n > 0)
		buf_char(&x->text, '\n');
	explain_record(&x->explainer, r, &x->text);
	return 0;
}

int
explain_all(struct options *o, struct route_options *own)
{
	struct explaining x = { .id = str_of(own->explain) };
	struct stream_totals totals;
	struct setup *setup;
	struct output out;
	enum status status;
	bool nothing;

	setup = setup_begin(o, own, &x.explainer, &out, &status);
	if (setup == NULL)
		return (int)status;
	o->stream.jobs = 1;
	status = stream_run(&o->stream, o->file,
	    expr_set_fields(setup->policy->exprs),
	    &(struct stream_job){ .record = explain_one, .state = &x },
	    &totals);
	if ((nothing = x.text.n == 0)) {
		diag("no record has the id %s (field id)", own->explain);
		status = status_worse(status, STATUS_NO);
	}
	buf_str(&out.buf, buf_view(&x.text));
	buf_release(&x.text);
	explainer_release(&x.explainer);
	setup_free(setup);
	return nothing || program_stopped(o, &totals)
		   ? (int)program_leave(&out, status)
		   : program_finish(&out, status);
}
