/* threshold --update: a file takes another one's place, or it does not. */
#include <unistd.h>

#include "calibrate/update.h"
#include "calibrate/calibrate.h"
#include "calibrate/verify.h"

int
replaced_load(struct run *r, struct replaced *x, const char *by, struct err *e)
{
	r->options.output = x->file;
	if (access(x->file, F_OK) == -1)
		return 0;
	if ((x->old = promise_load(r, x->file, e)) == NULL)
		return -1;
	/* by another expression, its groups are not these */
	if (str_eq(x->old->by_text, str_of(by == NULL ? "" : by)))
		x->before = x->old;
	return 0;
}

void
replaced_settle(
    struct run *r, const struct replaced *x, const struct labelled *l)
{
	struct buf refutation = { 0 }, words = { 0 };
	const struct json *text;
	struct err e;
	bool stands;

	if (x->old == NULL)
		return;
	text = json_parse(buf_view(&r->out.buf), &r->perm, &e);
	stands = x->before == NULL ||
		 thresholds_verify(l, x->before, NULL, &refutation);
	if (!stands)
		diag("%.*s", (int)refutation.n, refutation.s);
	if (!update_allowed(x->old, !stands, text, &words)) {
		diag("%s stays as it is: %.*s", x->file, (int)words.n, words.s);
		r->status = status_worse(r->status, STATUS_NO);
		r->discard = true;
	} else if (update_silences(text, &words)) {
		diag("%s: %.*s", x->file, (int)words.n, words.s);
	}
	buf_release(&refutation);
	buf_release(&words);
}
