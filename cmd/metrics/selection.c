/* Which records are counted, for all verbs (verbs.h). */
#include "base/utf8.h"
#include "metrics/metrics.h"
#include "policy/fieldvalue.h"

#include "metrics/verbs.h"

int
selection_take(struct selection *s, int id, const char *argument, struct err *e)
{
	switch (id) {
	case OPTION_BY:
		if (s->nby == LENGTH(s->by))
			return err_set(e, STATUS_USAGE,
			    "--by: at most %zu of them", s->nby);
		/* states have it, which are JSON */
		if (!utf8_valid(str_of(argument)))
			return err_set(e, STATUS_USAGE, "--by: is not UTF-8");
		s->by[s->nby++] = argument;
		return 0;
	case OPTION_MAX_GROUPS:
		return count_option("--max-groups", argument, 1, 1e7,
		    &s->options.max_groups, e);
	case OPTION_SINCE: s->since = argument; return 0;
	case OPTION_TZ: s->zone = argument; return 0;
	case OPTION_UNTIL: s->until = argument; return 0;
	case OPTION_WINDOW:
		s->window = argument;
		return window_parse(str_of(argument), &s->options.window, e);
	default: return 1;
	}
}

struct grouping
selection_grouping(const struct selection *s)
{
	struct grouping g = { .n = s->nby };

	for (size_t i = 0; i < s->nby; i++)
		g.by[i] = str_of(s->by[i]);
	return g;
}

static int
take_time(const char *option, const char *text, bool local, int64_t *time,
    struct err *e)
{
	*time = TIMESTAMP_NONE;
	if (text == NULL || moment_parse(str_of(text), local, time) == 0)
		return 0;
	return err_set(e, STATUS_USAGE,
	    "%s: %s is neither a time (2026-05-09T18:00:00Z), a date nor a "
	    "duration before now (7d)",
	    option, text);
}

static int
prepare(struct run *r, struct selection *s, struct err *e)
{
	struct metrics_options *o = &s->options;
	char zone[ZONE_MAX];
	uint32_t id;

	if (s->zone != NULL && zone_find(str_of(s->zone), zone, e) == -1)
		return err_prefix(e, "--tz: %s", s->zone);
	o->window.local = s->zone != NULL;
	if (take_time("--since", s->since, o->window.local, &o->since, e) ==
		-1 ||
	    take_time("--until", s->until, o->window.local, &o->until, e) == -1)
		return -1;
	for (size_t i = 0; i < s->nby; i++) {
		if (expr_set_add(r->policy->exprs, "--by", str_of(s->by[i]),
			EXPR_VALUE, &id, e) == -1)
			return -1;
		s->by_expr[i] = id;
	}
	o->by = s->by_expr;
	o->nby = s->nby;
	o->percent = r->options.percent;
	return 0;
}

void
tell_unrouted(uint64_t unrouted, uint64_t of, const char *so)
{
	if (unrouted > 0)
		diag("%llu of %llu records have no route (hitl-route adds it) "
		     "and are %s",
		    (unsigned long long)unrouted, (unsigned long long)of, so);
}

static void
tell_oddities(const struct metrics *m)
{
	struct metrics_oddities odd = metrics_oddities(m);

	tell_unrouted(odd.unrouted, odd.n, "in no rate of routes");
	if (odd.untimed > 0)
		diag("%llu records have no usable time (field time); %s",
		    (unsigned long long)odd.untimed,
		    odd.outside > 0 ? "they are left out"
				    : "their window is null");
	if (odd.future > 0)
		diag("%llu records are later than now; --until keeps such out",
		    (unsigned long long)odd.future);
}

struct metrics *
selection_count(struct run *r, struct selection *s, struct evaluator **ev)
{
	struct metrics *m;
	struct err e;

	if (prepare(r, s, &e) == -1 ||
	    (m = metrics_new(r->policy, &s->options, &e)) == NULL) {
		run_fail(r, &e);
		return NULL;
	}
	if (run_open(r) == -1)
		return NULL;
	*ev = evaluator_new(r->policy->exprs);
	metrics_start(m, *ev);
	run_collect(r, &(struct stream_job){ .record = metrics_add,
			   .state = m,
			   .piece = metrics_piece,
			   .fork = metrics_fork,
			   .join = metrics_join });
	tell_oddities(m);
	return m;
}
