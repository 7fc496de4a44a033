/* One label out of several votes (consensus.h). */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "stats/consensus.h"

static const double equal = 1e-9;

/* Room for all but the confusion, zeroed. */
static void
begin(struct consensus *c, const struct votes *v)
{
	*c = (struct consensus){ .items = v->items,
		.raters = v->raters,
		.labels = v->labels,
		.posterior =
		    alloc_zeros((size_t)v->items * v->labels, sizeof(double)),
		.share = alloc_zeros(v->labels, sizeof(double)),
		.skill = alloc_zeros(v->raters, sizeof(double)),
		.converged = true,
		.log_likelihood = NAN };
}

void
consensus_release(struct consensus *c)
{
	free(c->posterior);
	free(c->share);
	free(c->confusion);
	free(c->skill);
	*c = (struct consensus){ 0 };
}

uint32_t
consensus_label(const struct consensus *c, uint32_t item, bool *tied)
{
	const double *p = &c->posterior[(size_t)item * c->labels];
	uint32_t best = 0;

	*tied = false;
	for (uint32_t t = 1; t < c->labels; t++)
		if (p[t] > p[best] + equal)
			best = t;
	for (uint32_t t = 0; t < c->labels; t++)
		*tied |= t != best && p[t] >= p[best] - equal;
	return best;
}

/* skill[raters], as majority() has it. */
static void
find_skills(const struct votes *v, const struct consensus *c, double *skill)
{
	double *n = alloc_zeros(v->raters, sizeof(double));

	for (uint32_t r = 0; r < v->raters; r++)
		skill[r] = 0;
	for (size_t from = 0, to; from < v->n; from = to) {
		uint32_t item = v->vote[from].item;
		bool tied;
		uint32_t label = consensus_label(c, item, &tied);
		for (to = from; to < v->n && v->vote[to].item == item; to++) {
			if (tied)
				continue;
			n[v->vote[to].rater]++;
			skill[v->vote[to].rater] += v->vote[to].label == label;
		}
	}
	for (uint32_t r = 0; r < v->raters; r++)
		skill[r] = n[r] == 0 ? NAN : skill[r] / n[r];
	free(n);
}

void
divide_by_sum(double *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i];
	for (size_t i = 0; i < n && sum > 0; i++)
		x[i] /= sum;
}

static double
weight_of(const double *weight, const struct vote *v)
{
	return weight == NULL            ? 1
	       : isnan(weight[v->rater]) ? 0
					 : weight[v->rater];
}

/* The votes of one item; where none has weight all count alike. */
static void
count_item(const struct vote *vote, size_t n, const double *weight, double *p)
{
	double sum = 0;

	for (size_t k = 0; k < n; k++)
		sum += weight_of(weight, &vote[k]);
	for (size_t k = 0; k < n; k++)
		p[vote[k].label] += sum > 0 ? weight_of(weight, &vote[k]) : 1;
}

static void
count_votes(const struct votes *v, const double *weight, struct consensus *c)
{
	for (size_t from = 0, to; from < v->n; from = to) {
		uint32_t item = v->vote[from].item;
		for (to = from; to < v->n && v->vote[to].item == item; to++)
			;
		count_item(&v->vote[from], to - from, weight,
		    &c->posterior[(size_t)item * c->labels]);
	}
	for (uint32_t i = 0; i < c->items; i++) {
		double *p = &c->posterior[(size_t)i * c->labels];
		divide_by_sum(p, c->labels);
		for (uint32_t t = 0; t < c->labels; t++)
			c->share[t] += p[t];
	}
	divide_by_sum(c->share, c->labels);
}

void
majority(const struct votes *v, const double *weight, struct consensus *c)
{
	begin(c, v);
	count_votes(v, weight, c);
	find_skills(v, c, c->skill);
}

void
wawa(const struct votes *v, struct consensus *c)
{
	struct consensus plain;

	majority(v, NULL, &plain);
	begin(c, v);
	count_votes(v, plain.skill, c);
	for (uint32_t r = 0; r < v->raters; r++)
		c->skill[r] = plain.skill[r];
	consensus_release(&plain);
}
