/* Labelled decisions as lines of text (labels.h). */
#include <math.h>
#include <stdlib.h>

#include "calibrate/labels.h"
#include "record/number.h"

enum { VERSION = 1 };
static const double most = 1e9; /* decisions in a line */

enum place {
	PLACE_KIND,
	PLACE_VERSION,
	PLACE_BY,
	PLACE_GROUP,
	PLACE_CONFIDENCE,
	PLACE_RIGHT,
	PLACE_WRONG,
	PLACE_UNLABELLED,
	PLACES,
};
static const char *const place_path[PLACES] = {
	[PLACE_KIND] = ".kind?",
	[PLACE_VERSION] = ".version?",
	[PLACE_BY] = ".by?",
	[PLACE_GROUP] = ".group?",
	[PLACE_CONFIDENCE] = ".confidence?",
	[PLACE_RIGHT] = ".right?",
	[PLACE_WRONG] = ".wrong?",
	[PLACE_UNLABELLED] = ".unlabelled?",
};

/* A line; NAN: those without a usable confidence. */
static int
write_line(struct output *out, const char *by, const struct str *group,
    double confidence, uint64_t right, uint64_t wrong, uint64_t unlabelled)
{
	struct buf *b = &out->buf;

	if (right + wrong + unlabelled == 0)
		return 0;
	buf_printf(
	    b, "{\"kind\":\"labels-state\",\"version\":%d,\"by\":", VERSION);
	if (by == NULL)
		buf_cstr(b, "null");
	else
		buf_json_string(b, str_of(by));
	buf_cstr(b, ",\"group\":");
	if (group == NULL)
		buf_cstr(b, "null");
	else
		buf_json_string(b, *group);
	buf_cstr(b, ",\"confidence\":");
	buf_json_double(b, confidence);
	buf_printf(b, ",\t\"right\":%llu,\"wrong\":%llu",
	    (unsigned long long)right, (unsigned long long)wrong);
	if (unlabelled > 0)
		buf_json_count(b, "unlabelled", unlabelled);
	buf_char(b, '}');
	return output_line(out);
}

/* Decisions d[n] of one group, sorted: a line for each confidence. */
static int
write_decisions(struct output *out, const char *by, const struct str *group,
    const struct decision *d, size_t n)
{
	for (size_t from = 0, to; from < n; from = to) {
		uint64_t wrong = 0;
		for (to = from; to < n; to++) {
			if (d[to].confidence != d[from].confidence)
				break;
			wrong += d[to].error;
		}
		if (write_line(out, by, group, d[from].confidence,
			to - from - wrong, wrong, 0) == -1)
			return -1;
	}
	return 0;
}

/* One after another, and in each group those without a confidence. */
static int
write_groups(const struct labelled *l, const char *by, struct output *out)
{
	struct partition p = labelled_partition(l);
	uint64_t without = l->without, errors = l->without_errors;
	int r = 0;

	for (size_t g = 0; g < l->groups.names.n && r == 0; g++) {
		const struct str *name = &l->groups.names.key[g];
		const struct decision *d = p.d + p.start[g];
		size_t n = p.start[g + 1] - p.start[g];
		uint64_t rest = l->group[g].n - n, wrong = l->group[g].errors;
		for (size_t i = 0; i < n; i++)
			wrong -= d[i].error;
		without -= rest;
		errors -= wrong;
		r = write_decisions(out, by, name, d, n);
		if (r == 0)
			r = write_line(
			    out, by, name, NAN, rest - wrong, wrong, 0);
	}
	free(p.d);
	free(p.start);
	if (r == 0)
		r = write_line(out, by, NULL, NAN, without - errors, errors,
		    l->unlabelled);
	return r;
}

/* Those of no group, or all of them. */
static int
write_ungrouped(const struct labelled *l, const char *by, struct output *out)
{
	struct decision *d = malloc((l->n + 1) * sizeof(*d));
	size_t n = 0;
	int r;

	if (d == NULL)
		memory_exhausted();
	for (size_t i = 0; i < l->n; i++)
		if (l->decision[i].group == GROUP_NONE)
			d[n++] = l->decision[i];
	r = write_decisions(out, by, NULL, d, n);
	free(d);
	return r;
}

int
labels_write(const struct labelled *l, const char *by, struct output *out)
{
	return write_ungrouped(l, by, out) == -1 ||
		       write_groups(l, by, out) == -1
		   ? -1
		   : 0;
}

int
labels_init(
    struct labels *x, struct labelled_source *s, const char *by, struct err *e)
{
	*x = (struct labels){ .into = s, .by = by };
	return expr_set_want_all(s->exprs, place_path, PLACES, x->place, e);
}

static struct value
look(const struct labels *x, const struct record *r, enum place place)
{
	return expr_look(x->into->ev, r, x->place[place]);
}

/* A count, 0 if it is not there; -1 with *e if it is none. */
static int
look_count(const struct labels *x, const struct record *r, enum place place,
    uint64_t *n, struct err *e)
{
	struct value v = look(x, r, place);
	double count;

	*n = 0;
	if (v.type == JSON_ABSENT)
		return 0;
	count = value_number(&v);
	if (!(count >= 0 && count <= most && count == floor(count)))
		return err_set(
		    e, STATUS_REJECTED, "%s: is no count", place_path[place]);
	*n = (uint64_t)count;
	return 0;
}

static bool
is_text(const struct value *v, const char *text, struct arena *scratch)
{
	return v->type == JSON_STRING &&
	       str_eq(value_string(v, scratch), str_of(text));
}

/* Whether the line is one of ours, and grouped as is wanted; -1 with *e. */
static int
check_line(const struct labels *x, const struct record *r, struct err *e)
{
	struct value kind = look(x, r, PLACE_KIND);
	struct value version = look(x, r, PLACE_VERSION);
	struct value by = look(x, r, PLACE_BY);

	if (!is_text(&kind, "labels-state", r->scratch) ||
	    version.type != JSON_NUMBER ||
	    number_value(version.text) != VERSION)
		return err_set(e, STATUS_REJECTED,
		    "is not what hitl-calibrate labels writes");
	if (x->by != NULL && !is_text(&by, x->by, r->scratch))
		return err_set(e, STATUS_USAGE,
		    "another --by than %s: it cannot be merged", x->by);
	return 0;
}

int
labels_add(struct record *r, void *arg, struct err *e)
{
	struct labels *x = arg;
	struct value v = look(x, r, PLACE_CONFIDENCE);
	struct value group = look(x, r, PLACE_GROUP);
	bool grouped = x->by != NULL && group.type == JSON_STRING;
	struct str name =
	    grouped ? value_string(&group, r->scratch) : (struct str){ 0 };
	uint64_t right, wrong, unlabelled;
	double confidence = NAN;

	if (check_line(x, r, e) == -1 ||
	    look_count(x, r, PLACE_RIGHT, &right, e) == -1 ||
	    look_count(x, r, PLACE_WRONG, &wrong, e) == -1 ||
	    look_count(x, r, PLACE_UNLABELLED, &unlabelled, e) == -1)
		return -1;
	if (v.type == JSON_NUMBER) {
		confidence = number_value(v.text);
		if (!(confidence >= 0 && confidence <= 1))
			return err_set(e, STATUS_REJECTED,
			    ".confidence: is not in 0 to 1");
	}
	labelled_put(x->into, grouped ? &name : NULL, confidence, false, right);
	labelled_put(x->into, grouped ? &name : NULL, confidence, true, wrong);
	x->into->into->unlabelled += unlabelled;
	return 0;
}

void
labels_piece(void *arg)
{
	labelled_piece(((struct labels *)arg)->into);
}

void
labels_done(void *arg)
{
	labelled_done(((struct labels *)arg)->into);
}
