/* A filter (filter.h). */
#include "record/filter.h"
#include "record/splice.h"

struct filter {
	struct str key;
	uint32_t node;
	member_fn *member;
	void *state;
	struct output *out;
	struct buf value;
};

static int
filter_record(struct record *r, void *state, struct err *e)
{
	struct filter *f = state;
	int got;

	buf_clear(&f->value);
	if ((got = f->member(r, f->state, &f->value, e)) == -1)
		return -1;
	if (got == 1)
		buf_str(&f->out->buf, r->line);
	else
		splice(&f->out->buf, r->line, f->key, &r->slot[f->node],
		    buf_view(&f->value));
	if (output_line(f->out) == -1)
		return output_error(f->out, e);
	return 0;
}

static void
filter_idle(void *state)
{
	struct filter *f = state;

	output_flush(f->out);
}

enum status
filter_run(const struct stream_options *options, char *const file[],
    struct fields *fields, struct str key, member_fn *member, void *state,
    struct output *out, struct stream_totals *totals)
{
	struct filter f = {
		.key = key, .member = member, .state = state, .out = out
	};
	enum status status;

	f.node = fields_add_key(fields, 0, key);
	status = stream_run(
	    options, file, fields, filter_record, filter_idle, &f, totals);
	buf_release(&f.value);
	return status;
}
