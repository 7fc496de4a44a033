/* Several scores made one (combination.h). */
#include <math.h>

#include "stats/combination.h"
#include "stats/logistic.h"

static const double PENALTY = 1;
static const double indistinct = 1e-9; /* deviations: no difference */
static const double farthest = 1e100; /* deviations: weighted, it is finite */

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
	/* halves, for a difference that does not fit */
	v = (v / 2 - s->mean / 2) / (s->deviation / 2);
	return fmax(-farthest, fmin(v, farthest));
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

/* What there is of a signal, as it goes in: a pass over it gives the next. */
struct column {
	double n, missing;
	double unit; /* a power of 2 near the greatest: squares fit */
	double mean, deviation; /* in units */
	double least; /* the one nearest to 0 */
	double crowded; /* others that are hardly apart from it */
};

typedef void look_fn(struct column *, double x);

static void
look_all(const struct signal_rows *r, size_t j, const struct signal_scale *s,
    double clip, look_fn *look, struct column *c)
{
	for (size_t i = 0; i < rows_taken(r); i++) {
		const struct signal_row *row = row_at(r, i);
		double x = row->x[j];
		if (row->fold != r->skip)
			look(c,
			    s->logit && !isnan(x) ? clipped_logit(x, clip) : x);
	}
}

static void
look_size(struct column *c, double x)
{
	if (isnan(x)) {
		c->missing++;
		return;
	}
	c->n++;
	c->unit = fmax(c->unit, fabs(x));
	if (c->n == 1 || fabs(x) < fabs(c->least))
		c->least = x;
}

static void
look_mean(struct column *c, double x)
{
	if (!isnan(x))
		c->mean += x / c->unit / c->n;
}

static void
look_deviation(struct column *c, double x)
{
	double apart = x / c->unit - c->mean;

	if (!isnan(x))
		c->deviation += apart * apart / c->n;
}

static void
look_crowd(struct column *c, double x)
{
	c->crowded += x != c->least && fabs(x / c->unit - c->least / c->unit) <=
					   indistinct * c->deviation;
}

/*
 * How a signal goes in; whether some of it is missing.  False if nearly all
 * would be as good as equal, next to a few that are far away.
 */
static bool
scale(const struct signal_rows *r, size_t j, double clip,
    struct signal_scale *s, bool *missing)
{
	struct column c = { 0 };

	*s = (struct signal_scale){ .logit = true, .deviation = 1 };
	for (size_t i = 0; i < rows_taken(r); i++) {
		double x = row_at(r, i)->x[j];
		s->logit &= isnan(x) || (x >= 0 && x <= 1);
	}
	look_all(r, j, s, clip, look_size, &c);
	*missing = c.missing > 0;
	if (c.unit == 0)
		return true; /* nothing but zeros */
	c.unit = scalbn(1, ilogb(c.unit));
	look_all(r, j, s, clip, look_mean, &c);
	look_all(r, j, s, clip, look_deviation, &c);
	c.deviation = sqrt(c.deviation);
	s->mean = c.mean * c.unit;
	if (!(c.deviation > indistinct * fabs(c.mean)))
		return true; /* constant: it tells nothing */
	s->deviation = c.deviation * c.unit;
	if (!s->logit) /* which has bounds */
		look_all(r, j, s, clip, look_crowd, &c);
	return c.crowded < c.n / 2;
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
combination_fit(const struct signal_rows *r, double clip, struct combination *c,
    size_t *signal)
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

	*signal = r->k;
	if (bad != NULL)
		return bad;
	*c = (struct combination){ .k = r->k, .clip = clip };
	for (size_t j = 0; j < r->k; j++)
		if (!scale(r, j, clip, &c->signal[j], &missing[j])) {
			*signal = j;
			return "has a few values so far away that most others "
			       "are as good as equal";
		}
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
