/* How a poll came out (poll.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "feedback/poll_data.h"

static const double least_shown = 1e-6; /* chance */
static const double equal = 1e-9;

static int
by_value(const void *pa, const void *pb)
{
	const double *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

static double
rating_of(const struct poll *x, uint32_t label)
{
	return x->labels.label[x->label_of[label]].rating;
}

static struct str
name_of(const struct poll *x, size_t label)
{
	return x->labels.label[x->label_of[label]].name;
}

/* The mean distance of all pairs of sorted numbers. */
static double
mean_distance(const double *x, size_t n)
{
	double sum = 0;

	for (size_t k = 0; k < n; k++)
		sum += (2 * (double)k - (double)n + 1) * x[k];
	return sum * 2 / ((double)n * ((double)n - 1));
}

static double
agreement_of_ratings(const struct poll *x, const struct poll_votes *v)
{
	double *rating = malloc(v->n * sizeof(*rating)), mean;
	double range = x->labels.most - x->labels.least;

	if (rating == NULL)
		memory_exhausted();
	for (size_t k = 0; k < v->n; k++)
		rating[k] = rating_of(x, v->vote[k].label);
	qsort(rating, v->n, sizeof(*rating), by_value);
	mean = mean_distance(rating, v->n);
	free(rating);
	return range > 0 ? 1 - mean / range : 1;
}

static int
by_label(const void *pa, const void *pb)
{
	const struct vote *a = pa, *b = pb;

	return (a->label > b->label) - (a->label < b->label);
}

static double
agreement_of_choices(const struct poll_votes *v)
{
	struct vote *vote = malloc(v->n * sizeof(*vote));
	double same = 0, n = (double)v->n;

	if (vote == NULL)
		memory_exhausted();
	memcpy(vote, v->vote, v->n * sizeof(*vote));
	qsort(vote, v->n, sizeof(*vote), by_label);
	for (size_t from = 0, to; from < v->n; from = to) {
		for (to = from; to < v->n; to++)
			if (vote[to].label != vote[from].label)
				break;
		same += (double)(to - from) * (double)(to - from - 1);
	}
	free(vote);
	return same / (n * (n - 1));
}

/* The mean similarity of all pairs of votes; NAN of a single one. */
static double
agreement_score(const struct poll *x, size_t item, const struct poll_votes *v)
{
	if (x->compared)
		return x->agreement[item];
	if (v->n < 2)
		return NAN;
	return x->options.type == LABEL_RATING ? agreement_of_ratings(x, v)
					       : agreement_of_choices(v);
}

static double
weight_of(const struct poll *x, uint32_t rater)
{
	double w = x->weight == NULL ? 1 : x->weight[rater];

	return isnan(w) ? 0 : w;
}

struct rated {
	double rating, weight;
};

/* The middle of the weights; of two that share it, half-way between them. */
static double
median(const struct poll *x, const struct poll_votes *v)
{
	struct rated *r = malloc((v->n + 1) * sizeof(*r));
	double total = 0, below = 0, found = NAN;
	size_t k = 0;

	if (r == NULL)
		memory_exhausted();
	for (size_t i = 0; i < v->n; i++) {
		const struct vote *vote = &v->vote[i];
		r[i] = (struct rated){ rating_of(x, vote->label),
			weight_of(x, vote->rater) };
		total += r[i].weight;
	}
	qsort(r, v->n, sizeof(*r), by_value);
	for (; k < v->n && total > 0; k++) {
		below += r[k].weight;
		if (below >= total / 2 * (1 - equal) && r[k].weight > 0)
			break;
	}
	if (k < v->n && total > 0) {
		found = r[k].rating;
		if (below <= total / 2 * (1 + equal))
			for (size_t i = k + 1; i < v->n; i++)
				if (r[i].weight > 0) {
					found = found / 2 + r[i].rating / 2;
					break;
				}
	}
	free(r);
	return found;
}

static void
write_label(const struct poll *x, uint32_t label, struct buf *out)
{
	buf_str(out, x->labels.label[x->label_of[label]].value.text);
}

/* Those as likely as the first of them. */
static void
write_tied(const struct poll *x, size_t item, uint32_t best, struct buf *out)
{
	const struct consensus *c = &x->consensus;
	const double *p = &c->posterior[item * c->labels];
	bool comma = false;

	buf_cstr(out, ",\"tied\":[");
	for (uint32_t t = 0; t < c->labels; t++) {
		if (p[t] < p[best] - 1e-9)
			continue;
		if (comma)
			buf_char(out, ',');
		comma = true;
		write_label(x, t, out);
	}
	buf_char(out, ']');
}

static void
write_posterior(const struct poll *x, size_t item, struct buf *out)
{
	const struct consensus *c = &x->consensus;
	bool comma = false;

	if (x->compared) {
		buf_cstr(out, ",\"posterior\":null");
		return;
	}
	buf_cstr(out, ",\"posterior\":{");
	for (uint32_t t = 0; t < c->labels; t++) {
		double p = c->posterior[item * c->labels + t];
		if (!(p >= least_shown))
			continue;
		if (comma)
			buf_char(out, ',');
		comma = true;
		buf_json_string(out, name_of(x, t));
		buf_char(out, ':');
		buf_json_double(out, p);
	}
	buf_char(out, '}');
}

/* Whether the label is a middle rating, and none that was counted. */
static bool
is_middle(const struct poll *x)
{
	return x->options.type == LABEL_RATING &&
	       x->options.method <= POLL_WEIGHTED;
}

void
poll_write_item(struct poll *x, size_t item, struct buf *out)
{
	struct poll_votes v = poll_votes_of(x, item);
	uint32_t label = MAP_NONE, best = 0;
	bool tied = false;

	if (x->compared)
		label = x->chosen[item];
	else
		best = consensus_label(&x->consensus, (uint32_t)item, &tied);
	if (!x->compared && !tied)
		label = best;
	buf_cstr(out, "{\"id\":");
	buf_str(out, x->id[item]);
	buf_cstr(out, ",\"label\":");
	if (is_middle(x))
		buf_json_double(out, median(x, &v));
	else if (label == MAP_NONE)
		buf_cstr(out, "null");
	else
		write_label(x, label, out);
	buf_json_member(out, "agreement_score", agreement_score(x, item, &v));
	buf_json_count(out, "votes", x->first[item + 1] - x->first[item]);
	write_posterior(x, item, out);
	if (tied && !is_middle(x))
		write_tied(x, item, best, out);
	else if (x->compared && label == MAP_NONE)
		buf_cstr(out, ",\"tied\":true");
	buf_char(out, '}');
}

/* met[raters * labels]: those that came out of an item he voted on. */
static bool *
labels_met(const struct poll *x)
{
	const struct consensus *c = &x->consensus;
	bool *met = alloc_zeros((size_t)c->raters * c->labels, sizeof(*met));
	bool tied;

	for (size_t i = 0; i < x->votes.n; i++) {
		const struct vote *v = &x->votes.vote[i];
		uint32_t label = consensus_label(c, v->item, &tied);
		if (!tied)
			met[(size_t)v->rater * c->labels + label] = true;
	}
	return met;
}

/* The rows of the labels he met: the others are of chances left over. */
static void
write_confusion(
    const struct poll *x, size_t rater, const bool *met, struct buf *out)
{
	const struct consensus *c = &x->consensus;
	size_t k = c->labels;
	bool rows = false;

	buf_cstr(out, ",\"confusion\":{");
	for (size_t t = 0; t < k; t++) {
		const double *row = &c->confusion[(rater * k + t) * k];
		bool comma = false;
		for (size_t g = 0; g < k && met[rater * k + t]; g++) {
			if (row[g] < least_shown)
				continue;
			if (comma) {
				buf_char(out, ',');
			} else {
				buf_cstr(out, rows ? "," : "");
				buf_json_string(out, name_of(x, t));
				buf_cstr(out, ":{");
			}
			comma = rows = true;
			buf_json_string(out, name_of(x, g));
			buf_char(out, ':');
			buf_json_double(out, row[g]);
		}
		if (comma)
			buf_char(out, '}');
	}
	buf_char(out, '}');
}

static void
write_reviewers(const struct poll *x, struct buf *out)
{
	const double *skill = x->compared ? x->skill : x->consensus.skill;
	uint64_t *votes = calloc(x->raters.n + 1, sizeof(*votes));
	bool *met = x->consensus.confusion == NULL ? NULL : labels_met(x);

	if (votes == NULL)
		memory_exhausted();
	for (size_t k = 0; k < x->votes.n; k++)
		votes[x->votes.vote[k].rater]++;
	buf_cstr(out, ",\"reviewers\":[");
	for (size_t r = 0; r < x->raters.n; r++) {
		buf_cstr(out, r == 0 ? "{\"reviewer\":" : ",{\"reviewer\":");
		buf_json_string(out, x->raters.key[r]);
		buf_json_count(out, "votes", votes[r]);
		buf_json_member(out, "skill", skill[r]);
		buf_json_member(out, "weight",
		    x->options.method > POLL_WEIGHTED
			? NAN
			: weight_of(x, (uint32_t)r));
		if (met != NULL)
			write_confusion(x, r, met, out);
		buf_char(out, '}');
	}
	buf_char(out, ']');
	free(met);
	free(votes);
}

static void
write_shares(const struct poll *x, struct buf *out)
{
	buf_cstr(out, ",\"labels\":{");
	for (uint32_t t = 0; t < x->consensus.labels; t++) {
		if (t > 0)
			buf_char(out, ',');
		buf_json_string(out, name_of(x, t));
		buf_char(out, ':');
		buf_json_double(out, x->consensus.share[t]);
	}
	buf_char(out, '}');
}

void
poll_write_report(struct poll *x, struct buf *out)
{
	struct poll_totals t = poll_totals(x);

	buf_printf(out, "{\"method\":\"%s\",\"type\":\"%s\"",
	    poll_method_words[x->options.method],
	    label_type_words[x->options.type]);
	buf_json_count(out, "items", t.items);
	buf_json_count(out, "votes", t.votes);
	buf_json_count(out, "tied", t.tied);
	if (x->consensus.rounds > 0) {
		buf_json_count(out, "iterations", x->consensus.rounds);
		buf_cstr(out, ",\"converged\":");
		buf_json_bool(out, x->consensus.converged);
		buf_json_member(
		    out, "log_likelihood", x->consensus.log_likelihood);
	}
	if (!x->compared)
		write_shares(x, out);
	write_reviewers(x, out);
	buf_char(out, '}');
}
