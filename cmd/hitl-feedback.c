/* hitl-feedback: what the reviewers said (hitl-feedback(1)). */
#include "feedback/join.h"
#include "options.h"
#include "record/filter.h"

struct own {
	const char *reviews;
};

static const struct option_row join_rows[] = {
	{ 'r', "reviews", "FILE", "the reviews, NDJSON, in any order" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	(void)id;
	(void)e;
	o->reviews = argument;
	return 0;
}

static const struct command join_command = {
	.usage = "join -r REVIEWS [OPTION...] [FILE...]",
	.about = "Adds the verdict of its reviews to each decision.",
	.own = join_rows,
	.nown = sizeof(join_rows) / sizeof(join_rows[0]),
	.take = take,
	.filter = true,
};

static void
tell_oddities(const struct join *j)
{
	uint64_t reviews, ids;

	join_unknown(j, &reviews, &ids);
	if (reviews > 0)
		diag("%llu reviews are for %llu ids that no decision here has",
		    (unsigned long long)reviews, (unsigned long long)ids);
	if (j->early > 0)
		diag("%llu reviews are earlier than their decision: no wait is "
		     "counted for them",
		    (unsigned long long)j->early);
}

static int
run_join(int argc, char *argv[])
{
	struct arena perm = { 0 };
	struct reviews reviews = { 0 };
	struct stream_totals totals;
	struct own own = { 0 };
	struct options o;
	struct output out;
	struct policy *p;
	struct join join;
	struct err e;
	enum status status;

	options_parse(&o, &join_command, &own, argc, argv);
	if (own.reviews == NULL) {
		diag("join: -r REVIEWS is missing");
		return STATUS_USAGE;
	}
	p = policy_load(o.policy, o.override, o.noverride, &perm, &e);
	if (p == NULL || join_init(&join, p, &reviews, &e) == -1 ||
	    program_compile(&o, p->exprs, &e) == -1 ||
	    stream_check(o.file, &e) == -1 ||
	    reviews_load(
		&reviews, own.reviews, &o.stream, &totals, &status, &e) == -1 ||
	    output_open(&out, o.output, &e) == -1)
		return diag_err(&e);
	program_output(&out);
	join.ev = evaluator_new(p->exprs);
	status = status_worse(
	    status, filter_run(&o.stream, o.file, expr_set_fields(p->exprs),
			&(struct filter_job){ .key = STR("review"),
			    .member = join_record,
			    .state = &join,
			    .fork = join_fork,
			    .join = join_join },
			&out, &totals));
	tell_oddities(&join);
	evaluator_free(join.ev);
	reviews_release(&reviews);
	policy_free(p);
	options_release(&o);
	arena_release(&perm);
	return program_finish(&out, status);
}

int
main(int argc, char *argv[])
{
	static const struct verb verbs[] = {
		{ "join", run_join,
		    "add the verdict of its reviews to each "
		    "decision" },
		{ NULL, NULL, NULL },
	};

	program_init("hitl-feedback");
	return verb_find(verbs, argc, argv)->run(argc - 1, argv + 1);
}
