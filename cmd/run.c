/* A run from its options to its exit status (run.h). */
#include <stdlib.h>

#include "run.h"

int
run_fail(struct run *r, const struct err *e)
{
	r->status = status_worse(r->status, diag_err(e));
	return -1;
}

int
run_begin(
    struct run *r, const struct command *c, void *own, int argc, char *argv[])
{
	struct err e;

	*r = (struct run){ .status = STATUS_OK };
	options_parse(&r->options, c, own, argc, argv);
	r->policy = policy_load(r->options.policy, r->options.override,
	    r->options.noverride, &r->perm, &e);
	return r->policy == NULL ? run_fail(r, &e) : 0;
}

int
run_open(struct run *r)
{
	struct err e;

	if (program_compile(&r->options, r->policy->exprs, &e) == -1 ||
	    stream_check(r->options.file, &e) == -1)
		return run_fail(r, &e);
	if (run_open_output(r) == -1)
		return -1;
	program_confine(&r->options);
	return 0;
}

int
run_open_output(struct run *r)
{
	struct err e;

	if (output_open(&r->out, r->options.output, &e) == -1)
		return run_fail(r, &e);
	r->opened = true;
	return 0;
}

int
run_keep_rejects(struct run *r)
{
	struct err e;

	if (r->options.stream.rejects == NULL)
		return 0;
	if (output_open(&r->rejects, r->options.stream.rejects, &e) == -1)
		return run_fail(r, &e);
	r->options.stream.rejects_into = &r->rejects;
	r->keeps = true;
	return 0;
}

/* They are what they are, however it ends. */
static void
close_rejects(struct run *r)
{
	bool told = r->rejects.told;
	struct err e;

	if (!r->keeps)
		return;
	r->keeps = false;
	if (output_close(&r->rejects, true, &e) == -1)
		r->status = status_worse(
		    r->status, told ? STATUS_SYSTEM : diag_err(&e));
}

struct stream_totals
run_stream(struct run *r, const struct stream_job *job)
{
	struct stream_totals totals;

	r->status = status_worse(
	    r->status, stream_run(&r->options.stream, r->options.file,
			   expr_set_fields(r->policy->exprs), job, &totals));
	return totals;
}

struct stream_totals
run_collect(struct run *r, const struct stream_job *job)
{
	struct stream_totals totals = run_stream(r, job);

	if (r->status == STATUS_SYSTEM ||
	    program_stopped(&r->options, &totals)) {
		close_rejects(r);
		outputs_abandon();
		exit(r->status);
	}
	return totals;
}

bool
run_is_over(const struct run *r)
{
	return r->status == STATUS_SYSTEM ||
	       (r->options.stream.strict && r->status != STATUS_OK);
}

bool
run_nothing(struct run *r, uint64_t n, const char *what)
{
	if (n > 0)
		return false;
	diag("no record has %s: there is nothing to count", what);
	run_no_result(r);
	return true;
}

void
run_no_result(struct run *r)
{
	r->status = status_worse(r->status, STATUS_NO);
	r->leave = true;
}

void
run_print(struct run *r, struct results *results)
{
	results_print(results, r->options.format, &r->out.buf);
	results_release(results);
}

void
run_write(struct run *r, const char *file, struct str text)
{
	struct output out;
	struct err e;

	if (output_open(&out, file, &e) == -1) {
		run_fail(r, &e);
		return;
	}
	buf_str(&out.buf, text);
	r->status = program_close(&out, r->status);
}

static bool
is_at_once(const struct row_printer *p)
{
	return p->run->options.format == FORMAT_NDJSON;
}

void
rows_begin(struct row_printer *p, struct run *r)
{
	*p = (struct row_printer){
		.run = r, .out = &r->out, .results = { .arena = &r->perm }
	};
}

struct buf *
rows_text(struct row_printer *p)
{
	return is_at_once(p) ? &p->out->buf : &p->text;
}

void
rows_line(struct row_printer *p)
{
	if (is_at_once(p)) {
		output_line(p->out); /* told when it is closed */
		return;
	}
	results_add(&p->results, buf_view(&p->text));
	buf_clear(&p->text);
}

void
rows_drop(struct row_printer *p)
{
	buf_whole_lines(rows_text(p));
}

void
rows_end(struct row_printer *p)
{
	if (!is_at_once(p)) {
		results_print(
		    &p->results, p->run->options.format, &p->out->buf);
		results_release(&p->results);
	}
	buf_release(&p->text);
}

void
rows_lines(struct row_printer *p, struct str lines)
{
	struct str line;

	while (str_next_line(&lines, &line)) {
		buf_str(rows_text(p), line);
		rows_line(p);
	}
}

int
run_end(struct run *r)
{
	policy_free(r->policy);
	options_release(&r->options);
	arena_release(&r->perm);
	close_rejects(r);
	if (!r->opened)
		return (int)r->status;
	if (r->discard)
		return program_discard(&r->out, r->status);
	if (r->leave)
		return (int)program_leave(&r->out, r->status);
	return program_finish(&r->out, r->status);
}
