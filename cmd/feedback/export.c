/* hitl-feedback export: datasets out of joined decisions. */
#include <string.h>

#include "feedback/export.h"

/* Where each split goes. */
struct sink {
	struct run *run;
	struct export_options *own;
	struct output file[DATASET_SPLITS]; /* [n], of splits */
	struct row_printer printer[DATASET_SPLITS];
	size_t n;
	bool splits; /* each to a file of its own */
	size_t taken; /* the one to print, else */
	struct output used;
};

static void
close_one(struct run *r, struct output *out)
{
	r->status = (r->leave ? program_leave : program_close)(out, r->status);
}

static void
sink_close(struct sink *s)
{
	for (size_t k = 0; k < s->n; k++)
		close_one(s->run, &s->file[k]);
	if (s->own->used != NULL)
		close_one(s->run, &s->used);
}

static int
sink_open(struct sink *s, const char *pattern, struct err *e)
{
	const struct dataset_options *d = &s->own->dataset;

	s->splits = d->nsplit > 0 && s->own->take == NULL;
	for (size_t k = 0; k < d->nsplit && !s->splits; k++)
		if (str_eq(d->split[k].name, str_of(s->own->take)))
			s->taken = k;
	if (s->own->used != NULL &&
	    output_open(&s->used, s->own->used, e) == -1) {
		s->own->used = NULL;
		return -1;
	}
	for (size_t k = 0; s->splits && k < d->nsplit; k++, s->n++)
		if (output_open(&s->file[k],
			export_split_path(
			    pattern, d->split[k].name, &s->run->perm),
			e) == -1)
			return -1;
	for (size_t k = 0; k < (s->splits ? s->n : 1); k++) {
		rows_begin(&s->printer[k], s->run);
		s->printer[k].results.no_formulas = true;
		if (s->splits)
			s->printer[k].out = &s->file[k];
	}
	return 0;
}

static int
write_used(struct sink *s, struct str id, struct err *e)
{
	struct buf *out = &s->used.buf;

	buf_cstr(out, "{\"id\":");
	buf_str(out, id);
	buf_printf(out, ",\"used\":true,\"in\":\"%s\"}",
	    dataset_kind_words[s->own->dataset.as]);
	return output_line(&s->used) == -1 ? output_error(&s->used, e) : 0;
}

static int
put_item(void *arg, size_t split, struct str item, struct str id, struct err *e)
{
	struct sink *s = arg;
	struct row_printer *p = &s->printer[s->splits ? split : 0];

	if (!s->splits && split != s->taken)
		return 0;
	if (s->own->used != NULL && write_used(s, id, e) == -1)
		return -1;
	buf_str(rows_text(p), item);
	rows_line(p);
	return 0;
}

static void
tell(const struct dataset *d)
{
	struct left left[LEFT_REASONS];

	for (int i = 0; i < LEFT_REASONS; i++)
		left[i] = (struct left){ dataset_left(d, (enum left_out)i),
			left_out_words[i] };
	tell_left_out(left, LEFT_REASONS);
}

static void
write_manifest(struct run *r, const struct dataset *d, const char *file)
{
	struct buf text = { 0 };

	dataset_write_manifest(d, &text);
	buf_char(&text, '\n');
	run_write(r, file, buf_view(&text));
	buf_release(&text);
}

static void
write_all(struct run *r, struct export_options *own, struct dataset *d,
    const char *pattern)
{
	struct sink s = { .run = r, .own = own };
	struct err e;

	if (sink_open(&s, pattern, &e) == -1 || dataset_settle(d, &e) == -1 ||
	    dataset_each(d, put_item, &s, &e) == -1) {
		run_fail(r, &e);
		sink_close(&s);
		return;
	}
	for (size_t k = 0; k < (s.splits ? s.n : 1); k++)
		rows_end(&s.printer[k]);
	tell(d);
	if (dataset_items(d) == 0) {
		diag("there is nothing to export");
		run_no_result(r);
	}
	sink_close(&s);
	/* also of nothing: why there is none */
	if (own->manifest != NULL)
		write_manifest(r, d, own->manifest);
}

/* Where the output goes, if it is one. */
static void
place_output(struct run *r, const struct export_options *own)
{
	const struct dataset_options *d = &own->dataset;
	const char *pattern = r->options.output;

	if (d->nsplit > 0 && own->take == NULL) {
		r->options.output = NULL; /* there are several */
		for (size_t k = 0; k < d->nsplit; k++)
			sandbox_allow(export_split_path(
					  pattern, d->split[k].name, &r->perm),
			    SANDBOX_REPLACE);
	} else if (own->take != NULL) {
		r->options.output =
		    export_split_path(pattern, str_of(own->take), &r->perm);
	}
}

int
run_export(int argc, char *argv[])
{
	struct export_options own = { .bounds = BOUNDS_INIT,
		.dataset = { .unsaid = -1,
		    .min_confidence = -1,
		    .key = hash_key_derive(STR("hitl")) } };
	struct evaluator *ev;
	struct dataset *d;
	const char *pattern;
	struct run r;
	struct err e;

	if (run_begin(&r, &export_command, &own, argc, argv) == -1)
		return (int)r.status;
	own.dataset.drop = &own.drop;
	own.dataset.percent = r.options.percent;
	own.dataset.memory = own.bounds.memory;
	own.dataset.directory = own.bounds.directory;
	pattern = r.options.output;
	if (export_check(&own, &r.options, &r.perm, &e) == -1 ||
	    (d = dataset_new(r.policy, &own.dataset, &e)) == NULL)
		return run_fail(&r, &e), (int)r.status;
	place_output(&r, &own);
	if (run_open(&r) == -1)
		return (int)r.status;
	ev = evaluator_new(r.policy->exprs);
	dataset_start(d, ev);
	run_collect(
	    &r, &(struct stream_job){ .record = dataset_add, .state = d });
	write_all(&r, &own, d, pattern);
	r.discard = r.status == STATUS_SYSTEM;
	dataset_free(d);
	map_release(&own.drop);
	evaluator_free(ev);
	return run_end(&r);
}
