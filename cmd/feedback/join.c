/* hitl-feedback join: decisions and what reviewers said of them. */
#include "feedback/join.h"

#include "feedback/verbs.h"
#include "record/filter.h"

enum { REVIEWS_FILES = 64 };

struct own {
	char *reviews[REVIEWS_FILES + 1]; /* NULL-terminated */
	size_t nreviews;
	struct bounds bounds;
	const char *final; /* of the policy when NULL */
	double correct_within; /* negative: of the policy */
	const char *unmatched, *rejects; /* files, or NULL */
	bool csv;
};

enum {
	OPTION_CORRECT_WITHIN = OPTION_VERB,
	OPTION_FINAL,
	OPTION_REVIEW_REJECTS,
	OPTION_REVIEWS_CSV,
	OPTION_UNMATCHED,
};

static const struct option_row rows[] = {
	{ 'r', "reviews", "FILE",
	    "the reviews, NDJSON, in any order; may be repeated" },
	{ OPTION_FINAL, "final", "RULE",
	    "of several reviews: last, majority, senior or consensus" },
	{ OPTION_CORRECT_WITHIN, "correct-within", "D",
	    "a correction at most that edit distance away leaves the model "
	    "right (0)" },
	{ OPTION_UNMATCHED, "unmatched", "FILE",
	    "keep reviews there that no decision has" },
	{ OPTION_REVIEW_REJECTS, "review-rejects", "FILE",
	    "keep rejected reviews there, as they came" },
	{ OPTION_REVIEWS_CSV, "reviews-csv", NULL, "the reviews are CSV" },
	BOUNDS_ROWS,
};

static int
take_reviews(struct own *o, const char *argument, struct err *e)
{
	if (o->nreviews == REVIEWS_FILES)
		return err_set(e, STATUS_USAGE,
		    "--reviews: at most %d of them; cat them together",
		    REVIEWS_FILES);
	o->reviews[o->nreviews++] = (char *)(uintptr_t)argument;
	return 0;
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	switch (id) {
	case 'r': return take_reviews(o, argument, e);
	case OPTION_FINAL: o->final = argument; return 0;
	case OPTION_CORRECT_WITHIN:
		return number_option(
		    "--correct-within", argument, 0, 1, &o->correct_within, e);
	case OPTION_UNMATCHED: o->unmatched = argument; return 0;
	case OPTION_REVIEW_REJECTS: o->rejects = argument; return 0;
	case OPTION_REVIEWS_CSV: o->csv = true; return 0;
	default: return bounds_take(&o->bounds, id, argument, e);
	}
}

/* What is opened later than its name is read. */
static const struct option_file files[] = { { 'r', SANDBOX_READ },
	{ OPTION_UNMATCHED, SANDBOX_REPLACE },
	{ OPTION_REVIEW_REJECTS, SANDBOX_REPLACE }, { 'T', SANDBOX_SCRATCH },
	{ 0, SANDBOX_NONE } };

static const struct command command = {
	.usage = "join -r REVIEWS [OPTION...] [FILE...]",
	.about = "Adds the verdict of its reviews to each decision.",
	.own = rows,
	.nown = LENGTH(rows),
	.file = files,
	.threads = true,
	.take = take,
	.filter = true,
};

static int
take_rule(struct policy_review *rule, const struct own *o, struct err *e)
{
	int i;

	if (o->correct_within >= 0)
		rule->correct_within = o->correct_within;
	if (o->final == NULL)
		return 0;
	if (word_option("--final", o->final, final_words, &i, e) == -1)
		return -1;
	rule->final = (enum final_rule)i;
	if (rule->final == FINAL_SENIOR && rule->nsenior == 0)
		return err_set(e, STATUS_USAGE,
		    "--final senior: the policy has no review.senior that "
		    "says who is");
	return 0;
}

static struct reviews *
load(struct run *r, const struct own *o, const struct review_places *places,
    struct err *e)
{
	const struct reviews_options options = { .memory = o->bounds.memory,
		.directory = o->bounds.directory,
		.keep_lines = o->unmatched != NULL };
	struct stream_options stream = r->options.stream;
	struct reviews *reviews;
	enum status status = STATUS_OK;

	stream.rejects = o->rejects;
	stream.csv = o->csv;
	reviews =
	    reviews_load(places, o->reviews, &stream, &options, &status, e);
	r->status = status_worse(r->status, status);
	return reviews;
}

static void
tell_totals(const struct join *j)
{
	const struct reviews_totals all = reviews_totals(j->reviews);
	const struct join_totals *t = &j->totals;

	tell_count(t->unnamed, "decisions have no id");
	tell_count(all.duplicates,
	    "reviews say the same of the same decision again and count once");
	tell_count(all.beyond,
	    "reviews are beyond the first 100 of their decision "
	    "and do not count");
	tell_count(all.uses_beyond,
	    "lines say that a correction was used beyond the first 100 of "
	    "their decision and do not count");
	tell_count(t->superseded,
	    "reviews have a later one of the same reviewer in their place");
	tell_count(
	    t->tied, "decisions have no verdict: their reviewers are tied");
	tell_count(t->divided,
	    "decisions have no verdict: their reviewers are not "
	    "of one mind");
	tell_count(t->early,
	    "reviews are earlier than their decision: no wait is "
	    "counted for them");
	tell_count(t->late, "verdicts are later than their deadline");
}

/* Reviews of ids that no decision has: told, and kept if asked for. */
static int
tell_unmatched(const struct reviews *reviews, const char *file, struct err *e)
{
	uint64_t n, ids;
	struct output out;
	int r;

	if (file == NULL)
		r = reviews_unmatched(reviews, NULL, &n, &ids, e);
	else if (output_open(&out, file, e) == -1)
		return -1;
	else if ((r = reviews_unmatched(reviews, &out, &n, &ids, e)) == -1)
		output_close(&out, false, &(struct err){ 0 });
	else
		r = output_close(&out, true, e);
	if (r == 0 && n > 0)
		diag("%llu reviews are for %llu ids that no decision here has",
		    (unsigned long long)n, (unsigned long long)ids);
	return r;
}

static void
run_decisions(struct run *r, struct join *join, struct reviews *reviews)
{
	struct stream_totals totals;

	join_start(join, reviews);
	r->status = status_worse(
	    r->status, filter_run(&r->options.stream, r->options.file,
			   expr_set_fields(r->policy->exprs),
			   &(struct filter_job){ .key = STR("review"),
			       .member = join_record,
			       .state = join,
			       .fork = join_fork,
			       .join = join_join },
			   &r->out, &totals));
	r->leave = program_stopped(&r->options, &totals);
	tell_totals(join);
}

/* A set of two, neither of them explained yet. */
static int
compile(const struct run *r, struct expr_set *set, struct err *e)
{
	struct options silent = r->options;

	silent.explain_policy = false;
	return program_compile(&silent, set, e);
}

/* --explain-policy: what is looked for in decisions, and in reviews. */
static int
explain(struct run *r, const struct review_places *places)
{
	struct err e;

	if (compile(r, r->policy->exprs, &e) == -1)
		return run_fail(r, &e);
	if (run_open_output(r) == -1)
		return -1;
	expr_set_explain(r->policy->exprs, &r->out.buf);
	expr_set_explain(places->exprs, &r->out.buf);
	return 0;
}

static void
join_all(struct run *r, const struct own *o, struct join *join,
    const struct review_places *places)
{
	struct reviews *reviews;
	struct err e;

	if ((reviews = load(r, o, places, &e)) == NULL)
		run_fail(r, &e);
	if (reviews == NULL || run_is_over(r)) {
		reviews_free(reviews);
		r->discard = true;
		return;
	}
	run_decisions(r, join, reviews);
	if (r->status != STATUS_SYSTEM && !r->leave &&
	    tell_unmatched(reviews, o->unmatched, &e) == -1)
		run_fail(r, &e);
	join_release(join);
	reviews_free(reviews);
}

int
run_join(int argc, char *argv[])
{
	struct own own = { .bounds = BOUNDS_INIT, .correct_within = -1 };
	struct review_places places;
	struct join join;
	struct run r;
	struct err e;

	if (run_begin(&r, &command, &own, argc, argv) == -1)
		return (int)r.status;
	if (own.nreviews == 0) {
		err_set(&e, STATUS_USAGE, "join: -r REVIEWS is missing");
		return run_fail(&r, &e), (int)r.status;
	}
	if (stdin_option("-r", own.reviews, r.options.file, &e) == -1 ||
	    join_init(&join, r.policy, &e) == -1 ||
	    take_rule(&join.rule, &own, &e) == -1 ||
	    review_places_init(&places, r.policy, &r.perm, &e) == -1 ||
	    compile(&r, places.exprs, &e) == -1)
		return run_fail(&r, &e), (int)r.status;
	if (r.options.explain_policy)
		explain(&r, &places);
	else if (run_open(&r) == 0)
		join_all(&r, &own, &join, &places);
	review_places_release(&places);
	return run_end(&r);
}
