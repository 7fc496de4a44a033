/*
 * Misses and their likely causes (check.h).
 *
 * A cause is what the log itself shows: how a window differs from the one
 * before, or, where there is none, of what kind most of the cases are.
 */
#include <math.h>
#include <stdlib.h>

#include "metrics/check.h"
#include "stats/agreement.h"

/* A row that misses, and the one of the window before, or NULL. */
struct case_of {
	const struct metrics *metrics;
	const struct cell *now, *before;
};

static double
share(uint64_t k, uint64_t n)
{
	return n == 0 ? NAN : (double)k / (double)n;
}

static uint64_t
routed(const struct cell *c)
{
	uint64_t n = 0;

	for (int i = 0; i < ACTIONS; i++)
		n += c->action[i];
	return n;
}

/* Escalated for a reason the model has no part in, or at high stakes. */
static double
mix_of(const struct cell *c)
{
	return share(c->never + c->risk[RISK_HIGH], routed(c));
}

static double
escalation_of(const struct cell *c)
{
	return share(
	    c->action[ACTION_QUEUE] + c->action[ACTION_ESCALATE], routed(c));
}

static void
tell_change(struct buf *out, const char *what, double from, double to)
{
	buf_printf(out, "; %s: from %.4g to %.4g", what, from, to);
}

/* Why more, or fewer, go to a person than in the window before. */
static void
escalation_changed(const struct case_of *x, struct buf *out)
{
	const struct cell *a = x->before, *b = x->now;
	double rise = escalation_of(b) - escalation_of(a);
	double mix = mix_of(b) - mix_of(a);
	double threshold =
	    moments_mean(&b->threshold) - moments_mean(&a->threshold);
	double doubt =
	    moments_mean(&a->confidence) - moments_mean(&b->confidence);
	double sign = rise < 0 ? -1 : 1;

	if (mix * sign >= fabs(rise) / 2)
		tell_change(out,
		    "likely the traffic mix: high-risk records and those "
		    "that never act alone",
		    mix_of(a), mix_of(b));
	else if (threshold * sign > 0 && !(doubt * sign > threshold * sign))
		tell_change(out, "likely the threshold, on average",
		    moments_mean(&a->threshold), moments_mean(&b->threshold));
	else if (doubt * sign > 0)
		tell_change(out, "likely the model: mean confidence",
		    moments_mean(&a->confidence), moments_mean(&b->confidence));
	else
		tell_change(
		    out, "the rate", escalation_of(a), escalation_of(b));
}

static void
commonest_reason(const struct case_of *x, struct buf *out)
{
	const struct cell *c = x->now;
	uint64_t person = c->action[ACTION_QUEUE] + c->action[ACTION_ESCALATE];
	uint32_t best = 0;

	for (uint32_t i = 1; i < c->nreason; i++)
		if (c->reason[i] > c->reason[best])
			best = i;
	if (c->nreason == 0 || c->reason[best] == 0)
		return;
	struct str word = metrics_reason(x->metrics, best);
	buf_printf(out, "; %.0f %% of these for %.*s",
	    100 * share(c->reason[best], person), (int)word.n, word.s);
}

static void
why_escalated(const struct case_of *x, bool more, struct buf *out)
{
	double rise;

	if (x->before != NULL) {
		rise = escalation_of(x->now) - escalation_of(x->before);
		if (more ? rise > 0 : rise < 0) {
			escalation_changed(x, out);
			return;
		}
	}
	if (more) /* it was so before, or there is no before */
		commonest_reason(x, out);
}

static void
why_wrong(const struct case_of *x, double level, struct buf *out)
{
	if (cell_recalibrate(x->now, level) == 1)
		buf_printf(out,
		    "; the confidences foretell %.4g: recalibrate "
		    "(hitl-calibrate fit)",
		    moments_mean(&x->now->doubt));
	else if (x->now->doubt.n > 0)
		buf_printf(out,
		    "; the confidences foretold it (%.4g): the thresholds are "
		    "too low for this target",
		    moments_mean(&x->now->doubt));
}

/*
 * Krippendorff's alpha of approving or not, of records judged twice, from how
 * many are approved by both, by one, by none.
 */
static double
alpha_of(const struct cell *c)
{
	double n = (double)c->agree_known, differ = n - (double)c->agree;
	double p = (2 * (double)c->agree_approve + differ) / (2 * n);

	return 1 - differ / n * (2 * n - 1) / (2 * n) / (2 * p * (1 - p));
}

static void
why_disagreeing(const struct case_of *x, struct buf *out)
{
	const struct cell *c = x->now;
	double alpha = alpha_of(c);

	if (c->agree_known < AGREEMENT_FEW || !isfinite(alpha))
		buf_printf(out,
		    "; too few were judged twice (%llu) to tell the model "
		    "from the reviewers",
		    (unsigned long long)c->agree_known);
	else if (alpha >= AGREEMENT_RELIABLE)
		buf_printf(out,
		    "; reviewers agree with each other (alpha about %.2f): "
		    "likely the model is poor",
		    alpha);
	else
		buf_printf(out,
		    "; reviewers disagree among themselves (alpha about "
		    "%.2f): calibrate them first",
		    alpha);
}

static void
why_slow(const struct case_of *x, struct buf *out)
{
	double wait = sketch_mean(&x->now->wait);
	double all = wait + sketch_mean(&x->now->handling);

	if (!(all > 0))
		return;
	if (wait > all / 2)
		buf_printf(out,
		    "; %.0f %% of the time is waiting: more reviewers, or "
		    "fewer cases (hitl-metrics capacity)",
		    100 * wait / all);
	else
		buf_printf(out, "; %.0f %% of the time is handling",
		    100 * (1 - wait / all));
}

static void
tell_cause(const struct case_of *x, enum metric m, bool above, double level,
    struct buf *out)
{
	switch (m) {
	case METRIC_AUTO_RESOLVE_RATE: why_escalated(x, !above, out); return;
	case METRIC_ESCALATION_RATE:
	case METRIC_NEVER_AUTO_RATE: why_escalated(x, above, out); return;
	case METRIC_ERROR_ESCAPE_RATE:
	case METRIC_EXPECTED_ERROR_RATE: why_wrong(x, level, out); return;
	case METRIC_REVIEWER_AGREEMENT:
	case METRIC_APPROVAL_RATE: why_disagreeing(x, out); return;
	case METRIC_SLA_MISS_RATE: why_slow(x, out); return;
	default: break;
	}
	if (m >= METRIC_REVIEW_LATENCY_MEAN && m <= METRIC_REVIEW_LATENCY_P99)
		why_slow(x, out);
}

/* What is known of it, if that is more than that it is not below 0. */
static void
tell_interval(const struct metric_value *v, double level, struct buf *out)
{
	if (v->low > 0 || isfinite(v->high)) {
		buf_printf(out, "%.4g %%: %.4g ", 100 * level, v->low);
		if (isinf(v->high))
			buf_cstr(out, "or more, ");
		else
			buf_printf(out, "to %.4g, ", v->high);
	}
	buf_printf(out, "n %llu", (unsigned long long)v->n);
}

static void
tell_miss(const struct rows_options *o, const struct metrics_row *row,
    const struct case_of *x, enum metric m,
    void (*miss)(void *arg, const char *line), void *arg)
{
	const struct policy_target *t = &o->policy->target[m];
	struct metric_value v = cell_metric(row->cell, m, o->level);
	bool above = t->has_most && v.value > t->most;
	struct buf line = { 0 };

	row_name(o, row, &line);
	buf_printf(&line, "%s is %.4g (", metric_words[m], v.value);
	tell_interval(&v, o->level, &line);
	buf_printf(&line, "), %s its target %.*s", above ? "above" : "below",
	    (int)t->text.n, t->text.s);
	tell_cause(x, m, above, o->level, &line);
	buf_char(&line, '\0');
	miss(arg, line.s);
	buf_release(&line);
}

/* Of a metric that is not written nothing is told. */
static bool
is_checked(const struct rows_options *o, enum metric m)
{
	return o->policy->target[m].given && (rows_all(o) || o->only[m]);
}

bool
check_any(const struct rows_options *o)
{
	bool any = false;

	for (enum metric m = 0; m < METRICS; m++)
		any |= is_checked(o, m);
	return any;
}

size_t
check_rows(const struct rows_options *o, const struct metrics *metrics,
    const struct metrics_row *row, size_t n, bool by_value,
    void (*miss)(void *arg, const char *line), void *arg)
{
	const struct cell **before = rows_before(row, n);
	size_t missed = 0;

	for (size_t i = 0; i < n; i++) {
		struct case_of x = { metrics, row[i].cell, before[i] };
		for (enum metric m = 0; m < METRICS; m++) {
			const struct policy_target *t = &o->policy->target[m];
			struct metric_value v;
			if (!is_checked(o, m))
				continue;
			v = cell_metric(row[i].cell, m, o->level);
			if (by_value ? !metric_value_misses(&v, t)
				     : metric_verdict(&v, t) != 0)
				continue;
			missed++;
			if (miss != NULL)
				tell_miss(o, &row[i], &x, m, miss, arg);
		}
	}
	free(before);
	return missed;
}

static void
tell_unknown(const struct rows_options *o, const struct metrics_row *row,
    enum metric m, const char *why, void (*tell)(void *arg, const char *line),
    void *arg)
{
	struct str target = o->policy->target[m].text;
	struct buf line = { 0 };

	row_name(o, row, &line);
	buf_printf(&line, "%s has no value", metric_words[m]);
	if (why != NULL)
		buf_printf(&line, " (%s)", why);
	buf_printf(&line, ", so its target %.*s is not checked", (int)target.n,
	    target.s);
	buf_char(&line, '\0');
	tell(arg, line.s);
	buf_release(&line);
}

size_t
check_unknown(const struct rows_options *o, const struct metrics_row *row,
    size_t n, void (*tell)(void *arg, const char *line), void *arg)
{
	size_t unknown = 0;

	for (size_t i = 0; i < n; i++) {
		for (enum metric m = 0; m < METRICS; m++) {
			struct metric_value v;
			if (row[i].cell->n == 0 || !is_checked(o, m))
				continue;
			v = cell_metric(row[i].cell, m, o->level);
			if (!isnan(v.value))
				continue;
			if (unknown++ < UNKNOWN_TOLD)
				tell_unknown(o, &row[i], m, v.why, tell, arg);
		}
	}
	return unknown;
}
