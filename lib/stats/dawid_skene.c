/* What is true, and who is reliable (dawid_skene.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "stats/dawid_skene.h"

enum { ROUNDS = 1000 };
static const double still = 1e-9;

/* The shares of the votes, whoever gave them. */
static void
begin(const struct votes *v, struct consensus *c)
{
	struct consensus plain;

	majority(v, NULL, &plain);
	*c = plain;
	c->converged = false;
}

static double *
row_of(const struct consensus *c, uint32_t rater, uint32_t truth)
{
	return c->confusion + ((size_t)rater * c->labels + truth) * c->labels;
}

/* The logarithms of the tables: once a round, not once a vote. */
static void
take_logs(const struct consensus *c, double *logs)
{
	size_t n = (size_t)c->raters * c->labels * c->labels;

	for (size_t i = 0; i < n; i++)
		logs[i] = log(c->confusion[i]);
}

/* How common each truth is. */
static void
share_out(struct consensus *c)
{
	size_t k = c->labels;

	memset(c->share, 0, k * sizeof(*c->share));
	for (uint32_t i = 0; i < c->items; i++)
		for (uint32_t t = 0; t < k; t++)
			c->share[t] += c->posterior[i * k + t];
	divide_by_sum(c->share, k);
}

/* Tables and shares, the truths being as likely as they are. */
static void
maximise(const struct votes *v, struct consensus *c)
{
	size_t k = c->labels;

	memset(c->confusion, 0, c->raters * k * k * sizeof(*c->confusion));
	share_out(c);
	for (size_t i = 0; i < v->n; i++)
		for (uint32_t t = 0; t < k; t++)
			row_of(c, v->vote[i].rater, t)[v->vote[i].label] +=
			    c->posterior[v->vote[i].item * k + t];
	for (uint32_t r = 0; r < c->raters; r++)
		for (uint32_t t = 0; t < k; t++)
			divide_by_sum(row_of(c, r, t), k);
}

/*
 * The chances of one item's truths out of logs[labels], the logarithms of
 * what each makes of the votes; the greatest change.
 */
static double
settle(struct consensus *c, uint32_t item, double *logs)
{
	double *p = &c->posterior[(size_t)item * c->labels];
	double most = -INFINITY, sum = 0, change = 0;

	for (uint32_t t = 0; t < c->labels; t++)
		most = fmax(most, logs[t] += log(c->share[t]));
	for (uint32_t t = 0; t < c->labels; t++)
		sum += logs[t] = exp(logs[t] - most);
	for (uint32_t t = 0; t < c->labels; t++) {
		change = fmax(change, fabs(p[t] - logs[t] / sum));
		p[t] = logs[t] / sum;
	}
	if (sum > 0) /* there are labels */
		c->log_likelihood += most + log(sum);
	return change;
}

/* What one vote says of each truth, added to logs[labels]. */
typedef void weigh_fn(const struct consensus *, const struct vote *,
    const double *table, double *logs);

static void
weigh_by_table(const struct consensus *c, const struct vote *v,
    const double *tables, double *logs)
{
	for (uint32_t t = 0; t < c->labels; t++)
		logs[t] +=
		    tables[((size_t)v->rater * c->labels + t) * c->labels +
			   v->label];
}

/* table[2 * raters]: logarithms of finding the true label, and another. */
static void
weigh_by_coin(const struct consensus *c, const struct vote *v,
    const double *table, double *logs)
{
	for (uint32_t t = 0; t < c->labels; t++)
		logs[t] += table[2 * v->rater + (t != v->label)];
}

/* All items once; the greatest change. */
static double
expect(const struct votes *v, struct consensus *c, weigh_fn *weigh,
    const double *table, double *logs)
{
	double change = 0;

	c->log_likelihood = 0;
	for (size_t from = 0, to; from < v->n; from = to) {
		uint32_t item = v->vote[from].item;
		memset(logs, 0, c->labels * sizeof(*logs));
		for (to = from; to < v->n && v->vote[to].item == item; to++)
			weigh(c, &v->vote[to], table, logs);
		change = fmax(change, settle(c, item, logs));
	}
	return change;
}

static bool
goes_on(struct consensus *c, double change)
{
	c->rounds++;
	c->converged = change <= still;
	return !c->converged && c->rounds < ROUNDS;
}

/* The mean chance of the labels that each rater gave. */
static void
find_skills(const struct votes *v, struct consensus *c)
{
	double *n = alloc_zeros(c->raters, sizeof(double));

	memset(c->skill, 0, c->raters * sizeof(*c->skill));
	for (size_t i = 0; i < v->n; i++) {
		const struct vote *x = &v->vote[i];
		n[x->rater]++;
		c->skill[x->rater] +=
		    c->posterior[(size_t)x->item * c->labels + x->label];
	}
	for (uint32_t r = 0; r < c->raters; r++)
		c->skill[r] = n[r] == 0 ? NAN : fmin(1, c->skill[r] / n[r]);
	free(n);
}

void
dawid_skene(const struct votes *v, struct consensus *c)
{
	size_t size = (size_t)v->raters * v->labels * v->labels;
	double *tables = alloc_zeros(size, sizeof(double)),
	       *logs = alloc_zeros(v->labels, sizeof(double));

	begin(v, c);
	c->confusion = alloc_zeros(size, sizeof(double));
	maximise(v, c);
	for (bool more = true; more;) {
		take_logs(c, tables);
		more = goes_on(c, expect(v, c, weigh_by_table, tables, logs));
		maximise(v, c);
	}
	find_skills(v, c);
	free(logs);
	free(tables);
}

/* Shares and coins, the truths being as likely as they are. */
static void
maximise_coins(const struct votes *v, struct consensus *c, double *table)
{
	double others = c->labels > 1 ? c->labels - 1 : 1;

	share_out(c);
	find_skills(v, c);
	for (uint32_t r = 0; r < c->raters; r++) {
		table[2 * r] = log(c->skill[r]);
		table[2 * r + 1] = log((1 - c->skill[r]) / others);
	}
}

void
one_coin(const struct votes *v, struct consensus *c)
{
	double *table = alloc_zeros((size_t)v->raters * 2, sizeof(double)),
	       *logs = alloc_zeros(v->labels, sizeof(double));

	begin(v, c);
	maximise_coins(v, c, table);
	for (bool more = true; more;) {
		more = goes_on(c, expect(v, c, weigh_by_coin, table, logs));
		maximise_coins(v, c, table);
	}
	free(logs);
	free(table);
}
