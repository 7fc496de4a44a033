/* hitl-feedback requests: asking users, and what came back. */
#include <string.h>

#include "feedback/requests.h"

#include "feedback/verbs.h"

enum { EVENT_FILES = 64 };

enum {
	OPTION_CONFIDENCE_LEVEL = OPTION_VERB,
	OPTION_DEADLINE,
	OPTION_EVENTS,
	OPTION_KEY,
	OPTION_NOW,
	OPTION_PER_USER,
	OPTION_RATE,
	OPTION_STATUS,
	OPTION_USER,
	OPTION_WHEN,
};

struct own {
	struct requests_options requests;
	char *events[EVENT_FILES + 1]; /* NULL-terminated */
	size_t nevents;
	bool status; /* that alone */
};

static const struct option_row rows[] = {
	{ OPTION_RATE, "rate", "R", "of decisions asked about, 0..1 (0.1)" },
	{ OPTION_USER, "user", "EXPR", "whom (.user_id)" },
	{ OPTION_WHEN, "when", "EXPR",
	    "about which (those the model has answered)" },
	{ OPTION_PER_USER, "per-user", "N/DURATION",
	    "no user is asked more often (1/7d)" },
	{ OPTION_DEADLINE, "deadline", "DURATION", "of an answer (7d)" },
	{ OPTION_EVENTS, "events", "FILE",
	    "what was asked before; may be repeated" },
	{ OPTION_KEY, "key", "TEXT", "another one draws others" },
	{ OPTION_STATUS, "status", NULL,
	    "FILEs are events: how many were sent, answered and when" },
	{ OPTION_NOW, "now", "TIME",
	    "for what has no time, and what is due (the clock)" },
	{ OPTION_CONFIDENCE_LEVEL, "confidence-level", "L",
	    "of the interval (0.95)" },
};

static int
take_per_user(struct requests_options *o, const char *argument, struct err *e)
{
	const char *slash = strchr(argument, '/');
	double n;

	if (slash == NULL ||
	    !decimal_parse(
		(struct str){ argument, (size_t)(slash - argument) }, &n) ||
	    !(n >= 1 && n <= REQUESTS_LIMIT_MOST && n == (double)(size_t)n))
		return err_set(e, STATUS_USAGE,
		    "--per-user: %s is no N/DURATION with N in 1..%d, such as "
		    "1/7d",
		    argument, REQUESTS_LIMIT_MOST);
	o->limit = (size_t)n;
	return duration_option("--per-user", slash + 1, &o->window, e);
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;
	struct requests_options *q = &o->requests;

	switch (id) {
	case OPTION_RATE:
		return number_option("--rate", argument, 0, 1, &q->rate, e);
	case OPTION_USER: q->user = argument; return 0;
	case OPTION_WHEN: q->when = argument; return 0;
	case OPTION_PER_USER: return take_per_user(q, argument, e);
	case OPTION_DEADLINE:
		return duration_option("--deadline", argument, &q->deadline, e);
	case OPTION_EVENTS:
		if (o->nevents == EVENT_FILES)
			return err_set(e, STATUS_USAGE,
			    "--events: at most %d of them; cat them together",
			    EVENT_FILES);
		o->events[o->nevents++] = (char *)(uintptr_t)argument;
		return 0;
	case OPTION_KEY: q->key = hash_key_derive(str_of(argument)); return 0;
	case OPTION_STATUS: o->status = true; return 0;
	case OPTION_NOW: return time_option("--now", argument, &q->now, e);
	default: return level_option(argument, &q->level, e);
	}
}

/* What is opened later than its name is read. */
static const struct option_file files[] = { { OPTION_EVENTS, SANDBOX_READ },
	{ 0, SANDBOX_NONE } };

static const struct option_rule rules[] = {
	{ OPTION_STATUS,
	    .without = { OPTION_RATE, OPTION_USER, OPTION_WHEN, OPTION_PER_USER,
		OPTION_EVENTS, OPTION_KEY, 'F' } },
	{ OPTION_CONFIDENCE_LEVEL, .with = { OPTION_STATUS } },
	{ 0 },
};

static const struct command command = {
	.usage = "requests [--rate R] [--per-user N/DURATION] [OPTION...] "
		 "[FILE...]",
	.about = "Which decisions to ask users about, as events; or how it "
		 "goes.",
	.own = rows,
	.nown = LENGTH(rows),
	.file = files,
	.rule = rules,
	.take = take,
};

static int
load(struct run *r, struct requests *x, char *const file[])
{
	enum status status = STATUS_OK;
	struct err e;

	if (requests_events(x, file, &r->options.stream, &status, &e) == -1)
		return run_fail(r, &e);
	r->status = status_worse(r->status, status);
	return 0;
}

static int
print_status(struct run *r, struct requests *x)
{
	if (load(r, x, r->options.file) == -1 || run_is_over(r)) {
		r->discard = true;
		return run_end(r);
	}
	requests_write_status(x, &r->out.buf);
	output_line(&r->out);
	return run_end(r);
}

static void
tell(const struct requests *x)
{
	const struct requests_totals t = requests_totals(x);

	tell_count(t.unknown, "decisions have no id or no user (--user)");
	tell_count(t.asked, "decisions were asked about before");
	tell_count(t.limited,
	    "decisions are not asked about: their users had been asked "
	    "enough (--per-user)");
	tell_left_out((struct left[]){ { t.not_wanted, "not_wanted" },
			  { t.not_sampled, "not_sampled" } },
	    2);
}

static int
print_requests(struct run *r, struct requests *x, char *const *events)
{
	struct stream_totals totals;
	struct evaluator *ev;

	if (run_keep_rejects(r) == -1 ||
	    (*events != NULL && (load(r, x, events) == -1 || run_is_over(r)))) {
		r->discard = true;
		return run_end(r);
	}
	ev = evaluator_new(r->policy->exprs);
	requests_start(x, ev);
	totals = run_stream(
	    r, &(struct stream_job){
		   .record = requests_add, .state = x, .out = &r->out });
	r->leave = program_stopped(&r->options, &totals);
	tell(x);
	evaluator_free(ev);
	return run_end(r);
}

int
run_requests(int argc, char *argv[])
{
	struct own own = { .requests = { .rate = 0.1,
			       .user = ".user_id",
			       .limit = 1,
			       .window = 7 * 24 * 3600 * USEC_PER_SECOND,
			       .deadline = 7 * 24 * 3600 * USEC_PER_SECOND,
			       .now = timestamp_now(),
			       .level = 0.95,
			       .key = hash_key_derive(STR("hitl")) } };
	struct requests *x;
	struct run r;
	struct err e;
	int status;

	if (run_begin(&r, &command, &own, argc, argv) == -1)
		return (int)r.status;
	if (stdin_option("--events", own.events, r.options.file, &e) == -1 ||
	    (x = requests_new(r.policy, &own.requests, &e)) == NULL)
		return run_fail(&r, &e), (int)r.status;
	if (run_open(&r) == -1)
		return (int)r.status;
	status = own.status ? print_status(&r, x)
			    : print_requests(&r, x, own.events);
	requests_free(x);
	return status;
}
