/* External judges (judge.h). */
#include <stdlib.h>
#include <time.h>

#include "record/json_tree.h"
#include "route/routing.h"
#include "route/judge.h"

enum {
	FAILURES_IN_A_ROW = 3, /* before it is left alone */
	REST_MOST = 60, /* seconds */
	NONCE = 16, /* bytes */
};

struct judge *
judges_new(const struct policy *p)
{
	struct judge *judge = calloc(p->route.nlayer + 1, sizeof(*judge));

	if (judge == NULL)
		memory_exhausted();
	for (size_t i = 0; i < p->route.nlayer; i++)
		judge[i].process.argv = p->route.layer[i].command;
	return judge;
}

int
judges_start(struct router *t, bool allowed, struct err *e)
{
	const struct policy_route *route = &t->policy->route;

	for (size_t i = 0; i < route->nlayer; i++) {
		const struct policy_layer *x = &route->layer[i];
		if (x->command == NULL)
			continue;
		if (!allowed)
			return err_set(e, STATUS_USAGE,
			    "%s.command: would be run; say --allow-commands "
			    "if it may",
			    x->where);
		if (coprocess_start(&t->judge[i].process, e) == -1)
			return err_prefix(e, "%s.command", x->where);
	}
	return 0;
}

void
judges_end(struct judge *judge, const struct policy *p)
{
	for (size_t i = 0; judge != NULL && i < p->route.nlayer; i++)
		coprocess_end(&judge[i].process);
	free(judge);
}

/* The record failed for want of an answer; returns -1. */
static int
fail(struct judge *j, struct router *t, const char *why)
{
	struct judge_totals *totals = &t->judging;
	unsigned more;

	if (++j->failures >= FAILURES_IN_A_ROW) {
		more = j->failures - FAILURES_IN_A_ROW;
		j->rests_until =
		    monotonic_now() +
		    (more < 6 ? 1 << more : REST_MOST) * USEC_PER_SECOND;
	}
	if (totals->failed++ < JUDGE_FAILURES_TOLD && totals->tell != NULL)
		totals->tell(why);
	return -1;
}

/* 1 passes, 0 not, -1 with *why: the answer is none. */
static int
understand(struct str text, struct str nonce, const struct policy_layer *x,
    struct arena *scratch, const char **why)
{
	const struct json *answer, *same, *score;
	struct err e;

	answer = json_parse(text, scratch, &e);
	if (answer == NULL || answer->value.type != JSON_OBJECT)
		return *why = "answered with what is no JSON object", -1;
	same = json_get(answer, "nonce");
	if (same == NULL || !str_eq(same->string, nonce))
		return *why = "answered another question than it was asked", -1;
	score = json_get(answer, "score");
	if (score != NULL && score->value.type == JSON_TRUE)
		return 1;
	if (score != NULL && score->value.type == JSON_FALSE)
		return 0;
	if (score == NULL || score->value.type != JSON_NUMBER ||
	    !(score->number >= 0 && score->number <= 1))
		return *why = "answered without a \"score\" in [0, 1]", -1;
	return score->number >= x->pass;
}

/* {"nonce":"…","record":…}, from `scratch`. */
static struct str
question(struct str nonce, const struct record *r)
{
	struct buf text = { 0 };
	struct str s;

	buf_cstr(&text, "{\"nonce\":\"");
	buf_str(&text, nonce);
	buf_cstr(&text, "\",\"record\":");
	buf_str(&text, record_text(r));
	buf_char(&text, '}');
	s = arena_str(r->scratch, buf_view(&text));
	buf_release(&text);
	return s;
}

int
judge_ask(struct judge *j, struct routing *d)
{
	struct router *t = d->router;
	const struct policy_layer *x = &t->policy->route.layer[j - t->judge];
	char nonce[2 * NONCE + 1];
	struct str answer, line;
	const char *what;
	struct err e;
	int passes;

	if (j->failures >= FAILURES_IN_A_ROW &&
	    monotonic_now() < j->rests_until) {
		t->judging.failed++;
		return -1;
	}
	random_hex(NONCE, nonce);
	line = question(str_of(nonce), d->record);
	if (coprocess_ask(&j->process, line, x->timeout.usec, &answer, &e) ==
	    -1) {
		err_prefix(&e, "%s.command", x->where);
		return fail(j, t, e.msg);
	}
	passes =
	    understand(answer, str_of(nonce), x, d->record->scratch, &what);
	if (passes == -1) {
		coprocess_kill(&j->process);
		err_set(&e, STATUS_SYSTEM, "%s.command: %s: %s", x->where,
		    x->command[0], what);
		return fail(j, t, e.msg);
	}
	j->failures = 0;
	return passes;
}
