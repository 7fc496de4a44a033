/* Several scores made one (combination.h). */
#include <math.h>

#include "stats/combination.h"
#include "stats/logistic.h"

static const double PENALTY = 1;

size_t
signal_row_size(size_t k)
{
	return sizeof(struct signal_row) + k * sizeof(double);
}

static const struct signal_row *
row_at(const struct signal_rows *r, size_t i)
{
	return (const void *)(r->row + i * r->step * signal_row_size(r->k));
}

static size_t
rows_taken(const struct signal_rows *r)
{
	return (r->n + r->step - 1) / r->step;
}

static double
clipped_logit(double p, double clip)
{
	return logit(fmin(fmax(p, clip), 1 - clip));
}

/* What goes into the regression; NAN: missing. */
static double
input_of(const struct signal_scale *s, double clip, double x)
{
	double v;

	if (isnan(x) || (s->logit && !(x >= 0 && x <= 1)))
		return NAN;
	v = s->logit ? clipped_logit(x, clip) : x;
	return (v - s->mean) / s->deviation;
}

/* The inputs of a record: per signal its value, then what is missing; 1. */
static void
inputs(const struct combination *c, const double *x, double *in)
{
	for (size_t j = 0; j < c->k; j++) {
		double v = input_of(&c->signal[j], c->clip, x[j]);
		in[j] = isnan(v) ? 0 : v;
		in[c->k + j] = isnan(v);
	}
	in[2 * c->k] = 1;
}

/* How a signal goes in; how many values of it are missing. */
static size_t
scale(
    const struct signal_rows *r, size_t j, double clip, struct signal_scale *s)
{
	double sum = 0, squares = 0, n = 0;
	size_t missing = 0;

	*s = (struct signal_scale){ .logit = true };
	for (size_t i = 0; i < rows_taken(r); i++) {
		double x = row_at(r, i)->x[j];
		s->logit &= isnan(x) || (x >= 0 && x <= 1);
	}
	for (size_t i = 0; i < rows_taken(r); i++) {
		const struct signal_row *row = row_at(r, i);
		double x = row->x[j];
		if (row->fold == r->skip)
			continue;
		if (isnan(x)) {
			missing++;
			continue;
		}
		x = s->logit ? clipped_logit(x, clip) : x;
		n++;
		sum += x;
		squares += x * x;
	}
	s->mean = n > 0 ? sum / n : 0;
	s->deviation =
	    n > 0 ? sqrt(fmax(0, squares / n - s->mean * s->mean)) : 0;
	if (!(s->deviation > 1e-9 * fabs(s->mean)) || s->deviation == 0)
		s->deviation = 1; /* constant: it tells nothing */
	return missing;
}

struct regression {
	const struct signal_rows *rows;
	const struct combination *c;
};

static bool
regression_row(const void *data, size_t i, double *x, double *y)
{
	const struct regression *g = data;
	const struct signal_row *row = row_at(g->rows, i);

	if (row->fold == g->rows->skip)
		return false;
	inputs(g->c, row->x, x);
	*y = !row->error;
	return true;
}

static const char *
one_kind(const struct signal_rows *r)
{
	bool right = false, wrong = false;

	for (size_t i = 0; i < rows_taken(r); i++) {
		const struct signal_row *row = row_at(r, i);
		if (row->fold == r->skip)
			continue;
		right |= !row->error;
		wrong |= row->error != 0;
	}
	if (!right && !wrong)
		return "there is no record with a label";
	if (!right)
		return "all labels say wrong: nothing is to be learnt from one "
		       "kind";
	return wrong ? NULL
		     : "all labels say right: nothing is to be learnt from one "
		       "kind";
}

const char *
combination_fit(const struct signal_rows *r, double clip, struct combination *c)
{
	double w[2 * SIGNALS_MOST + 1] = { 0 }, penalty[2 * SIGNALS_MOST + 1];
	struct regression g = { r, c };
	const char *bad = one_kind(r);
	const struct logistic_data data = { .n = rows_taken(r),
		.k = 2 * r->k + 1,
		.row = regression_row,
		.data = &g,
		.penalty = penalty };
	bool missing[SIGNALS_MOST] = { false };

	if (bad != NULL)
		return bad;
	*c = (struct combination){ .k = r->k, .clip = clip };
	for (size_t j = 0; j < r->k; j++)
		missing[j] = scale(r, j, clip, &c->signal[j]) > 0;
	for (size_t j = 0; j < data.k; j++)
		penalty[j] = PENALTY;
	penalty[2 * r->k] = 0; /* the bias */
	if (!logistic_fit(&data, w))
		return "no regression follows these signals";
	for (size_t j = 0; j < r->k; j++) {
		c->signal[j].weight = w[j];
		c->signal[j].missing_weight = missing[j] ? w[r->k + j] : 0;
	}
	c->bias = w[2 * r->k];
	return NULL;
}

double
combination_apply(const struct combination *c, const double *x)
{
	double score = c->bias;
	bool any = false;

	for (size_t j = 0; j < c->k; j++) {
		double v = input_of(&c->signal[j], c->clip, x[j]);
		any |= !isnan(v);
		score += isnan(v) ? c->signal[j].missing_weight
				  : v * c->signal[j].weight;
	}
	return any ? logistic(score) : NAN;
}
