/* The metrics that come of counts (measure.h). */
#include <assert.h>
#include <math.h>

#include "metrics/measure.h"
#include "stats/interval.h"

static struct metric_value
unknown(const char *why)
{
	return (struct metric_value){
		.value = NAN, .low = NAN, .high = NAN, .why = why
	};
}

static struct metric_value
rate(uint64_t k, uint64_t n, double level, const char *none)
{
	struct interval i = wilson(k, n, level);

	if (n == 0)
		return unknown(none);
	return (struct metric_value){ .value = (double)k / (double)n,
		.low = i.low,
		.high = i.high,
		.n = n };
}

/* Of values in [least, most]. */
static struct metric_value
mean(const struct moments *m, double least, double most, double level,
    const char *none)
{
	struct interval i = moments_interval(m, level, least, most);

	if (m->n == 0)
		return unknown(none);
	return (struct metric_value){ .value = moments_mean(m),
		.low = i.low,
		.high = i.high,
		.n = m->n };
}

static struct metric_value
quantile(const struct sketch *s, double q, double level, const char *none)
{
	struct interval i = sketch_quantile_interval(s, q, level);

	if (s->n == 0)
		return unknown(none);
	return (struct metric_value){ .value = sketch_quantile(s, q),
		.low = i.low,
		.high = i.high,
		.n = s->n };
}

/* The mean, P50, P95 or P99 of times, by the metric that is the mean. */
static struct metric_value
times(const struct sketch *s, int which, double level, const char *none)
{
	static const double q[] = { 0, 0.5, 0.95, 0.99 };

	return which == 0 ? mean(&s->moments, 0, INFINITY, level, none)
			  : quantile(s, q[which], level, none);
}

static struct metric_value
escape(const struct cell *c, double level)
{
	struct escape e =
	    escape_rate(c->stratum, c->nstratum, &c->counts, level);
	struct metric_value m = { .value = e.value,
		.low = e.low,
		.high = e.high,
		.n = e.n,
		.why = e.why,
		.escape = e };

	if (!e.known)
		m.low = m.high = NAN;
	return m;
}

/*
 * Expected calibration error over bins of equal width.  Its interval: the
 * least and the greatest distance that the accuracies can have, all of them
 * within their intervals at once (Bonferroni); conservative.
 */
static struct metric_value
calibration_error(const struct cell *c, double level)
{
	struct metric_value m = { 0 };
	int bins = 0;

	for (int i = 0; i < CALIBRATION_BINS; i++) {
		m.n += c->bin[i].n;
		bins += c->bin[i].n > 0;
	}
	if (m.n == 0)
		return unknown("no decision with a confidence has a label");
	for (int i = 0; i < CALIBRATION_BINS; i++) {
		const struct calibration_bin *b = &c->bin[i];
		double n = (double)b->n, weight = n / (double)m.n;
		double confidence, right;
		struct interval w;
		if (b->n == 0)
			continue;
		confidence = (double)b->confidence / 1e6 / n;
		right = (double)b->right / n;
		w = wilson(b->right, b->n, 1 - (1 - level) / bins);
		m.value += weight * fabs(right - confidence);
		m.low += weight *
			 fmax(0, fmax(confidence - w.high, w.low - confidence));
		m.high +=
		    weight * fmax(w.high - confidence, confidence - w.low);
	}
	return m;
}

static uint64_t
sum(const uint64_t *x, size_t n)
{
	uint64_t all = 0;

	for (size_t i = 0; i < n; i++)
		all += x[i];
	return all;
}

void
cell_rate(const struct cell *c, enum metric metric, uint64_t *k, uint64_t *n)
{
	uint64_t alone = c->action[ACTION_AUTO] + c->action[ACTION_AUTO_AUDIT];

	*n = sum(c->outcome, OUTCOMES);
	*k = 0;
	switch (metric) {
	case METRIC_ESCALATION_RATE:
	case METRIC_AUTO_RESOLVE_RATE:
	case METRIC_NEVER_AUTO_RATE:
		*n = sum(c->action, ACTIONS);
		*k = metric == METRIC_NEVER_AUTO_RATE     ? c->never
		     : metric == METRIC_AUTO_RESOLVE_RATE ? alone
							  : *n - alone;
		return;
	case METRIC_SLA_MISS_RATE:
		*n = c->sla_known;
		*k = c->sla_missed;
		return;
	case METRIC_REVIEWER_AGREEMENT: /* with the model */
	case METRIC_APPROVAL_RATE: *k = c->outcome[OUTCOME_APPROVE]; return;
	case METRIC_REJECTION_RATE: *k = c->outcome[OUTCOME_REJECT]; return;
	case METRIC_CORRECTION_RATE: *k = c->outcome[OUTCOME_CORRECT]; return;
	case METRIC_DRAFT_ACCEPTANCE_RATE:
		*n = c->answered;
		*k = c->accepted;
		return;
	case METRIC_FEEDBACK_UTILISATION:
		*n = c->used_known;
		*k = c->used;
		return;
	case METRIC_THUMBS_UP_RATE:
		*n = c->thumbs_known;
		*k = c->thumbs_up;
		return;
	default: assert(!"a rate that is counted here");
	}
}

/* Why there is no value, when there is none. */
static const char *
nothing(enum metric metric)
{
	switch (metric) {
	case METRIC_ESCALATION_RATE:
	case METRIC_AUTO_RESOLVE_RATE:
	case METRIC_NEVER_AUTO_RATE:
	case METRIC_COST_PER_DECISION: return "nothing was routed";
	case METRIC_SLA_MISS_RATE:
		return "no review says whether it was in time";
	case METRIC_DRAFT_ACCEPTANCE_RATE:
		return "no review ended in an answer";
	case METRIC_FEEDBACK_UTILISATION:
		return "no review says whether it was used";
	case METRIC_THUMBS_UP_RATE: return "nothing has thumbs";
	default: return "nothing was reviewed";
	}
}

static struct metric_value
cost(const struct cell *c, double level)
{
	if (c->nlayer == 0 && c->other_layers.n == 0)
		return unknown("no decision says what it cost");
	return mean(
	    &c->cost, 0, INFINITY, level, nothing(METRIC_COST_PER_DECISION));
}

struct metric_value
cell_metric(const struct cell *c, enum metric metric, double level)
{
	static const char no_times[] = "no review has times";
	static const char no_edits[] = "no review has an edit distance";
	uint64_t k, n;

	switch (metric) {
	case METRIC_ERROR_ESCAPE_RATE: return escape(c, level);
	case METRIC_EXPECTED_ERROR_RATE:
		return mean(&c->doubt, 0, 1, level,
		    "nothing with a confidence acted alone");
	case METRIC_CALIBRATION_ERROR: return calibration_error(c, level);
	case METRIC_REVIEW_LATENCY_MEAN:
	case METRIC_REVIEW_LATENCY_P50:
	case METRIC_REVIEW_LATENCY_P95:
	case METRIC_REVIEW_LATENCY_P99:
		return times(&c->latency,
		    (int)metric - METRIC_REVIEW_LATENCY_MEAN, level, no_times);
	case METRIC_QUEUE_WAIT_MEAN:
	case METRIC_QUEUE_WAIT_P50:
	case METRIC_QUEUE_WAIT_P95:
	case METRIC_QUEUE_WAIT_P99:
		return times(&c->wait, (int)metric - METRIC_QUEUE_WAIT_MEAN,
		    level, no_times);
	case METRIC_HANDLING_TIME_MEAN:
	case METRIC_HANDLING_TIME_P50:
	case METRIC_HANDLING_TIME_P95:
	case METRIC_HANDLING_TIME_P99:
		return times(&c->handling,
		    (int)metric - METRIC_HANDLING_TIME_MEAN, level, no_times);
	case METRIC_EDIT_DISTANCE_MEAN:
		return mean(&c->edit.moments, 0, 1, level, no_edits);
	case METRIC_EDIT_DISTANCE_P50:
		return quantile(&c->edit, 0.5, level, no_edits);
	case METRIC_SATISFACTION_MEAN:
		return mean(&c->rating, 1, 5, level, "nothing has a rating");
	case METRIC_COST_PER_DECISION: return cost(c, level);
	/* no default: the compiler tells of a metric that has no case */
	case METRIC_ESCALATION_RATE:
	case METRIC_AUTO_RESOLVE_RATE:
	case METRIC_NEVER_AUTO_RATE:
	case METRIC_SLA_MISS_RATE:
	case METRIC_REVIEWER_AGREEMENT:
	case METRIC_APPROVAL_RATE:
	case METRIC_REJECTION_RATE:
	case METRIC_CORRECTION_RATE:
	case METRIC_DRAFT_ACCEPTANCE_RATE:
	case METRIC_FEEDBACK_UTILISATION:
	case METRIC_THUMBS_UP_RATE:
	case METRICS: break;
	}
	cell_rate(c, metric, &k, &n);
	return rate(k, n, level, nothing(metric));
}

struct metric_change
metric_change(const struct metric_value *a, const struct metric_value *b)
{
	struct metric_change c = { .change = b->value - a->value };

	c.low = c.change - hypot(b->value - b->low, a->high - a->value);
	c.high = c.change + hypot(b->high - b->value, a->value - a->low);
	if (isfinite(c.low) && isfinite(c.high))
		c.moved = (c.low > 0) - (c.high < 0);
	return c;
}

int
cell_recalibrate(const struct cell *c, double level)
{
	struct metric_value found =
	    cell_metric(c, METRIC_ERROR_ESCAPE_RATE, level);
	struct metric_value expected =
	    cell_metric(c, METRIC_EXPECTED_ERROR_RATE, level);

	if (isnan(found.low) || isnan(expected.low))
		return -1;
	return found.low > expected.high || found.high < expected.low;
}

bool
metric_value_misses(const struct metric_value *m, const struct policy_target *t)
{
	return t->given && ((t->has_most && m->value > t->most) ||
			       (t->has_least && m->value < t->least));
}

int
metric_verdict(const struct metric_value *m, const struct policy_target *t)
{
	if (!t->given || isnan(m->value))
		return -1;
	/* an interval on the wrong side proves a miss */
	if ((t->has_most && m->low > t->most) ||
	    (t->has_least && m->high < t->least))
		return 0;
	return metric_value_misses(m, t) ? -1 : 1;
}
