/* What is true, and who is reliable (dawid_skene.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "stats/dawid_skene.h"

enum { ROUNDS = 1000 };
static const double still = 1e-9;

static double *
zeros(size_t n)
{
	double *p = calloc(n + 1, sizeof(*p));

	if (p == NULL)
		memory_exhausted();
	return p;
}

static double *
row_of(const struct consensus *c, uint32_t rater, uint32_t truth)
{
	return c->confusion + ((size_t)rater * c->labels + truth) * c->labels;
}

static void
divide_by_sum(double *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i];
	for (size_t i = 0; i < n && sum > 0; i++)
		x[i] /= sum;
}

/* The shares of the votes. */
static void
begin(const struct votes *v, struct consensus *c)
{
	for (size_t k = 0; k < v->n; k++)
		c->posterior[(size_t)v->vote[k].item * c->labels +
			     v->vote[k].label]++;
	for (uint32_t i = 0; i < c->items; i++)
		divide_by_sum(&c->posterior[(size_t)i * c->labels], c->labels);
}

/* The logarithms of the tables: once a round, not once a vote. */
static void
take_logs(const struct consensus *c, double *logs)
{
	size_t n = (size_t)c->raters * c->labels * c->labels;

	for (size_t i = 0; i < n; i++)
		logs[i] = log(c->confusion[i]);
}

/* Tables and shares, the truths being as likely as they are. */
static void
maximise(const struct votes *v, struct consensus *c)
{
	size_t k = c->labels;

	memset(c->share, 0, k * sizeof(*c->share));
	memset(c->confusion, 0, c->raters * k * k * sizeof(*c->confusion));
	for (uint32_t i = 0; i < c->items; i++)
		for (uint32_t t = 0; t < k; t++)
			c->share[t] += c->posterior[i * k + t];
	divide_by_sum(c->share, k);
	for (size_t i = 0; i < v->n; i++)
		for (uint32_t t = 0; t < k; t++)
			row_of(c, v->vote[i].rater, t)[v->vote[i].label] +=
			    c->posterior[v->vote[i].item * k + t];
	for (uint32_t r = 0; r < c->raters; r++)
		for (uint32_t t = 0; t < k; t++)
			divide_by_sum(row_of(c, r, t), k);
}

/* How likely each truth of one item is; the greatest change. */
static double
expect_item(const struct votes *v, struct consensus *c, size_t from, size_t to,
    const double *tables, double *logs)
{
	double *p = &c->posterior[(size_t)v->vote[from].item * c->labels];
	double most = -INFINITY, sum = 0, change = 0;

	for (uint32_t t = 0; t < c->labels; t++) {
		logs[t] = log(c->share[t]);
		for (size_t k = from; k < to; k++)
			logs[t] +=
			    tables[((size_t)v->vote[k].rater * c->labels + t) *
				       c->labels +
				   v->vote[k].label];
		most = fmax(most, logs[t]);
	}
	for (uint32_t t = 0; t < c->labels; t++)
		sum += logs[t] = exp(logs[t] - most);
	for (uint32_t t = 0; t < c->labels; t++) {
		change = fmax(change, fabs(p[t] - logs[t] / sum));
		p[t] = logs[t] / sum;
	}
	return change;
}

void
dawid_skene(const struct votes *v, struct consensus *c)
{
	double *tables = zeros((size_t)v->raters * v->labels * v->labels);
	double *logs = zeros(v->labels), change = 1;

	*c = (struct consensus){ .items = v->items,
		.raters = v->raters,
		.labels = v->labels,
		.posterior = zeros((size_t)v->items * v->labels),
		.share = zeros(v->labels),
		.confusion = zeros((size_t)v->raters * v->labels * v->labels) };
	begin(v, c);
	maximise(v, c);
	while (change > still && c->rounds < ROUNDS) {
		change = 0;
		take_logs(c, tables);
		for (size_t from = 0, to; from < v->n; from = to) {
			for (to = from; to < v->n; to++)
				if (v->vote[to].item != v->vote[from].item)
					break;
			change = fmax(
			    change, expect_item(v, c, from, to, tables, logs));
		}
		maximise(v, c);
		c->rounds++;
	}
	free(logs);
	free(tables);
}

void
consensus_release(struct consensus *c)
{
	free(c->posterior);
	free(c->share);
	free(c->confusion);
	*c = (struct consensus){ 0 };
}

uint32_t
consensus_label(const struct consensus *c, uint32_t item)
{
	const double *p = &c->posterior[(size_t)item * c->labels];
	uint32_t best = 0;

	for (uint32_t t = 1; t < c->labels; t++)
		if (p[t] > p[best])
			best = t;
	return best;
}

double
consensus_accuracy(const struct consensus *c, uint32_t rater)
{
	double sum = 0;

	for (uint32_t t = 0; t < c->labels; t++)
		sum += c->share[t] * row_of(c, rater, t)[t];
	return sum;
}
