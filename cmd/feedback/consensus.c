/* hitl-feedback consensus: one label out of several. */
#include <string.h>

#include "feedback/quality.h"

#include "feedback/verbs.h"

struct own {
	struct poll_options poll;
	const char *quality, *report; /* files, or NULL */
};

enum {
	OPTION_EVERY_VOTE = OPTION_VERB,
	OPTION_LABEL,
	OPTION_METHOD,
	OPTION_QUALITY,
	OPTION_RANGE,
	OPTION_REPORT,
	OPTION_REVIEWER,
	OPTION_TYPE,
};

static const struct option_row rows[] = {
	{ OPTION_METHOD, "method", "M",
	    "majority (default), weighted, dawid-skene or one-coin" },
	{ OPTION_TYPE, "type", "T",
	    "what a label is: choice (default), rating, text, span or box" },
	{ OPTION_REVIEWER, "reviewer", "EXPR",
	    "who voted (.reviewer, .review.reviewer)" },
	{ OPTION_LABEL, "label", "EXPR",
	    "what for (.label, .outcome, .review.outcome)" },
	{ OPTION_EVERY_VOTE, "every-vote", NULL,
	    "all votes of a reviewer on an item count, not his last" },
	{ OPTION_QUALITY, "quality", "FILE",
	    "weights for --method weighted: {\"reviewer\", \"quality\"}, a "
	    "line each" },
	{ OPTION_RANGE, "range", "A:B",
	    "of ratings (from the least to the highest there is)" },
	{ OPTION_REPORT, "report", "FILE",
	    "the reviewers' skills, and how it was done" },
};

static int
take_range(struct poll_options *o, const char *argument, struct err *e)
{
	struct str text = str_of(argument);
	const char *colon = memchr(text.s, ':', text.n);

	o->ranged = true;
	if (colon == NULL ||
	    !decimal_parse(
		(struct str){ text.s, (size_t)(colon - text.s) }, &o->least) ||
	    !decimal_parse(str_of(colon + 1), &o->most) ||
	    !(o->least < o->most))
		return err_set(e, STATUS_USAGE,
		    "--range: %s is no A:B with A below B, such as 1:5",
		    argument);
	return 0;
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;
	int i;

	switch (id) {
	case OPTION_METHOD:
		if (word_option(
			"--method", argument, poll_method_words, &i, e) == -1)
			return -1;
		o->poll.method = (enum poll_method)i;
		return 0;
	case OPTION_TYPE:
		if (word_option("--type", argument, label_type_words, &i, e) ==
		    -1)
			return -1;
		o->poll.type = (enum label_type)i;
		return 0;
	case OPTION_REVIEWER: o->poll.reviewer = argument; return 0;
	case OPTION_LABEL: o->poll.label = argument; return 0;
	case OPTION_EVERY_VOTE: o->poll.every_vote = true; return 0;
	case OPTION_QUALITY: o->quality = argument; return 0;
	case OPTION_REPORT: o->report = argument; return 0;
	default: return take_range(&o->poll, argument, e);
	}
}

/* What is opened later than its name is read. */
static const struct option_file files[] = { { OPTION_QUALITY, SANDBOX_READ },
	{ OPTION_REPORT, SANDBOX_REPLACE }, { 0, SANDBOX_NONE } };

static const struct command command = {
	.usage = "consensus [--method M] [--type T] [OPTION...] [FILE...]",
	.about = "One label for each item out of several reviewers'.",
	.own = rows,
	.nown = LENGTH(rows),
	.results = true,
	.file = files,
	.take = take,
};

static int
check(const struct own *o, const struct options *options, struct err *e)
{
	char *const quality[] = { (char *)(uintptr_t)o->quality, NULL };

	if (o->quality != NULL && o->poll.method != POLL_WEIGHTED)
		return err_set(
		    e, STATUS_USAGE, "--quality goes with --method weighted");
	if (o->poll.ranged && o->poll.type != LABEL_RATING)
		return err_set(
		    e, STATUS_USAGE, "--range goes with --type rating");
	return stdin_option("--quality", quality, options->file, e);
}

static void
tell(const struct poll *poll)
{
	const struct poll_totals t = poll_totals(poll);

	tell_count(t.incomplete,
	    "records have no id, reviewer or label and are left out");
	tell_count(t.replaced,
	    "votes replace an earlier one of the same reviewer on the same "
	    "item (--every-vote counts both)");
	tell_count(t.beyond,
	    "votes are beyond the first 100 of their item and do not count");
	tell_count(t.unrated,
	    "reviewers have no quality and count as the average of the "
	    "others");
	tell_count(t.tied, "items are tied and have no label");
}

static void
write_report(struct run *r, struct poll *poll, const char *file)
{
	struct buf text = { 0 };

	poll_write_report(poll, &text);
	buf_char(&text, '\n');
	run_write(r, file, buf_view(&text));
	buf_release(&text);
}

static int
load_qualities(struct run *r, struct poll *poll, const char *file)
{
	enum status status = STATUS_OK;
	struct err e;

	if (file == NULL)
		return 0;
	if (quality_load(poll, file, &r->options.stream, &status, &e) == -1)
		return run_fail(r, &e);
	r->status = status_worse(r->status, status);
	return run_is_over(r) ? -1 : 0;
}

static void
print(struct run *r, struct poll *poll, const char *report)
{
	size_t n = poll_totals(poll).items;
	struct row_printer rows_out;
	struct err e;

	if (poll_settle(poll, &e) == -1) {
		run_fail(r, &e);
		r->discard = true;
		return;
	}
	rows_begin(&rows_out, r);
	for (size_t i = 0; i < n; i++) {
		poll_write_item(poll, i, rows_text(&rows_out));
		rows_line(&rows_out);
	}
	rows_end(&rows_out);
	if (report != NULL)
		write_report(r, poll, report);
}

int
run_consensus(int argc, char *argv[])
{
	struct own own = { 0 };
	struct evaluator *ev;
	struct poll *poll;
	struct run r;
	struct err e;

	if (run_begin(&r, &command, &own, argc, argv) == -1)
		return (int)r.status;
	if (check(&own, &r.options, &e) == -1 ||
	    (poll = poll_new(r.policy, &own.poll, &e)) == NULL)
		return run_fail(&r, &e), (int)r.status;
	if (run_open(&r) == -1)
		return (int)r.status;
	if (run_keep_rejects(&r) == -1 ||
	    load_qualities(&r, poll, own.quality) == -1) {
		poll_free(poll);
		r.discard = true;
		return run_end(&r);
	}
	ev = evaluator_new(r.policy->exprs);
	poll_start(poll, ev);
	run_collect(
	    &r, &(struct stream_job){ .record = poll_add, .state = poll });
	if (!run_nothing(
		&r, poll_totals(poll).votes, "an id, a reviewer and a label"))
		print(&r, poll, own.report);
	tell(poll);
	poll_free(poll);
	evaluator_free(ev);
	return run_end(&r);
}
