/* hitl-risk: add a "risk" member to each record (hitl-risk(1)). */
#include <stdlib.h>

#include "options.h"
#include "record/filter.h"
#include "policy/fieldvalue.h"
#include "route/risk.h"

struct state {
	const struct policy *policy;
	struct evaluator *ev;
	struct risk_cache cache;
};

static const struct command command = {
	.usage = "-p POLICY [OPTION...] [FILE...]",
	.about = "Rates how much is at stake in each decision.",
	.filter = true,
	.threads = true,
};

static int
rate_record(struct record *r, void *state, struct buf *value, struct err *e)
{
	struct state *s = state;
	struct risk risk;

	(void)e;
	risk_rate(s->ev, s->policy, r, field_task(s->ev, s->policy, r), &risk);
	buf_str(value, buf_view(&risk_text(&s->cache, s->policy, &risk)->json));
	return 0;
}

static void *
fork_state(void *arg)
{
	const struct state *s = arg;
	struct state *f = calloc(1, sizeof(*f));

	if (f == NULL)
		memory_exhausted();
	f->policy = s->policy;
	f->ev = evaluator_new(s->policy->exprs);
	return f;
}

static void
join_state(void *state, void *forked)
{
	struct state *f = forked;

	(void)state; /* nothing is counted */
	evaluator_free(f->ev);
	risk_cache_release(&f->cache);
	free(f);
}

int
main(int argc, char *argv[])
{
	struct arena perm = { 0 };
	struct stream_totals totals;
	struct state s = { 0 };
	struct options o;
	struct output out;
	struct policy *p;
	struct err e;
	enum status status;

	program_init("hitl-risk");
	options_parse(&o, &command, NULL, argc, argv);
	if (o.policy == NULL) {
		diag("-p POLICY is missing: it says what is risky");
		return STATUS_USAGE;
	}
	p = policy_load(o.policy, o.override, o.noverride, &perm, &e);
	if (p == NULL)
		return diag_err(&e);
	risk_use(p);
	if (program_compile(&o, p->exprs, &e) == -1)
		return diag_err(&e);
	if (stream_check(o.file, &e) == -1 ||
	    output_open(&out, o.output, &e) == -1)
		return diag_err(&e);
	program_confine(&o);
	s.policy = p;
	s.ev = evaluator_new(p->exprs);
	status = filter_run(&o.stream, o.file, expr_set_fields(p->exprs),
	    &(struct filter_job){ .key = STR("risk"),
		.member = rate_record,
		.state = &s,
		.fork = fork_state,
		.join = join_state },
	    &out, &totals);
	evaluator_free(s.ev);
	risk_cache_release(&s.cache);
	policy_free(p);
	options_release(&o);
	arena_release(&perm);
	return program_stopped(&o, &totals) ? (int)program_leave(&out, status)
					    : program_finish(&out, status);
}
