/* A filter (filter.h). */
#include <stdlib.h>

#include "record/filter.h"
#include "record/splice.h"

struct filter {
	const struct filter_job *job;
	void *state;
	uint32_t node; /* of the key */
};

static int
filter_record(struct record *r, void *state, struct err *e)
{
	const struct filter *f = state;
	size_t start = r->out->n, resume;
	int got;

	resume = splice_begin(r->out, r->line, f->job->key, &r->slot[f->node]);
	got = f->job->member(r, f->state, r->out, e);
	if (got == 0) {
		splice_end(r->out, r->line, resume);
	} else {
		r->out->n = start; /* as if nothing had been */
		if (got == -1)
			return -1;
		buf_str(r->out, r->line);
	}
	buf_char(r->out, '\n');
	return 0;
}

static struct fields *
filter_renew(void *state)
{
	struct filter *f = state;
	struct fields *fields = f->job->renew(f->state);

	if (fields != NULL)
		f->node = fields_add_key(fields, 0, f->job->key);
	return fields;
}

static void *
filter_fork(void *state)
{
	struct filter *f = state, *forked = malloc(sizeof(*forked));

	if (forked == NULL)
		memory_exhausted();
	*forked = (struct filter){
		.job = f->job, .state = f->job->fork(f->state), .node = f->node
	};
	return forked;
}

static void
filter_join(void *state, void *forked)
{
	struct filter *f = state, *other = forked;

	f->job->join(f->state, other->state);
	free(other);
}

enum status
filter_run(const struct stream_options *options, char *const file[],
    struct fields *fields, const struct filter_job *job, struct output *out,
    struct stream_totals *totals)
{
	struct filter f = { .job = job, .state = job->state };
	struct stream_job stream = { .record = filter_record,
		.state = &f,
		.fork = filter_fork,
		.join = filter_join,
		.out = out,
		.side = job->side,
		.renew = job->renew == NULL ? NULL : filter_renew };

	f.node = fields_add_key(fields, 0, job->key);
	return stream_run(options, file, fields, &stream, totals);
}
