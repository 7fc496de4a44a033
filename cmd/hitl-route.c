/* hitl-route: add a "route" member to each record (hitl-route(1)). */
#include "options.h"
#include "policy/fieldvalue.h"
#include "record/filter.h"
#include "route/explain.h"

enum { OPTION_THRESHOLDS = 't', OPTION_NOW = OPTION_OWN, OPTION_EXPLAIN };

struct own {
	const char *thresholds; /* NULL: none */
	const char *explain; /* id */
	int64_t now;
};

static const struct option_row rows[] = {
	{ OPTION_THRESHOLDS, "thresholds", "FILE",
	    "thresholds made by hitl-calibrate(1)" },
	{ OPTION_EXPLAIN, "explain", "ID",
	    "say in words why the records of this id go where they go" },
	{ OPTION_NOW, "now", "TIME",
	    "RFC 3339; the time of records that have none" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	if (id == OPTION_THRESHOLDS)
		o->thresholds = argument;
	else if (id == OPTION_EXPLAIN)
		o->explain = argument;
	else if (timestamp_parse(str_of(argument), &o->now) == -1)
		return err_set(e, STATUS_USAGE,
		    "--now: %s is not a time such as "
		    "2026-05-09T18:00:00Z",
		    argument);
	return 0;
}

static const struct command command = {
	.usage = "[-p POLICY] [-t THRESHOLDS] [OPTION...] [FILE...]",
	.about = "Decides who acts on each decision: the model, or a person.",
	.own = rows,
	.nown = sizeof(rows) / sizeof(rows[0]),
	.take = take,
	.filter = true,
};

static int
add_route(struct record *r, void *state, struct buf *value, struct err *e)
{
	(void)e;
	route_record(state, r, value);
	return 0;
}

/* The records of one id, explained. */
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

static enum status
explain_all(
    struct options *o, const char *id, struct explaining *x, struct output *out)
{
	struct stream_totals totals;
	enum status status;

	x->id = str_of(id);
	o->stream.jobs = 1;
	status = stream_run(&o->stream, o->file,
	    expr_set_fields(x->explainer.router->policy->exprs),
	    &(struct stream_job){ .record = explain_one, .state = x }, &totals);
	if (x->text.n == 0) {
		diag("no record has the id %s (field id)", id);
		status = status_worse(status, STATUS_NO);
	}
	buf_str(&out->buf, buf_view(&x->text));
	buf_release(&x->text);
	explainer_release(&x->explainer);
	return status;
}

static enum status
route_all(struct options *o, struct router *router, struct output *out)
{
	struct stream_totals totals;

	return filter_run(&o->stream, o->file,
	    expr_set_fields(router->policy->exprs),
	    &(struct filter_job){ .key = STR("route"),
		.member = add_route,
		.state = router,
		.fork = router_fork,
		.join = router_join },
	    out, &totals);
}

int
main(int argc, char *argv[])
{
	struct arena perm = { 0 };
	struct thresholds *thresholds = NULL;
	struct explaining x = { 0 };
	struct own own = { .now = TIMESTAMP_NONE };
	struct options o;
	struct output out;
	struct router router;
	struct policy *p;
	struct err e;
	enum status status;

	program_init("hitl-route");
	options_parse(&o, &command, &own, argc, argv);
	p = policy_load(o.policy, o.override, o.noverride, &perm, &e);
	if (p == NULL)
		return diag_err(&e);
	if (own.thresholds != NULL) {
		thresholds = thresholds_load(own.thresholds, p, &perm, &e);
		if (thresholds == NULL)
			return diag_err(&e);
	}
	if (router_init(&router, p, thresholds, &perm, &e) == -1 ||
	    (own.explain != NULL &&
		explainer_init(&x.explainer, &router, &e) == -1) ||
	    program_compile(&o, p->exprs, &e) == -1 ||
	    stream_check(o.file, &e) == -1 ||
	    output_open(&out, o.output, &e) == -1)
		return diag_err(&e);
	program_output(&out);
	router.now = own.now;
	router.percent = o.percent;
	router.ev = evaluator_new(p->exprs);
	status = own.explain != NULL ? explain_all(&o, own.explain, &x, &out)
				     : route_all(&o, &router, &out);
	evaluator_free(router.ev);
	router_release(&router);
	thresholds_free(thresholds);
	policy_free(p);
	options_release(&o);
	arena_release(&perm);
	return program_finish(&out, status);
}
