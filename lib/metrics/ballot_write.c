/* What comes of the votes (ballot.h). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/ballot_data.h"
#include "record/number.h"
#include "stats/dawid_skene.h"

enum {
	PAIRS_MOST = 100000,
	TABLES_MOST = 1 << 24, /* raters times labels squared */
	WORK_MOST = 2 << 20, /* votes times labels: seconds, at worst */
};

/* The votes of people, labels in order of their values. */
struct count {
	struct ballot *b;
	struct votes people; /* without the model's */
	uint32_t model; /* rater; MAP_NONE: none */
	double *value; /* [labels], ascending, or NULL */
	uint32_t *model_label; /* [items], MAP_NONE: none */
};

struct placed {
	double value;
	uint32_t label;
};

static int
by_value(const void *pa, const void *pb)
{
	const struct placed *a = pa, *b = pb;

	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return (a->label > b->label) - (a->label < b->label);
}

/*
 * Labels are renumbered in the order of their values, the same for 1 and
 * 1.0; --order has them in order already.  How many there are.
 */
static uint32_t
order_labels(struct count *c)
{
	struct ballot *b = c->b;
	size_t n = b->labels.n;
	struct placed *p = calloc(n + 1, sizeof(*p));
	uint32_t *to = calloc(n + 1, sizeof(*to)), last = 0;

	c->value = calloc(n + 1, sizeof(*c->value));
	if (p == NULL || to == NULL || c->value == NULL)
		memory_exhausted();
	for (uint32_t i = 0; i < n; i++) {
		p[i] = (struct placed){ i, i };
		if (b->options.order == NULL &&
		    !number_parse(b->labels.key[i], &p[i].value))
			p[i].value = 0; /* ballot_add lets none in */
	}
	qsort(p, n, sizeof(*p), by_value);
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0 && p[i].value > p[i - 1].value)
			last++;
		to[p[i].label] = last;
		c->value[last] = p[i].value;
	}
	for (size_t i = 0; i < b->cast.n; i++)
		b->vote[i].label = to[b->vote[i].label];
	free(p);
	free(to);
	return n == 0 ? 0 : last + 1;
}

static void
count_begin(struct count *c, struct ballot *b)
{
	*c = (struct count){ .b = b, .model = MAP_NONE };
	if (b->options.model != NULL)
		c->model = map_find(&b->raters, str_of(b->options.model));
	uint32_t labels = b->options.measure == MEASURE_NOMINAL
			      ? (uint32_t)b->labels.n
			      : order_labels(c);
	c->people = (struct votes){
		.vote = malloc((b->cast.n + 1) * sizeof(struct vote)),
		.items = (uint32_t)b->items.n,
		.raters = (uint32_t)b->raters.n,
		.labels = labels,
		.value = c->value,
	};
	c->model_label = malloc((b->items.n + 1) * sizeof(*c->model_label));
	if (c->people.vote == NULL || c->model_label == NULL)
		memory_exhausted();
	memset(c->model_label, 0xff, b->items.n * sizeof(*c->model_label));
	for (size_t i = 0; i < b->cast.n; i++) {
		struct vote v = b->vote[i];
		if (v.rater == c->model)
			c->model_label[v.item] = v.label;
		else
			c->people.vote[c->people.n++] = v;
	}
	votes_sort(&c->people);
}

static void
count_release(struct count *c)
{
	free(c->people.vote);
	free(c->model_label);
	free(c->value);
}

static void
write_agreement(struct buf *out, const char *name, struct agreement g)
{
	buf_json_member(out, name, g.value);
	buf_printf(out, ",\"%s_low\":", name);
	buf_json_double(out, g.interval.low);
	buf_printf(out, ",\"%s_high\":", name);
	buf_json_double(out, g.interval.high);
}

static void
write_name(struct buf *out, const struct count *c, uint32_t rater)
{
	buf_json_string(out, c->b->raters.key[rater]);
}

static void
write_pairs(const struct count *c, struct buf *out)
{
	struct pair_agreement *pair;
	double sum = 0, known = 0;
	size_t n;
	bool few = cohen_pairs(&c->people, PAIRS_MOST, &pair, &n);

	for (size_t i = 0; i < n; i++)
		if (!isnan(pair[i].kappa)) {
			sum += pair[i].kappa;
			known++;
		}
	buf_json_member(
	    out, "cohen_kappa", few && known > 0 ? sum / known : NAN);
	buf_cstr(out, ",\"pairs\":");
	if (!few)
		buf_cstr(out, "null");
	for (size_t i = 0; i < n && few; i++) {
		buf_cstr(out, i == 0 ? "[{\"a\":" : ",{\"a\":");
		write_name(out, c, pair[i].a);
		buf_cstr(out, ",\"b\":");
		write_name(out, c, pair[i].b);
		buf_json_count(out, "n", pair[i].n);
		buf_json_member(
		    out, "agreement", (double)pair[i].same / (double)pair[i].n);
		buf_json_member(out, "kappa", pair[i].kappa);
		buf_char(out, '}');
	}
	if (few)
		buf_cstr(out, n == 0 ? "[]" : "]");
	free(pair);
}

/* A rater against the majority of the others, where there is one. */
struct against {
	uint64_t votes, n, same;
};

/* How often the labels of one item were given. */
struct tally {
	uint32_t most; /* the highest count */
	uint32_t with_most; /* labels that have it */
	uint32_t next; /* the highest count below it; 0: none */
};

/* The counts of votes[n] of one item; count[] is as before when it is done. */
static struct tally
tally_of(const struct vote *vote, size_t n, const uint32_t *count)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < n; i++)
		if (count[vote[i].label] > t.most)
			t.most = count[vote[i].label];
	for (size_t i = 0; i < n; i++) {
		uint32_t k = count[vote[i].label];
		if (k == t.most)
			t.with_most++;
		else if (k > t.next)
			t.next = k;
	}
	if (t.most > 0) /* each label was met as often as it was given */
		t.with_most /= t.most;
	return t;
}

/* A vote for a label that was given k times, and all the others. */
static void
count_against(struct against *x, struct tally t, uint32_t k)
{
	bool leads = k == t.most;

	x->votes++;
	if (!leads && t.with_most == 1)
		x->n++;
	else if (leads && t.with_most == 2)
		x->n++; /* without his vote it is the other one */
	else if (leads && t.with_most == 1 && k - 1 > t.next) {
		x->n++;
		x->same++;
	}
}

static void
against_others(const struct votes *v, struct against *rater)
{
	uint32_t *count = alloc_zeros(v->labels, sizeof(*count));

	for (size_t from = 0, to; from < v->n; from = to) {
		struct tally t;
		for (to = from; to < v->n; to++) {
			if (v->vote[to].item != v->vote[from].item)
				break;
			count[v->vote[to].label]++;
		}
		t = tally_of(&v->vote[from], to - from, count);
		for (size_t k = from; k < to; k++)
			count_against(&rater[v->vote[k].rater], t,
			    count[v->vote[k].label]);
		for (size_t k = from; k < to; k++)
			count[v->vote[k].label] = 0;
	}
	free(count);
}

static void
write_rater(const struct count *c, uint32_t rater, const struct against *x,
    double accuracy, struct buf *out)
{
	const struct ballot_rater *r = &c->b->rater[rater];
	struct interval i = wilson(x->same, x->n, c->b->options.level);
	double days = r->first == TIMESTAMP_NONE
			  ? NAN
			  : fmax(1, (double)(r->last - r->first) / 86400e6);

	buf_cstr(out, "{\"reviewer\":");
	write_name(out, c, rater);
	buf_json_count(out, "votes", x->votes);
	buf_json_member(out, "share", (double)x->votes / (double)c->people.n);
	buf_json_member(out, "per_day", (double)x->votes / days);
	buf_json_member(out, "seconds_mean", sketch_mean(&r->seconds));
	buf_json_member(out, "seconds_p50", sketch_quantile(&r->seconds, 0.5));
	buf_json_count(out, "shared", x->n);
	buf_json_member(out, "with_others",
	    x->n == 0 ? NAN : (double)x->same / (double)x->n);
	buf_json_member(out, "with_others_low", x->n == 0 ? NAN : i.low);
	buf_json_member(out, "with_others_high", x->n == 0 ? NAN : i.high);
	buf_json_member(out, "accuracy", accuracy);
	buf_char(out, '}');
}

static void
write_raters(const struct count *c, struct buf *out)
{
	const struct votes *v = &c->people;
	struct against *x = calloc(v->raters + 1, sizeof(*x));
	/* a number is not right or wrong but near or far */
	bool fits = c->b->options.measure != MEASURE_INTERVAL &&
		    (double)v->raters * v->labels * v->labels <= TABLES_MOST &&
		    (double)v->n * v->labels <= WORK_MOST;
	struct consensus truth = { 0 };
	const char *comma = "";

	if (x == NULL)
		memory_exhausted();
	against_others(v, x);
	if (fits)
		dawid_skene(v, &truth);
	buf_cstr(out, ",\"by_reviewer\":[");
	for (uint32_t r = 0; r < v->raters; r++) {
		if (x[r].votes == 0)
			continue;
		buf_cstr(out, comma);
		comma = ",";
		write_rater(c, r, &x[r], fits ? truth.skill[r] : NAN, out);
	}
	buf_char(out, ']');
	consensus_release(&truth);
	free(x);
}

/* People's votes that are the model's label, or approve of it. */
static struct against
with_model(const struct count *c)
{
	uint32_t approve = map_find(&c->b->labels, STR("approve"));
	struct against x = { 0 };

	for (size_t i = 0; i < c->people.n; i++) {
		const struct vote *v = &c->people.vote[i];
		if (c->model != MAP_NONE) {
			if (c->model_label[v->item] == MAP_NONE)
				continue;
			x.n++;
			x.same += c->model_label[v->item] == v->label;
		} else if (approve != MAP_NONE && c->b->options.label == NULL) {
			x.n++;
			x.same += v->label == approve;
		}
	}
	return x;
}

/* Which of the two is to blame (Krippendorff's bound; no claim from few). */
static void
write_diagnosis(const struct against *model, const struct agreement *alpha,
    double target, struct buf *out)
{
	double rate = (double)model->same / (double)model->n;
	const char *cause;
	char why[200];

	if (model->n == 0) {
		cause = "unknown";
		snprintf(why, sizeof(why),
		    "nothing says what the model had: outcomes, or --model");
	} else if (rate >= target) {
		cause = "fine";
		snprintf(why, sizeof(why),
		    "agreement with the model is %.4g, its target %.4g", rate,
		    target);
	} else if (alpha->n < AGREEMENT_FEW || isnan(alpha->value)) {
		cause = "too_few_overlaps";
		snprintf(why, sizeof(why),
		    "only %llu items were judged by two reviewers: let them "
		    "overlap on %d and more",
		    (unsigned long long)alpha->n, AGREEMENT_FEW);
	} else if (alpha->value >= AGREEMENT_RELIABLE) {
		cause = "model";
		snprintf(why, sizeof(why),
		    "reviewers agree with each other (alpha %.2f) and not "
		    "with the model: the model is poor",
		    alpha->value);
	} else {
		cause = "reviewers";
		snprintf(why, sizeof(why),
		    "reviewers disagree among themselves (alpha %.2f, below "
		    "%.3f): calibrate them before blaming the model",
		    alpha->value, AGREEMENT_RELIABLE);
	}
	buf_printf(out, ",\"diagnosis\":\"%s\",\"why\":\"%s\"", cause, why);
}

/*
 * Of outcomes what counts against the model is whether they approve, not
 * whether those who do not correct or reject.
 */
static struct agreement
alpha_of_approving(const struct count *c)
{
	uint32_t approve = map_find(&c->b->labels, STR("approve"));
	struct votes v = c->people;
	struct agreement g;

	v.vote = malloc((v.n + 1) * sizeof(*v.vote));
	if (v.vote == NULL)
		memory_exhausted();
	for (size_t i = 0; i < v.n; i++) {
		v.vote[i] = c->people.vote[i];
		v.vote[i].label = v.vote[i].label != approve;
	}
	v.labels = 2;
	g = krippendorff_alpha(&v, MEASURE_NOMINAL, c->b->options.level);
	free(v.vote);
	return g;
}

bool
ballot_write(struct ballot *b, struct buf *out)
{
	const struct policy_target *t =
	    &b->policy->target[METRIC_REVIEWER_AGREEMENT];
	double level = b->options.level;
	struct agreement alpha;
	struct against model;
	struct count c;
	bool any;

	count_begin(&c, b);
	any = c.people.n > 0;
	if (any) {
		alpha =
		    krippendorff_alpha(&c.people, b->options.measure, level);
		model = with_model(&c);
		buf_printf(out,
		    "{\"items\":%zu,\"reviewers\":%zu,\"votes\":%zu,"
		    "\"judged_twice\":%llu,\"level\":\"%s\"",
		    b->items.n, b->raters.n - (c.model != MAP_NONE), c.people.n,
		    (unsigned long long)alpha.n,
		    measurement_words[b->options.measure]);
		write_agreement(out, "krippendorff_alpha", alpha);
		write_agreement(
		    out, "fleiss_kappa", fleiss_kappa(&c.people, level));
		write_agreement(out, "ac1", gwet_ac1(&c.people, level));
		buf_json_member(out, "with_model",
		    model.n == 0 ? NAN : (double)model.same / (double)model.n);
		buf_json_count(out, "with_model_n", model.n);
		if (model.n > 0 && c.model == MAP_NONE)
			alpha = alpha_of_approving(&c);
		write_diagnosis(&model, &alpha,
		    t->has_least ? t->least : BALLOT_TARGET, out);
		write_pairs(&c, out);
		write_raters(&c, out);
		buf_char(out, '}');
	}
	count_release(&c);
	return any;
}
