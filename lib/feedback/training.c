/* Whether enough labels are new to train again (training.h). */
#include "feedback/training.h"

int
training_init(struct training *x, struct policy *p, struct err *e)
{
	*x = (struct training){ 0 };
	return lesson_reader_init(&x->reader, p, e);
}

int
training_add(struct record *r, void *arg, struct err *e)
{
	struct training *x = arg;
	struct lesson l;

	(void)e;
	lesson_read(&l, &x->reader, x->ev, r);
	if (l.outcome == -1)
		return 0;
	x->labels++;
	x->fresh += l.used != 1;
	x->corrections += l.used != 1 && lesson_is_correction(&l);
	return 0;
}

bool
training_is_due(const struct training *x, uint64_t min_samples)
{
	return x->fresh >= min_samples;
}

void
training_write(const struct training *x, uint64_t min_samples, struct buf *out)
{
	buf_cstr(out, "{\"ready\":");
	buf_json_bool(out, training_is_due(x, min_samples));
	buf_json_count(out, "labels", x->labels);
	buf_json_count(out, "new", x->fresh);
	buf_json_count(out, "new_corrections", x->corrections);
	buf_json_count(out, "min_samples", min_samples);
	buf_char(out, '}');
}
