/* hitl-route: a policy with all that routing by it takes. */
#include <stdlib.h>

#include "base/arena.h"
#include "route/modes.h"

static void
tell_judge(const char *message)
{
	diag("%s; the record goes to a person", message);
}

static int
load(struct setup *s, const struct options *o, struct route_options *own,
    struct explainer *x, struct err *e)
{
	struct policy *p;

	s->policy = p =
	    policy_load(o->policy, o->override, o->noverride, &s->perm, e);
	if (p == NULL)
		return -1;
	if (own->thresholds != NULL) {
		s->thresholds =
		    thresholds_load(own->thresholds, p, &s->perm, e);
		if (s->thresholds == NULL)
			return -1;
	}
	if (own->metrics != NULL &&
	    maturities_load(&s->maturities, own->metrics, p, &s->perm, e) == -1)
		return -1;
	if (router_init(&s->router, p, s->thresholds, &s->perm, e) == -1 ||
	    (own->tasks != NULL && tasks_use(&s->router, e) == -1) ||
	    (x != NULL && explainer_init(x, &s->router, e) == -1) ||
	    program_compile(o, p->exprs, e) == -1)
		return -1;
	s->router.ev = evaluator_new(p->exprs);
	s->router.now = own->now;
	s->router.by_clock = own->by_clock;
	s->router.percent = o->percent;
	if (own->metrics != NULL)
		s->router.maturities = &s->maturities;
	if (own->has_backlog || own->backlog.file != NULL)
		s->router.backlog = &own->backlog;
	s->router.judging.tell = tell_judge;
	return judges_start(&s->router, own->allow_commands, e);
}

struct setup *
setup_new(const struct options *o, struct route_options *own,
    struct explainer *x, struct err *e)
{
	struct setup *s = alloc_zeros(1, sizeof(*s));

	if (load(s, o, own, x, e) == 0)
		return s;
	setup_free(s);
	return NULL;
}

int
setup_open(const struct options *o, const struct route_options *own,
    struct output *out, struct err *e)
{
	if (stream_check(o->file, e) == -1 ||
	    output_open(out, o->output, e) == -1)
		return -1;
	/* judges are other programs, and what is watched is replaced */
	if (!own->watch && !own->allow_commands)
		program_confine(o);
	return 0;
}

struct setup *
setup_begin(const struct options *o, struct route_options *own,
    struct explainer *x, struct output *out, enum status *status)
{
	struct err e;
	struct setup *s = setup_new(o, own, x, &e);

	if (s != NULL && setup_open(o, own, out, &e) == 0)
		return s;
	*status = diag_err(&e);
	setup_free(s);
	return NULL;
}

void
setup_free(struct setup *s)
{
	if (s == NULL)
		return;
	if (s->router.judging.failed > JUDGE_FAILURES_TOLD)
		diag("judges: %llu records without an answer to be relied "
		     "upon, which go to a person",
		    (unsigned long long)s->router.judging.failed);
	if (s->router.tasks_without_id > 0)
		diag("tasks without a case_id, which no queue takes: %llu; "
		     "where does the id stand? see -F id=EXPR",
		    (unsigned long long)s->router.tasks_without_id);
	evaluator_free(s->router.ev);
	if (s->router.policy != NULL)
		router_release(&s->router);
	maturities_release(&s->maturities);
	thresholds_free(s->thresholds);
	policy_free(s->policy);
	arena_release(&s->perm);
	free(s);
}
