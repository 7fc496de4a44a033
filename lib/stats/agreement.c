/* How far people agree (agreement.h). */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "stats/agreement.h"

const char *const measurement_words[] = {
	[MEASURE_NOMINAL] = "nominal",
	[MEASURE_ORDINAL] = "ordinal",
	[MEASURE_INTERVAL] = "interval",
	NULL,
};

static int
by_item(const void *pa, const void *pb)
{
	const struct vote *a = pa, *b = pb;

	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	return (a->rater > b->rater) - (a->rater < b->rater);
}

void
votes_sort(struct votes *v)
{
	if (v->n > 0)
		qsort(v->vote, v->n, sizeof(*v->vote), by_item);
}

/* The votes on one item are vote[from] to vote[to - 1]. */
struct item {
	size_t from, to;
};

static size_t
list_items(const struct votes *v, struct item **item)
{
	size_t n = 0;

	*item = alloc_zeros(v->items, sizeof(**item));
	for (size_t from = 0, to; from < v->n; from = to) {
		for (to = from; to < v->n; to++)
			if (v->vote[to].item != v->vote[from].item)
				break;
		(*item)[n++] = (struct item){ from, to };
	}
	return n;
}

/* The sum over labels of (votes for it)^2.  none: [labels], zero, and again. */
static double
squared_counts(const struct votes *v, struct item i, uint32_t *none)
{
	double sum = 0;

	for (size_t k = i.from; k < i.to; k++)
		sum += 2.0 * none[v->vote[k].label]++ + 1;
	for (size_t k = i.from; k < i.to; k++)
		none[v->vote[k].label] = 0;
	return sum;
}

/* The variance of an estimate by what it is without each item in turn. */
static void
jackknife(struct agreement *g, const double *without, size_t n, double level)
{
	double sum = 0, sumsq = 0, middle, half;
	struct interval t;

	g->interval = (struct interval){ NAN, NAN };
	if (isnan(g->value) || n < 2)
		return;
	for (size_t i = 0; i < n; i++)
		sum += without[i];
	middle = sum / (double)n;
	for (size_t i = 0; i < n; i++)
		sumsq += (without[i] - middle) * (without[i] - middle);
	/* pseudo-values lie n - 1 times as far apart as these */
	t = mean_interval(0, sumsq * (double)(n - 1) * (double)(n - 1), n,
	    level, -INFINITY, INFINITY);
	half = (t.high - t.low) / 2;
	if (!isfinite(half)) /* no item makes a difference */
		return;
	g->interval =
	    (struct interval){ g->value - half, fmin(1, g->value + half) };
}

/*
 * Krippendorff's sums.  With x the place of a label on a line, the squared
 * distance of two labels is (x - y)^2 for interval and ordinal data (there x
 * is the middle rank of the label), so both sums come from sums of x and of
 * its square.  Nominal ones need counts by label.
 */
struct alpha_sums {
	double n; /* votes that can be paired */
	double observed; /* sum over items of what its pairs disagree by */
	double x, x2; /* sums over votes */
	double same; /* sum over labels of count^2 */
};

static double
alpha_of(const struct alpha_sums *s, bool nominal)
{
	double expected =
	    nominal ? s->n * s->n - s->same : 2 * (s->n * s->x2 - s->x * s->x);

	/* rounding leaves a trace of what should be nothing */
	if (!(expected > 1e-12 * s->n * (nominal ? s->n : s->x2)))
		return NAN;
	return 1 - (s->n - 1) * s->observed / expected;
}

/* What an item gives to the sums; same is left out.  none: [labels], zero. */
static struct alpha_sums
item_sums(const struct votes *v, struct item i, const double *x, uint32_t *none)
{
	double m = (double)(i.to - i.from);
	struct alpha_sums s = { .n = m };

	for (size_t k = i.from; k < i.to && x != NULL; k++) {
		s.x += x[v->vote[k].label];
		s.x2 += x[v->vote[k].label] * x[v->vote[k].label];
	}
	s.observed = (x == NULL ? m * m - squared_counts(v, i, none)
				: 2 * (m * s.x2 - s.x * s.x)) /
		     (m - 1);
	return s;
}

/* Where each label lies; NULL for nominal ones.  count: of pairable votes. */
static double *
places(const struct votes *v, enum measurement level, const double *count)
{
	double *x, mean = 0, n = 0, before = 0;

	if (level == MEASURE_NOMINAL)
		return NULL;
	x = alloc_zeros(v->labels, sizeof(*x));
	for (uint32_t c = 0; c < v->labels; c++) {
		if (level == MEASURE_INTERVAL)
			x[c] = v->value[c];
		else /* labels are in the order of their values */
			x[c] = before + count[c] / 2;
		before += count[c];
		mean += x[c] * count[c];
		n += count[c];
	}
	for (uint32_t c = 0; c < v->labels; c++)
		x[c] -= n > 0 ? mean / n : 0; /* squares stay small */
	return x;
}

/* The alpha without an item; its votes are out of the sums already. */
static double
without_item(const struct votes *v, struct item i, struct alpha_sums s,
    double *count, bool nominal)
{
	double alpha;

	if (nominal) {
		for (size_t k = i.from; k < i.to; k++) {
			double *c = &count[v->vote[k].label];
			s.same -= *c * *c - (*c - 1) * (*c - 1);
			(*c)--;
		}
		for (size_t k = i.from; k < i.to; k++)
			count[v->vote[k].label]++;
	}
	alpha = alpha_of(&s, nominal);
	return isnan(alpha) ? 1 : alpha; /* no two labels are left */
}

struct agreement
krippendorff_alpha(
    const struct votes *v, enum measurement measure, double level)
{
	bool nominal = measure == MEASURE_NOMINAL;
	struct agreement g = { .value = NAN };
	struct alpha_sums all = { 0 };
	double *count = alloc_zeros(v->labels, sizeof(*count)), *x, *without;
	uint32_t *none = alloc_zeros(v->labels, sizeof(*none));
	struct item *item;
	size_t n = list_items(v, &item), paired = 0;

	for (size_t i = 0; i < n; i++) { /* a vote alone cannot be paired */
		if (item[i].to - item[i].from < 2)
			continue;
		for (size_t k = item[i].from; k < item[i].to; k++)
			count[v->vote[k].label]++;
		item[paired++] = item[i];
	}
	x = places(v, measure, count);
	for (size_t i = 0; i < paired; i++) {
		struct alpha_sums s = item_sums(v, item[i], x, none);
		all.n += s.n;
		all.observed += s.observed;
		all.x += s.x;
		all.x2 += s.x2;
	}
	for (uint32_t c = 0; c < v->labels; c++)
		all.same += count[c] * count[c];
	g.n = paired;
	g.value = paired == 0 ? NAN : alpha_of(&all, nominal);
	without = alloc_zeros(paired, sizeof(*without));
	for (size_t i = 0; i < paired; i++) {
		struct alpha_sums s = item_sums(v, item[i], x, none);
		struct alpha_sums rest = all;
		rest.n -= s.n;
		rest.observed -= s.observed;
		rest.x -= s.x;
		rest.x2 -= s.x2;
		without[i] = without_item(v, item[i], rest, count, nominal);
	}
	jackknife(&g, without, paired, level);
	free(without);
	free(none);
	free(x);
	free(count);
	free(item);
	return g;
}

/* Of an item's pairs of votes, the share that are the same. */
static double
pairs_alike(const struct votes *v, struct item i, uint32_t *none)
{
	double m = (double)(i.to - i.from);

	return (squared_counts(v, i, none) - m) / (m * (m - 1));
}

/* What Fleiss and Gwet have in common: agreement seen, and shares. */
struct shares {
	struct item *item;
	double *alike; /* [items], of those with two votes and more */
	double *share; /* [labels], summed over items */
	double seen; /* sum of alike */
	size_t items, paired;
};

static void
shares_find(const struct votes *v, struct shares *s)
{
	uint32_t *none = alloc_zeros(v->labels, sizeof(*none));

	*s = (struct shares){ 0 };
	s->items = list_items(v, &s->item);
	s->alike = alloc_zeros(s->items, sizeof(*s->alike));
	s->share = alloc_zeros(v->labels, sizeof(*s->share));
	for (size_t i = 0; i < s->items; i++) {
		struct item x = s->item[i];
		for (size_t k = x.from; k < x.to; k++)
			s->share[v->vote[k].label] +=
			    1.0 / (double)(x.to - x.from);
		if (x.to - x.from < 2)
			continue;
		s->alike[i] = pairs_alike(v, x, none);
		s->seen += s->alike[i];
		s->paired++;
	}
	free(none);
}

static void
shares_release(struct shares *s)
{
	free(s->item);
	free(s->alike);
	free(s->share);
}

/*
 * Agreement by chance: to Fleiss the chance that two votes fall on one label;
 * to Gwet that they are guesses, spread over the labels.
 */
static double
beyond_chance(double seen, double squares, double n, uint32_t labels, bool ac1)
{
	double same = squares / (n * n);
	double chance = !ac1 ? same : (1 - same) / (double)(labels - 1);

	return 1 - chance < 1e-12 ? NAN : (seen - chance) / (1 - chance);
}

static struct agreement
chance_corrected(const struct votes *v, double level, bool ac1)
{
	struct agreement g = { .value = NAN };
	double squares = 0, *without;
	struct shares s;
	size_t n = 0;

	shares_find(v, &s);
	for (uint32_t c = 0; c < v->labels; c++)
		squares += s.share[c] * s.share[c];
	g.n = s.paired;
	if (s.paired > 0 && v->labels > 1)
		g.value = beyond_chance(s.seen / (double)s.paired, squares,
		    (double)s.items, v->labels, ac1);
	without = alloc_zeros(s.items, sizeof(*without));
	for (size_t i = 0; i < s.items && s.paired > 1; i++) {
		struct item x = s.item[i];
		double m = (double)(x.to - x.from), rest = squares, value;
		for (size_t k = x.from; k < x.to; k++) {
			double *c = &s.share[v->vote[k].label];
			rest -= *c * *c - (*c - 1 / m) * (*c - 1 / m);
			*c -= 1 / m;
		}
		for (size_t k = x.from; k < x.to; k++)
			s.share[v->vote[k].label] += 1 / m;
		value = beyond_chance(
		    (s.seen - s.alike[i]) / (double)(s.paired - (m >= 2)), rest,
		    (double)(s.items - 1), v->labels, ac1);
		without[n++] = isnan(value) ? 1 : value;
	}
	jackknife(&g, without, n, level);
	free(without);
	shares_release(&s);
	return g;
}

struct agreement
gwet_ac1(const struct votes *v, double level)
{
	return chance_corrected(v, level, true);
}

struct agreement
fleiss_kappa(const struct votes *v, double level)
{
	struct agreement none = { NAN, { NAN, NAN }, 0 };
	struct item *item;
	size_t n = list_items(v, &item), votes = n == 0 ? 0 : item[0].to;
	bool equal = votes >= 2;

	for (size_t i = 0; i < n; i++)
		equal &= item[i].to - item[i].from == votes;
	free(item);
	return equal ? chance_corrected(v, level, false) : none;
}

/* A vote of each of two people on one item. */
struct together {
	uint32_t a, b; /* raters */
	uint32_t label_a, label_b;
};

static int
by_pair(const void *px, const void *py)
{
	const struct together *x = px, *y = py;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

/* Cohen's kappa of meeting[n], all of one pair. */
static struct pair_agreement
cohen(const struct together *meeting, size_t n, uint32_t *count_a,
    uint32_t *count_b)
{
	struct pair_agreement p = { meeting->a, meeting->b, n, 0, NAN };
	double chance = 0, seen;

	for (size_t i = 0; i < n; i++) {
		p.same += meeting[i].label_a == meeting[i].label_b;
		count_a[meeting[i].label_a]++;
		count_b[meeting[i].label_b]++;
	}
	for (size_t i = 0; i < n; i++) {
		/* each label once: its count is taken away */
		uint32_t *a = &count_a[meeting[i].label_a];
		chance += (double)*a * count_b[meeting[i].label_a];
		*a = 0;
	}
	for (size_t i = 0; i < n; i++)
		count_b[meeting[i].label_b] = 0;
	chance /= (double)n * (double)n;
	seen = (double)p.same / (double)n;
	if (1 - chance > 1e-12)
		p.kappa = (seen - chance) / (1 - chance);
	return p;
}

bool
cohen_pairs(const struct votes *v, size_t most, struct pair_agreement **pair,
    size_t *npair)
{
	uint32_t *count_a = alloc_zeros(v->labels, sizeof(*count_a));
	uint32_t *count_b = alloc_zeros(v->labels, sizeof(*count_b));
	struct together *meeting = NULL;
	size_t meetings = 0, cap = 0, pair_cap = 0, to;
	struct item *item;
	size_t n = list_items(v, &item);
	bool few = true; /* the votes on an item are of different people */

	*pair = NULL;
	*npair = 0;
	for (size_t i = 0; i < n && few; i++) {
		size_t m = item[i].to - item[i].from;
		few = m < 2 || (m - 1) / 2 <= most / m;
		for (size_t j = item[i].from; j < item[i].to && few; j++)
			for (size_t k = j + 1; k < item[i].to; k++) {
				const struct vote *x = &v->vote[j];
				const struct vote *y = &v->vote[k];
				VEC_ROOM(meeting, meetings, cap);
				meeting[meetings++] =
				    (struct together){ x->rater, y->rater,
					    x->label, y->label };
			}
	}
	if (meetings > 0)
		qsort(meeting, meetings, sizeof(*meeting), by_pair);
	for (size_t from = 0; from < meetings && few && *npair <= most;
	     from = to) {
		for (to = from; to < meetings; to++)
			if (by_pair(&meeting[from], &meeting[to]) != 0)
				break;
		VEC_ROOM(*pair, *npair, pair_cap);
		(*pair)[(*npair)++] =
		    cohen(&meeting[from], to - from, count_a, count_b);
	}
	free(count_a);
	free(count_b);
	free(meeting);
	free(item);
	return few && *npair <= most;
}
