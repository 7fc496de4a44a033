/* hitl-route: add a "route" member to each record (hitl-route(1)). */
#include "options.h"
#include "record/filter.h"
#include "route/route.h"

enum { OPTION_THRESHOLDS = 't', OPTION_NOW = OPTION_OWN };

struct own {
	const char *thresholds; /* NULL: none */
	int64_t now;
};

static const struct option_row rows[] = {
	{ OPTION_THRESHOLDS, "thresholds", "FILE",
	    "thresholds made by hitl-calibrate(1)" },
	{ OPTION_NOW, "now", "TIME",
	    "RFC 3339; the time of records that have none" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	if (id == OPTION_THRESHOLDS)
		o->thresholds = argument;
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

int
main(int argc, char *argv[])
{
	struct arena perm = { 0 };
	struct thresholds *thresholds = NULL;
	struct stream_totals totals;
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
	    program_compile(&o, p->exprs, &e) == -1 ||
	    stream_check(o.file, &e) == -1 ||
	    output_open(&out, o.output, &e) == -1)
		return diag_err(&e);
	program_output(&out);
	router.now = own.now;
	router.percent = o.percent;
	router.ev = evaluator_new(p->exprs);
	status = filter_run(&o.stream, o.file, expr_set_fields(p->exprs),
	    &(struct filter_job){ .key = STR("route"),
		.member = add_route,
		.state = &router,
		.fork = router_fork,
		.join = router_join },
	    &out, &totals);
	evaluator_free(router.ev);
	router_release(&router);
	thresholds_free(thresholds);
	policy_free(p);
	options_release(&o);
	arena_release(&perm);
	return program_finish(&out, status);
}
