/* Calibrators (calibrator.h). */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "stats/calibrator.h"
#include "stats/isotonic.h"
#include "stats/logistic.h"

enum { BINS = 10 };

const char *const calibration_words[] = {
	[CALIBRATION_PLATT] = "platt",
	[CALIBRATION_TEMPERATURE] = "temperature",
	[CALIBRATION_BETA] = "beta",
	[CALIBRATION_ISOTONIC] = "isotonic",
	[CALIBRATION_HISTOGRAM] = "histogram",
	[CALIBRATION_VENN_ABERS] = "venn-abers",
	[CALIBRATIONS] = NULL,
};

static const char *const perfect =
    "the scores tell right from wrong perfectly, or are all the same: no "
    "curve of this form follows; isotonic or histogram will";

bool
calibration_clips(enum calibration method)
{
	return method <= CALIBRATION_BETA;
}

double
log_loss_of(double p, bool right)
{
	double given = right ? p : 1 - p;

	return -log(fmin(fmax(given, 1e-15), 1 - 1e-15));
}

static double
clipped(double p, double clip)
{
	return fmin(fmax(p, clip), 1 - clip);
}

/* How many of a sample are right and wrong. */
struct labels {
	double right, wrong;
};

static struct labels
labels_of(const struct sample *s)
{
	struct labels l = { 0, 0 };

	for (size_t i = 0; i < s->n; i++) {
		bool in = s->d[i].group != s->skip, wrong = s->d[i].error != 0;
		l.wrong += in & wrong; /* no branch to be guessed */
		l.right += in & !wrong;
	}
	return l;
}

/* The rows of the three curves that are fitted by likelihood. */
struct rows {
	const struct sample *sample;
	double clip;
	double right, wrong; /* targets */
};

static bool
take_row(const struct rows *r, size_t i, double *p, double *y)
{
	const struct decision *d = &r->sample->d[i];

	if (d->group == r->sample->skip)
		return false;
	*p = clipped(d->confidence, r->clip);
	*y = d->error ? r->wrong : r->right;
	return true;
}

static bool
platt_row(const void *data, size_t i, double *x, double *y)
{
	double p;

	if (!take_row(data, i, &p, y))
		return false;
	x[0] = logit(p);
	x[1] = 1;
	return true;
}

static bool
temperature_row(const void *data, size_t i, double *x, double *y)
{
	double p;

	if (!take_row(data, i, &p, y))
		return false;
	x[0] = logit(p);
	return true;
}

static bool
beta_row(const void *data, size_t i, double *x, double *y)
{
	double p;

	if (!take_row(data, i, &p, y))
		return false;
	x[0] = log(p);
	x[1] = -log1p(-p);
	x[2] = 1;
	return true;
}

/* Beta with one of its slopes held at 0. */
static bool
beta_without_a(const void *data, size_t i, double *x, double *y)
{
	if (!beta_row(data, i, x, y))
		return false;
	x[0] = x[1];
	x[1] = 1;
	return true;
}

static bool
beta_without_b(const void *data, size_t i, double *x, double *y)
{
	if (!beta_row(data, i, x, y))
		return false;
	x[1] = 1;
	return true;
}

static const char *
fit_curve(const struct rows *r, size_t k,
    bool (*row)(const void *, size_t, double *, double *), double *w)
{
	static const double none[3] = { 0, 0, 0 };
	const struct logistic_data data = { .n = r->sample->n,
		.k = k,
		.row = row,
		.data = r,
		.penalty = none };

	for (size_t i = 0; i < k; i++)
		w[i] = 0;
	return logistic_fit(&data, w) ? NULL : perfect;
}

static const char *
fit_beta(const struct rows *r, struct calibrator *c)
{
	double w[3];
	const char *bad = fit_curve(r, 3, beta_row, w);

	if (bad != NULL)
		return bad;
	if (w[0] < 0) {
		bad = fit_curve(r, 2, beta_without_a, w);
		w[2] = w[1];
		w[1] = fmax(0, w[0]);
		w[0] = 0;
	} else if (w[1] < 0) {
		bad = fit_curve(r, 2, beta_without_b, w);
		w[2] = w[1];
		w[0] = fmax(0, w[0]);
		w[1] = 0;
	}
	c->a = w[0];
	c->b = w[1];
	c->c = w[2];
	return bad;
}

static const char *
fit_parametric(const struct sample *s, struct labels l, struct calibrator *c)
{
	struct rows r = { s, c->clip, 1, 0 };
	double w[2];
	const char *bad;

	if (c->method == CALIBRATION_BETA)
		return fit_beta(&r, c);
	if (c->method == CALIBRATION_TEMPERATURE) {
		if ((bad = fit_curve(&r, 1, temperature_row, w)) != NULL)
			return bad;
		if (!(w[0] > 1e-6))
			return "higher scores are not more often right: no "
			       "temperature mends that";
		c->a = 1 / w[0];
		return NULL;
	}
	r.right = (l.right + 1) / (l.right + 2);
	r.wrong = 1 / (l.wrong + 2);
	if ((bad = fit_curve(&r, 2, platt_row, w)) != NULL)
		return bad;
	c->a = w[0];
	c->b = w[1];
	return NULL;
}

/* The next point of a sample, rising; *i starts at s->n. */
static bool
next_point(const struct sample *s, size_t *i, struct point *point)
{
	while (*i > 0 && s->d[*i - 1].group == s->skip)
		(*i)--;
	if (*i == 0)
		return false;
	*point = (struct point){ s->d[*i - 1].confidence, 0, 0 };
	for (; *i > 0 && s->d[*i - 1].confidence == point->x; (*i)--) {
		const struct decision *d = &s->d[*i - 1];
		point->n += d->group != s->skip;
		point->right += d->group != s->skip && !d->error;
	}
	return true;
}

static void
steps_alloc(struct calibrator *c, size_t n)
{
	c->x = malloc((n + 1) * sizeof(*c->x));
	c->y = malloc((n + 1) * sizeof(*c->y));
	c->z = malloc((n + 1) * sizeof(*c->z));
	if (c->x == NULL || c->y == NULL || c->z == NULL)
		memory_exhausted();
}

static void
fit_isotonic(const struct sample *s, struct calibrator *c)
{
	struct pools pools = { 0 };
	struct pool run = { 0 }; /* all right, or all wrong, for speed */
	struct point p;

	for (size_t i = s->n; next_point(s, &i, &p);) {
		bool alike = run.right == 0
				 ? p.right == 0
				 : run.right == run.n && p.right == p.n;
		if (run.n > 0 && alike) {
			run.last = p.x;
			run.n += p.n;
			run.right += p.right;
			continue;
		}
		if (run.n > 0)
			isotonic_add(&pools, run);
		run = (struct pool){ p.x, p.x, p.n, p.right };
	}
	if (run.n > 0)
		isotonic_add(&pools, run);
	steps_alloc(c, 2 * pools.n);
	for (size_t i = 0; i < pools.n; i++) {
		const struct pool *x = &pools.pool[i];
		c->x[c->n] = x->first;
		c->y[c->n++] = x->right / x->n;
		if (x->last == x->first)
			continue;
		c->x[c->n] = x->last;
		c->y[c->n++] = x->right / x->n;
	}
	free(pools.pool);
}

static void
fit_histogram(const struct sample *s, double all, struct calibrator *c)
{
	double seen = 0, in = 0, right = 0, bin = 0;
	struct point point;

	steps_alloc(c, BINS);
	for (size_t i = s->n; next_point(s, &i, &point);) {
		in += point.n;
		right += point.right;
		seen += point.n;
		if (seen * BINS < (bin + 1) * all)
			continue;
		c->x[c->n] = point.x;
		c->y[c->n++] = right / in;
		bin = floor(seen * BINS / all); /* of the next one */
		in = right = 0;
	}
}

/* Without the points that differ from neither neighbour. */
static void
fit_venn_abers(const struct sample *s, struct calibrator *c)
{
	struct point *point = NULL, next;
	size_t n = 0, cap = 0;
	double *at, *between;

	for (size_t i = s->n; next_point(s, &i, &next);) {
		VEC_ROOM(point, n, cap);
		point[n++] = next;
	}
	at = malloc((n + 1) * sizeof(*at));
	between = malloc((n + 1) * sizeof(*between));
	if (at == NULL || between == NULL)
		memory_exhausted();
	venn_abers(point, n, at, between);
	steps_alloc(c, n);
	for (size_t i = 0; i < n; i++) {
		if (at[i] == between[i] && between[i] == between[i + 1])
			continue;
		c->x[c->n] = point[i].x;
		c->y[c->n] = at[i];
		c->z[c->n++] = between[i];
	}
	c->z[c->n] = between[n];
	free(point);
	free(at);
	free(between);
}

const char *
calibrator_fit(const struct sample *s, enum calibration method, double clip,
    struct calibrator *c)
{
	struct labels l = labels_of(s);

	*c = (struct calibrator){ .method = method,
		.clip = calibration_clips(method) ? clip : 0 };
	if (l.right + l.wrong == 0)
		return "there is no record with a label and a confidence";
	if (l.right == 0 || l.wrong == 0)
		return l.right == 0 ? "all labels say wrong: nothing is to be "
				      "learnt from one kind"
				    : "all labels say right: nothing is to be "
				      "learnt from one kind";
	if (calibration_clips(method))
		return fit_parametric(s, l, c);
	if (method == CALIBRATION_ISOTONIC)
		fit_isotonic(s, c);
	else if (method == CALIBRATION_HISTOGRAM)
		fit_histogram(s, l.right + l.wrong, c);
	else
		fit_venn_abers(s, c);
	return NULL;
}

/* How many of x[n] are below p. */
static size_t
below(const double *x, size_t n, double p)
{
	size_t low = 0;

	while (n > 0) {
		size_t half = n / 2;
		if (x[low + half] < p) {
			low += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return low;
}

static double
apply_steps(const struct calibrator *c, double p)
{
	size_t i = below(c->x, c->n, p);

	switch (c->method) {
	case CALIBRATION_HISTOGRAM: return c->y[i < c->n ? i : c->n - 1];
	case CALIBRATION_VENN_ABERS:
		return i < c->n && c->x[i] == p ? c->y[i] : c->z[i];
	default:
		if (i == c->n)
			return c->y[c->n - 1];
		if (i == 0 || c->x[i] == p)
			return c->y[i];
		return c->y[i - 1] +
		       (c->y[i] - c->y[i - 1]) *
			   ((p - c->x[i - 1]) / (c->x[i] - c->x[i - 1]));
	}
}

double
calibrator_apply(const struct calibrator *c, double p)
{
	double x;

	if (!calibration_clips(c->method))
		return apply_steps(c, p);
	x = clipped(p, c->clip);
	if (c->method == CALIBRATION_PLATT)
		return logistic(c->a * logit(x) + c->b);
	if (c->method == CALIBRATION_TEMPERATURE)
		return logistic(logit(x) / c->a);
	return logistic(c->a * log(x) - c->b * log1p(-x) + c->c);
}

void
calibrator_release(struct calibrator *c)
{
	free(c->x);
	free(c->y);
	free(c->z);
	*c = (struct calibrator){ 0 };
}
