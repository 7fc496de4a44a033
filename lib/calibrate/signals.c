/* Labelled signals (signals.h). */
#include <math.h>
#include <stdlib.h>

#include "calibrate/signals.h"
#include "policy/fieldvalue.h"

int
signals_add(struct signals *s, const struct str *text, size_t k,
    struct policy *p, struct err *e)
{
	if (k == 0 || k > SIGNALS_MOST)
		return err_set(e, STATUS_USAGE,
		    "--signals: 1 to %d expressions are expected",
		    SIGNALS_MOST);
	s->k = k;
	for (size_t i = 0; i < k; i++) {
		s->text[i] = text[i];
		if (expr_set_add(p->exprs, "--signals", text[i], EXPR_VALUE,
			&s->id[i], e) == -1)
			return -1;
		expr_set_use(p->exprs, s->id[i]);
	}
	return 0;
}

/* The length of the first expression of a list. */
static size_t
first_of(const char *list)
{
	size_t i = 0;
	int depth = 0;

	for (char quote = 0; list[i] != '\0'; i++) {
		char c = list[i];
		if (quote != 0) {
			if (c == '\\' && list[i + 1] != '\0')
				i++;
			else if (c == quote)
				quote = 0;
		} else if (c == '"') {
			quote = c;
		} else if (strchr("([{", c) != NULL) {
			depth++;
		} else if (strchr(")]}", c) != NULL) {
			depth--;
		} else if (c == ',' && depth <= 0) {
			break;
		}
	}
	return i;
}

int
signals_parse(
    struct signals *s, const char *list, struct policy *p, struct err *e)
{
	struct str text[SIGNALS_MOST + 1];
	size_t k = 0;

	for (;; list++) {
		size_t n = first_of(list);
		if (k <= SIGNALS_MOST)
			text[k++] = str_trim((struct str){ list, n });
		list += n;
		if (*list == '\0')
			break;
	}
	return signals_add(s, text, k, p, e);
}

static double
signal_value(const struct value *v, bool percent)
{
	double x = NAN;

	if (v->type == JSON_TRUE || v->type == JSON_FALSE)
		return v->type == JSON_TRUE;
	switch (confidence_parse(v, percent, &x)) {
	case CONFIDENCE_OK:
	case CONFIDENCE_OUT_OF_RANGE: return isfinite(x) ? x : NAN;
	default: return NAN;
	}
}

size_t
signals_of(const struct signals *s, struct evaluator *ev,
    const struct record *r, double *x)
{
	struct value v;
	size_t n = 0;

	for (size_t i = 0; i < s->k; i++) {
		x[i] = expr_value(ev, r, s->id[i], &v) == EXPR_OK
			   ? signal_value(&v, s->percent)
			   : NAN;
		n += !isnan(x[i]);
	}
	return n;
}

int
signal_source_add(struct record *r, void *source, struct err *e)
{
	struct signal_source *s = source;
	struct signal_log *l = s->into;
	size_t size = signal_row_size(s->signals->k);
	int correct = field_correct(s->ev, s->policy, r);
	struct signal_row *row;

	(void)e;
	if (!part_takes(&s->part, s->ev, s->policy, r, &l->partless))
		return 0;
	if (correct == -1) {
		l->unlabelled++;
		return 0;
	}
	while (l->cap - l->rows.n * size < size) {
		l->cap = l->cap == 0 ? 1024 * size : 2 * l->cap;
		l->rows.row = realloc(l->rows.row, l->cap);
		if (l->rows.row == NULL)
			memory_exhausted();
	}
	row = (void *)(l->rows.row + l->rows.n * size);
	if (signals_of(s->signals, s->ev, r, row->x) == 0) {
		l->without++;
		return 0;
	}
	row->error = !correct;
	row->fold = part_of(s->ev, s->policy, r, DIVISION_FOLDS, FOLDS);
	l->errors += row->error;
	l->rows.n++;
	return 0;
}

void *
signal_source_fork(void *source)
{
	const struct signal_source *s = source;
	struct signal_source *f = malloc(sizeof(*f));
	struct signal_log *l = calloc(1, sizeof(*l));

	if (f == NULL || l == NULL)
		memory_exhausted();
	*f = *s;
	f->ev = evaluator_new(s->policy->exprs);
	f->into = l;
	return f;
}

void
signal_source_join(void *source, void *forked)
{
	struct signal_source *s = source, *f = forked;
	struct signal_log *to = s->into, *from = f->into;
	size_t size = signal_row_size(s->signals->k);
	size_t n = to->rows.n + from->rows.n;
	char *row = realloc(to->rows.row, (n + 1) * size);

	if (row == NULL)
		memory_exhausted();
	if (from->rows.n > 0)
		memcpy(row + to->rows.n * size, from->rows.row,
		    from->rows.n * size);
	to->rows.row = row;
	to->rows.n = n;
	to->cap = (n + 1) * size;
	to->unlabelled += from->unlabelled;
	to->errors += from->errors;
	to->without += from->without;
	to->partless += from->partless;
	signal_log_release(from);
	evaluator_free(f->ev);
	free(from);
	free(f);
}

static int
compare_rows(const void *a, const void *b, void *k)
{
	const struct signal_row *x = a, *y = b;

	for (size_t i = 0; i < *(const size_t *)k; i++) {
		if (x->x[i] < y->x[i] || (isnan(x->x[i]) && !isnan(y->x[i])))
			return -1;
		if (x->x[i] > y->x[i] || (!isnan(x->x[i]) && isnan(y->x[i])))
			return 1;
	}
	if (x->error != y->error)
		return x->error < y->error ? -1 : 1;
	return x->fold < y->fold ? -1 : x->fold > y->fold;
}

void
signal_log_finish(struct signal_log *l)
{
	if (l->rows.n > 0)
		qsort_r(l->rows.row, l->rows.n, signal_row_size(l->rows.k),
		    compare_rows, &l->rows.k);
}

void
signal_log_release(struct signal_log *l)
{
	free(l->rows.row);
	*l = (struct signal_log){ 0 };
}
