/* How good reviewers are known to be (quality.h). */
#include "feedback/quality.h"
#include "record/number.h"

struct reading {
	struct poll *poll;
	uint32_t reviewer, quality; /* nodes */
};

static int
take(struct record *r, void *state, struct err *e)
{
	const struct reading *x = state;
	const struct value *name = &r->slot[x->reviewer];
	const struct value *quality = &r->slot[x->quality];
	double q;

	if (value_is_null(name))
		return err_set(e, STATUS_REJECTED, "reviewer: is not there");
	q = value_number(quality);
	if (!(q >= 0 && q <= 1))
		return err_set(
		    e, STATUS_REJECTED, "quality: is no number in [0, 1]");
	poll_quality(x->poll, value_name(name, r->scratch), q);
	return 0;
}

int
quality_load(struct poll *poll, const char *file,
    const struct stream_options *options, enum status *status, struct err *e)
{
	char *files[] = { (char *)(uintptr_t)file, NULL };
	struct stream_options plain = *options;
	struct reading reading = { .poll = poll };
	struct stream_totals totals;
	struct arena arena = { 0 };
	struct fields fields;

	plain.csv = false;
	if (stream_check(files, e) == -1)
		return -1;
	poll_rate(poll);
	fields_init(&fields, &arena);
	reading.reviewer = fields_add_key(&fields, 0, STR("reviewer"));
	reading.quality = fields_add_key(&fields, 0, STR("quality"));
	*status = stream_run(&plain, files, &fields,
	    &(struct stream_job){ .record = take, .state = &reading }, &totals);
	fields_release(&fields);
	arena_release(&arena);
	return 0;
}
