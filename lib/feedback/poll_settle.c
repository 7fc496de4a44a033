/*
 * What comes of a poll (poll.h).  Choices and ratings are counted,
 * stats/consensus.h; of texts, spans and boxes, which hardly ever are the
 * same, the label is the one most like all the others on the item: their
 * medoid.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "feedback/poll_data.h"

#define CHANCES_MOST (UINT64_C(1) << 27) /* items times labels: 1 GiB */
#define TABLES_MOST  (UINT64_C(1) << 24) /* reviewers times labels squared */

static const double equal = 1e-9;
static const double alike = 0.5; /* of two labels that are as good */

struct poll_votes
poll_votes_of(const struct poll *x, size_t item)
{
	struct poll_votes v = { x->votes.vote + x->first[item],
		x->first[item + 1] - x->first[item] };

	if (x->compared && v.n > POLL_COMPARED)
		v.n = POLL_COMPARED;
	return v;
}

/* How alike two labels in use are. */
static double
similarity(const struct poll *x, uint32_t a, uint32_t b)
{
	return label_similarity(&x->labels, x->label_of[a], x->label_of[b]);
}

/* Votes by item, those of one in the order they were cast. */
static void
sort_by_item(struct poll *x)
{
	struct vote *sorted = alloc_zeros(x->votes.n, sizeof(*sorted));
	size_t *next = alloc_zeros(x->items.n + 1, sizeof(*next));

	x->first = alloc_zeros(x->items.n + 1, sizeof(*x->first));
	for (size_t k = 0; k < x->votes.n; k++)
		x->first[x->votes.vote[k].item + 1]++;
	for (size_t i = 0; i < x->items.n; i++) {
		size_t n = x->first[i + 1];
		if (x->compared && n > POLL_COMPARED)
			x->totals.beyond += n - POLL_COMPARED;
		x->first[i + 1] += x->first[i];
		next[i] = x->first[i];
	}
	for (size_t k = 0; k < x->votes.n; k++)
		sorted[next[x->votes.vote[k].item]++] = x->votes.vote[k];
	free(next);
	free(x->votes.vote);
	x->votes.vote = sorted;
}

/* Labels that only replaced votes gave are none. */
static void
use_labels(struct poll *x)
{
	uint32_t *number = alloc_zeros(x->labels.meanings.n, sizeof(*number)),
		 n = 0;
	struct label_set *l = &x->labels;

	for (size_t k = 0; k < x->votes.n; k++)
		number[x->votes.vote[k].label] = 1;
	x->label_of = alloc_zeros(l->meanings.n, sizeof(*x->label_of));
	for (uint32_t i = 0; i < l->meanings.n; i++) {
		if (number[i] == 0)
			continue;
		x->label_of[n] = i;
		number[i] = n++;
	}
	for (size_t k = 0; k < x->votes.n; k++)
		x->votes.vote[k].label = number[x->votes.vote[k].label];
	x->votes.labels = n;
	label_set_name(l, x->label_of, n);
	free(number);
	if (l->type != LABEL_RATING || l->ranged)
		return;
	l->least = INFINITY;
	l->most = -INFINITY;
	for (uint32_t i = 0; i < n; i++) {
		l->least = fmin(l->least, l->label[x->label_of[i]].rating);
		l->most = fmax(l->most, l->label[x->label_of[i]].rating);
	}
}

/* Given qualities; who has none counts as much as those who have, on average.
 */
static void
take_qualities(struct poll *x)
{
	double sum = 0, n = 0;

	for (size_t r = 0; r < x->raters.n; r++) {
		if (isnan(x->quality[r]))
			continue;
		sum += x->quality[r];
		n++;
	}
	for (size_t r = 0; r < x->raters.n; r++) {
		if (!isnan(x->quality[r]))
			continue;
		x->quality[r] = n > 0 ? sum / n : 1;
		x->totals.unrated++;
	}
	x->weight = x->quality;
}

/* The votes' weights; where none has any all count alike. */
static void
take_weights(const struct poll_votes *v, const double *weight, double *w)
{
	double sum = 0;

	for (size_t i = 0; i < v->n; i++) {
		w[i] = weight == NULL ? 1 : weight[v->vote[i].rater];
		w[i] = isnan(w[i]) ? 0 : w[i];
		sum += w[i];
	}
	for (size_t i = 0; i < v->n && sum == 0; i++)
		w[i] = 1;
}

/* How like all the others each vote is; the mean over all pairs. */
static double
compare(const struct poll *x, const struct poll_votes *v, const double *w,
    double *like)
{
	double sum = 0;

	for (size_t i = 0; i < v->n; i++)
		like[i] = w[i]; /* itself */
	for (size_t i = 0; i < v->n; i++) {
		for (size_t j = 0; j < i; j++) {
			double s =
			    similarity(x, v->vote[i].label, v->vote[j].label);
			like[i] += w[j] * s;
			like[j] += w[i] * s;
			sum += s;
		}
	}
	return v->n < 2 ? NAN : sum * 2 / ((double)v->n * ((double)v->n - 1));
}

/*
 * What is most like all others on the item; MAP_NONE if several are that
 * have less than half in common.
 */
static uint32_t
medoid(struct poll *x, size_t item, const double *weight)
{
	double best = -1, like[POLL_COMPARED], w[POLL_COMPARED];
	struct poll_votes v = poll_votes_of(x, item);
	uint32_t label = MAP_NONE;

	take_weights(&v, weight, w);
	x->agreement[item] = compare(x, &v, w, like);
	for (size_t i = 0; i < v.n; i++) {
		if (like[i] > best + equal) {
			best = like[i];
			label = v.vote[i].label;
		}
	}
	for (size_t i = 0; i < v.n; i++)
		if (like[i] > best - equal &&
		    similarity(x, v.vote[i].label, label) < alike)
			return MAP_NONE;
	return label;
}

static void
choose(struct poll *x, const double *weight)
{
	for (size_t i = 0; i < x->items.n; i++)
		x->chosen[i] = medoid(x, i, weight);
}

/* How like the chosen labels those of each reviewer are. */
static void
take_skills(struct poll *x)
{
	double *n = alloc_zeros(x->raters.n, sizeof(*n));

	for (size_t i = 0; i < x->items.n; i++) {
		struct poll_votes v = poll_votes_of(x, i);
		for (size_t k = 0; k < v.n && x->chosen[i] != MAP_NONE; k++) {
			n[v.vote[k].rater]++;
			x->skill[v.vote[k].rater] +=
			    similarity(x, v.vote[k].label, x->chosen[i]);
		}
	}
	for (size_t r = 0; r < x->raters.n; r++)
		x->skill[r] = n[r] == 0 ? NAN : x->skill[r] / n[r];
	free(n);
}

static void
settle_compared(struct poll *x)
{
	x->chosen = alloc_zeros(x->items.n, sizeof(*x->chosen));
	x->agreement = alloc_zeros(x->items.n, sizeof(*x->agreement));
	x->skill = alloc_zeros(x->raters.n, sizeof(*x->skill));
	choose(x, x->weight);
	take_skills(x);
	if (x->options.method == POLL_WEIGHTED && x->weight == NULL) {
		x->weight = x->skill;
		choose(x, x->weight);
	}
	for (size_t i = 0; i < x->items.n; i++)
		x->totals.tied += x->chosen[i] == MAP_NONE;
}

static int
check_size(const struct poll *x, struct err *e)
{
	const struct votes *v = &x->votes;

	if ((uint64_t)v->items * v->labels > CHANCES_MOST)
		return err_set(e, STATUS_SYSTEM,
		    "%u different labels of %u items are too many for choices; "
		    "are they texts (--type text)?",
		    v->labels, v->items);
	if (x->options.method == POLL_DAWID_SKENE &&
	    (double)v->raters * v->labels * v->labels > (double)TABLES_MOST)
		return err_set(e, STATUS_SYSTEM,
		    "tables of %u labels for %u reviewers are too large; "
		    "--method one-coin has none",
		    v->labels, v->raters);
	return 0;
}

static void
settle_counted(struct poll *x)
{
	bool tied;

	switch (x->options.method) {
	case POLL_DAWID_SKENE: dawid_skene(&x->votes, &x->consensus); break;
	case POLL_ONE_COIN: one_coin(&x->votes, &x->consensus); break;
	case POLL_WEIGHTED:
		if (x->weight == NULL) {
			wawa(&x->votes, &x->consensus);
			x->weight = x->consensus.skill;
			break;
		}
		/* fallthrough */
	default: majority(&x->votes, x->weight, &x->consensus); break;
	}
	/* the middle one of ratings that are voted on is always there */
	if (x->options.type == LABEL_RATING &&
	    x->options.method <= POLL_WEIGHTED)
		return;
	for (uint32_t i = 0; i < x->items.n; i++) {
		consensus_label(&x->consensus, i, &tied);
		x->totals.tied += tied;
	}
}

int
poll_settle(struct poll *x, struct err *e)
{
	x->votes.items = (uint32_t)x->items.n;
	x->votes.raters = (uint32_t)x->raters.n;
	use_labels(x);
	sort_by_item(x);
	if (x->options.method == POLL_WEIGHTED && x->rated)
		take_qualities(x);
	if (x->compared) {
		settle_compared(x);
		return 0;
	}
	if (check_size(x, e) == -1)
		return -1;
	settle_counted(x);
	return 0;
}
