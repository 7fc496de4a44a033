/* hitl-queue submit, approve and reject: what reviewers decide. */
#include "queue/decide.h"

#include "record/json_scan.h"

#include "queue/verbs.h"

enum {
	OPTION_CATEGORY = OPTION_VERB,
	OPTION_CLAIM,
	OPTION_NEEDS_REVISION,
	OPTION_NOTES,
	OPTION_REASON,
	OPTION_REVIEWER,
	OPTION_ROUND,
};

struct own {
	struct desk_options desk;
	struct decide_request request;
	/* of approve and reject */
	enum outcome outcome;
	size_t round; /* that he has seen; 0: he does not say */
	struct str text[REVIEW_TEXTS]; /* n == 0: none */
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	switch (id) {
	case OPTION_CATEGORY:
		return text_option(
		    "--category", argument, &o->text[REVIEW_CATEGORY], e);
	case OPTION_CLAIM: o->request.claim = true; return 0;
	case OPTION_NEEDS_REVISION: o->outcome = OUTCOME_CORRECT; return 0;
	case OPTION_NOTES:
		return text_option(
		    "--notes", argument, &o->text[REVIEW_COMMENT], e);
	case OPTION_REASON:
		return text_option(
		    "--reason", argument, &o->text[REVIEW_REASON], e);
	case OPTION_REVIEWER:
		return reviewer_option(argument, &o->request.reviewer, e);
	case OPTION_ROUND:
		return count_option("--round", argument, 1, 1e15, &o->round, e);
	default: return desk_take(&o->desk, id, argument, e);
	}
}

static const struct option_row submit_rows[] = {
	DESK_ROWS,
	{ OPTION_REVIEWER, "reviewer", "R",
	    "of reviews that do not say; of others the only one allowed" },
	{ OPTION_CLAIM, "claim", NULL,
	    "take what was not claimed, if it is free" },
};

static const struct command submit_command = {
	.usage = "submit [--reviewer R] [--claim] [OPTION...] [FILE...]",
	.about = "Takes reviews, hitl-record(5), of tasks that were claimed.",
	.own = submit_rows,
	.nown = LENGTH(submit_rows),
	.results = true,
	.reads = READS_TASKS,
	.take = take,
};

/* Reviews on their way into the queue. */
struct submitting {
	struct desk *desk;
	struct decider *decider;
	struct review_places places;
	struct evaluator *ev;
	struct buf lines;
	bool failed, told;
	struct err e;
};

static int
add(struct record *r, void *state, struct err *e)
{
	struct submitting *x = state;
	struct review w;

	if (x->failed) {
		*e = x->e;
		x->told = true;
		return -1;
	}
	return review_read(&w, &x->places, x->ev, r, e) == -1
		   ? -1
		   : decider_add(x->decider, &w, e);
}

/* What has come is decided, and said so, before more is waited for. */
static void
decide(void *state)
{
	struct submitting *x = state;

	if (x->failed)
		return;
	buf_clear(&x->lines);
	x->failed = decider_run(x->decider, &x->lines, &x->e) == -1;
	if (x->failed)
		return;
	desk_lines(x->desk, buf_view(&x->lines));
	output_flush(&x->desk->run.out);
}

static void
submit(struct desk *d, struct submitting *x)
{
	struct stream_totals totals;

	x->ev = evaluator_new(x->places.exprs);
	d->run.status = status_worse(d->run.status,
	    stream_run(&d->run.options.stream, d->run.options.file,
		expr_set_fields(x->places.exprs),
		&(struct stream_job){
		    .record = add, .piece = decide, .state = x },
		&totals));
	decide(x);
	if (x->failed && !x->told)
		desk_fail(d, &x->e);
	evaluator_free(x->ev);
}

int
run_submit(int argc, char *argv[])
{
	struct own own = { .desk = DESK_INIT };
	struct submitting x = { 0 };
	struct desk d;
	struct err e;

	if (desk_begin(&d, &submit_command, &own,
		(struct desk_kind){ .records = true }, argc, argv) == -1)
		return desk_end(&d);
	if (review_places_init(&x.places, d.run.policy, &d.run.perm, &e) ==
		-1 ||
	    program_compile(&d.run.options, x.places.exprs, &e) == -1) {
		desk_fail(&d, &e);
	} else if (desk_start(&d) == 0) {
		x.desk = &d;
		x.decider = decider_new(d.queue, &own.request);
		submit(&d, &x);
		if (decider_totals(x.decider).refused > 0)
			desk_no(&d);
		decider_free(x.decider);
	}
	review_places_release(&x.places);
	buf_release(&x.lines);
	return desk_end(&d);
}

#define DECIDE_ROWS                                                            \
	DESK_ROWS, { OPTION_REVIEWER, "reviewer", "R", "who decides" },        \
	    { OPTION_REASON, "reason", "TEXT", "why" },                        \
	    { OPTION_CATEGORY, "category", "TEXT", "the kind of error" },      \
	    { OPTION_ROUND, "round", "N",                                      \
		    "only if it has not come again since: as status.round "    \
		    "said" },                                                  \
	{                                                                      \
		OPTION_NOTES, "notes", "TEXT", "what else there is to say"     \
	}

static const struct option_row approve_rows[] = { DECIDE_ROWS };
static const struct option_row reject_rows[] = {
	DECIDE_ROWS,
	{ OPTION_NEEDS_REVISION, "needs-revision", NULL,
	    "not for good: it is to come again, revised" },
};

/* The same review of each task that is named. */
static int
decide_all(struct desk *d, struct own *o, struct err *e)
{
	struct decider *x;
	struct review w = { .reviewer = o->request.reviewer,
		.outcome = o->outcome,
		.round = (int64_t)o->round,
		.correct = -1,
		.used = -1,
		.claimed_at = TIMESTAMP_NONE,
		.reviewed_at = TIMESTAMP_NONE };
	struct buf lines = { 0 }, text = { 0 };
	const struct str *id;
	size_t n;
	int bad = 0;

	if (o->request.reviewer.n == 0)
		return err_set(e, STATUS_USAGE, "who? give --reviewer R");
	if ((id = desk_names(d, 1, &n, e)) == NULL)
		return -1;
	for (int i = 0; i < REVIEW_TEXTS; i++) {
		if (o->text[i].n == 0)
			continue;
		buf_clear(&text);
		buf_json_string(&text, o->text[i]);
		w.text[i] = arena_str(&d->run.perm, buf_view(&text));
	}
	x = decider_new(d->queue, &o->request);
	for (size_t i = 0; bad == 0 && i < n; i++) {
		w.id = id[i];
		bad = decider_add(x, &w, e);
	}
	if (bad == 0 && (bad = decider_run(x, &lines, e)) == 0)
		desk_lines(d, buf_view(&lines));
	if (decider_totals(x).refused > 0)
		desk_no(d);
	decider_free(x);
	buf_release(&lines);
	buf_release(&text);
	return bad;
}

static int
run_decision(
    enum outcome outcome, const struct command *c, int argc, char *argv[])
{
	struct own own = { .desk = DESK_INIT,
		.request = { .claim = true },
		.outcome = outcome };
	struct desk d;
	struct err e;

	if (desk_open(&d, c, &own, (struct desk_kind){ 0 }, argc, argv) == 0 &&
	    decide_all(&d, &own, &e) == -1)
		desk_fail(&d, &e);
	return desk_end(&d);
}

int
run_approve(int argc, char *argv[])
{
	static const struct command c = {
		.usage = "approve --reviewer R [OPTION...] ID...",
		.about = "Approves tasks; takes them first, if they are free.",
		.own = approve_rows,
		.nown = LENGTH(approve_rows),
		.reads = READS_NOTHING,
		.results = true,
		.take = take,
	};

	return run_decision(OUTCOME_APPROVE, &c, argc, argv);
}

int
run_reject(int argc, char *argv[])
{
	static const struct command c = {
		.usage = "reject --reviewer R [--needs-revision] [OPTION...] "
			 "ID...",
		.about = "Rejects tasks; takes them first, if they are free.",
		.own = reject_rows,
		.nown = LENGTH(reject_rows),
		.reads = READS_NOTHING,
		.results = true,
		.take = take,
	};

	return run_decision(OUTCOME_REJECT, &c, argc, argv);
}
