/* hitl-route: add a "route" member to each record (hitl-route(1)). */
#include "record/filter.h"
#include "route/modes.h"

enum {
	OPTION_THRESHOLDS = 't',
	OPTION_BACKLOG = OPTION_OWN,
	OPTION_BACKLOG_FILE,
	OPTION_DRY_RUN_POLICY,
	OPTION_DRY_RUN_THRESHOLDS,
	OPTION_EXPLAIN,
	OPTION_NOW,
};

struct own {
	const char *thresholds; /* NULL: none */
	const char *explain; /* id */
	struct dry_run dry_run;
	bool has_backlog;
	struct backlog backlog;
	int64_t now;
};

static const struct option_row rows[] = {
	{ OPTION_THRESHOLDS, "thresholds", "FILE",
	    "thresholds made by hitl-calibrate(1)" },
	{ OPTION_BACKLOG, "backlog", "N",
	    "so many tasks wait: for the policy's relief" },
	{ OPTION_BACKLOG_FILE, "backlog-file", "FILE",
	    "the same, from a file that may change" },
	{ OPTION_DRY_RUN_POLICY, "dry-run-policy", "OLD",
	    "count what moves from OLD to this policy, and route nothing" },
	{ OPTION_DRY_RUN_THRESHOLDS, "dry-run-thresholds", "OLD",
	    "with it: the thresholds of OLD (those of -t)" },
	{ OPTION_EXPLAIN, "explain", "ID",
	    "say in words why the records of this id go where they go" },
	{ OPTION_NOW, "now", "TIME",
	    "RFC 3339; the time of records that have none" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	switch (id) {
	case OPTION_THRESHOLDS: o->thresholds = argument; return 0;
	case OPTION_EXPLAIN: o->explain = argument; return 0;
	case OPTION_BACKLOG:
		o->has_backlog = true;
		return number_option(
		    "--backlog", argument, 0, 1e15, &o->backlog.waiting, e);
	case OPTION_BACKLOG_FILE: o->backlog.file = argument; return 0;
	case OPTION_DRY_RUN_POLICY: o->dry_run.policy = argument; return 0;
	case OPTION_DRY_RUN_THRESHOLDS:
		o->dry_run.thresholds = argument;
		return 0;
	default: break;
	}
	if (timestamp_parse(str_of(argument), &o->now) == 0)
		return 0;
	return err_set(e, STATUS_USAGE,
	    "--now: %s is not a time such as 2026-05-09T18:00:00Z", argument);
}

static const struct command command = {
	.usage = "[-p POLICY] [-t THRESHOLDS] [OPTION...] [FILE...]",
	.about = "Decides who acts on each decision: the model, or a person.",
	.own = rows,
	.nown = sizeof(rows) / sizeof(rows[0]),
	.take = take,
	.filter = true,
	.results = true,
};

static int
add_route(struct record *r, void *state, struct buf *value, struct err *e)
{
	(void)e;
	route_record(state, r, value);
	return 0;
}

/* What goes together; -1 with *e. */
static int
check(const struct own *o, const struct options *options, struct err *e)
{
	if (options->format_given && o->dry_run.policy == NULL)
		return err_set(e, STATUS_USAGE,
		    "-f is for --dry-run-policy; records go out as they came");
	if (o->dry_run.thresholds != NULL && o->dry_run.policy == NULL)
		return err_set(e, STATUS_USAGE,
		    "--dry-run-thresholds goes with --dry-run-policy");
	if (o->has_backlog && o->backlog.file != NULL)
		return err_set(e, STATUS_USAGE,
		    "--backlog and --backlog-file do not go together");
	if (o->explain != NULL && o->dry_run.policy != NULL)
		return err_set(e, STATUS_USAGE,
		    "--explain and --dry-run-policy do not go together");
	return 0;
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
	struct explainer explainer = { 0 };
	struct own own = { .now = TIMESTAMP_NONE };
	struct options o;
	struct output out;
	struct router router;
	struct policy *p;
	struct err e;
	enum status status;

	program_init("hitl-route");
	options_parse(&o, &command, &own, argc, argv);
	if (check(&own, &o, &e) == -1)
		return diag_err(&e);
	p = policy_load(o.policy, o.override, o.noverride, &perm, &e);
	if (p == NULL)
		return diag_err(&e);
	if (own.backlog.file != NULL &&
	    backlog_open(&own.backlog, own.backlog.file, &e) == -1)
		return diag_err(&e);
	if (own.thresholds != NULL) {
		thresholds = thresholds_load(own.thresholds, p, &perm, &e);
		if (thresholds == NULL)
			return diag_err(&e);
	}
	if (router_init(&router, p, thresholds, &perm, &e) == -1 ||
	    (own.explain != NULL &&
		explainer_init(&explainer, &router, &e) == -1) ||
	    (own.dry_run.policy != NULL &&
		dry_run_init(&own.dry_run, &o, own.thresholds, &perm, &e) ==
		    -1) ||
	    program_compile(&o, p->exprs, &e) == -1 ||
	    stream_check(o.file, &e) == -1 ||
	    output_open(&out, o.output, &e) == -1)
		return diag_err(&e);
	program_output(&out);
	router.now = own.now;
	router.percent = o.percent;
	if (own.has_backlog || own.backlog.file != NULL)
		router.backlog = &own.backlog;
	router.ev = evaluator_new(p->exprs);
	if (own.explain != NULL)
		status = explain_all(&o, own.explain, &explainer, &out);
	else if (own.dry_run.policy != NULL)
		status = dry_run_all(&own.dry_run, &o, &router, &perm, &out);
	else
		status = route_all(&o, &router, &out);
	explainer_release(&explainer);
	dry_run_release(&own.dry_run);
	evaluator_free(router.ev);
	router_release(&router);
	thresholds_free(thresholds);
	policy_free(p);
	options_release(&o);
	arena_release(&perm);
	return program_finish(&out, status);
}
