/* Logistic regression (logistic.h). */
#include <gsl/gsl_linalg.h>
#include <math.h>

#include "stats/logistic.h"
#include "stats/quiet.h"

enum { STEPS = 100, HALVINGS = 40 };
static const double ENOUGH = 1e-10; /* change of the largest coefficient */
static const double FAR = 1e4; /* a coefficient that runs away */

double
logistic(double x)
{
	return 1 / (1 + exp(-x));
}

double
logit(double p)
{
	return log(p) - log1p(-p);
}

/* Loss, gradient and curvature at w. */
struct slope {
	double loss;
	double gradient[LOGISTIC_MOST];
	double curvature[LOGISTIC_MOST * LOGISTIC_MOST]; /* lower triangle */
};

/* ln(1 + exp(x)) without overflow. */
static double
softplus(double x)
{
	return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static void
slope_at(const struct logistic_data *d, const double *w, struct slope *s)
{
	double x[LOGISTIC_MOST], y;

	s->loss = 0;
	for (size_t i = 0; i < d->k; i++) {
		s->loss += d->penalty[i] / 2 * w[i] * w[i];
		s->gradient[i] = d->penalty[i] * w[i];
		for (size_t j = 0; j <= i; j++)
			s->curvature[i * d->k + j] = i == j ? d->penalty[i] : 0;
	}
	for (size_t r = 0; r < d->n; r++) {
		double score = 0, p, weight;
		if (!d->row(d->data, r, x, &y))
			continue;
		for (size_t i = 0; i < d->k; i++)
			score += w[i] * x[i];
		p = logistic(score);
		weight = p * (1 - p);
		s->loss += softplus(score) - y * score;
		for (size_t i = 0; i < d->k; i++) {
			s->gradient[i] += (p - y) * x[i];
			for (size_t j = 0; j <= i; j++)
				s->curvature[i * d->k + j] +=
				    weight * x[i] * x[j];
		}
	}
}

/* Solves curvature * step = gradient; false if it is singular. */
static bool
newton_step(const struct slope *s, size_t k, double *step)
{
	double full[LOGISTIC_MOST * LOGISTIC_MOST];
	gsl_matrix_view m = gsl_matrix_view_array(full, k, k);
	gsl_vector_const_view g = gsl_vector_const_view_array(s->gradient, k);
	gsl_vector_view x = gsl_vector_view_array(step, k);

	gsl_quiet();
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j <= i; j++)
			full[i * k + j] = full[j * k + i] =
			    s->curvature[i * k + j];
	return gsl_linalg_cholesky_decomp1(&m.matrix) == GSL_SUCCESS &&
	       gsl_linalg_cholesky_solve(&m.matrix, &g.vector, &x.vector) ==
		   GSL_SUCCESS;
}

/* Goes along the step as far as the loss falls; the largest change. */
static double
go(const struct logistic_data *d, double *w, const double *step,
    struct slope *s)
{
	double before = s->loss, from[LOGISTIC_MOST], scale = 1, most;

	for (size_t i = 0; i < d->k; i++)
		from[i] = w[i];
	for (int half = 0; half < HALVINGS; half++, scale /= 2) {
		most = 0;
		for (size_t i = 0; i < d->k; i++) {
			w[i] = from[i] - scale * step[i];
			most = fmax(most, fabs(scale * step[i]));
		}
		slope_at(d, w, s);
		if (s->loss <= before + 1e-12 * fabs(before))
			return most;
	}
	return INFINITY;
}

bool
logistic_fit(const struct logistic_data *d, double *w)
{
	double step[LOGISTIC_MOST];
	struct slope s;

	slope_at(d, w, &s);
	for (int n = 0; n < STEPS; n++) {
		double change;
		if (!isfinite(s.loss) || !newton_step(&s, d->k, step))
			return false;
		change = go(d, w, step, &s);
		for (size_t i = 0; i < d->k; i++)
			if (!(fabs(w[i]) < FAR))
				return false;
		if (change < ENOUGH)
			return true;
		if (change == INFINITY)
			return false;
	}
	return false;
}
