/* Counting records and the metrics that come of it (cell.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/cell.h"
#include "stats/interval.h"

/* Where decisions audited at `rate` are counted; kept in order. */
static struct escape_stratum *
stratum_of(struct cell *c, double rate)
{
	size_t i = 0;

	while (i < c->nstratum && c->stratum[i].rate < rate)
		i++;
	if (i < c->nstratum && c->stratum[i].rate == rate)
		return &c->stratum[i];
	VEC_ROOM(c->stratum, c->nstratum, c->stratum_cap);
	memmove(&c->stratum[i + 1], &c->stratum[i],
	    (c->nstratum++ - i) * sizeof(*c->stratum));
	c->stratum[i] = (struct escape_stratum){ .rate = rate };
	return &c->stratum[i];
}

static void
add_autonomous(struct cell *c, const struct observation *o)
{
	struct escape_stratum *s = stratum_of(c, o->rate);

	c->counts.autonomous++;
	s->autonomous++;
	if (o->correct == -1) {
		s->waiting += o->selected;
		return;
	}
	c->counts.labelled++;
	c->counts.errors += !o->correct;
	if (o->selected) {
		s->audited++;
		s->errors += !o->correct;
	}
}

void
cell_add(struct cell *c, const struct observation *o)
{
	c->n++;
	if (o->action != -1)
		c->action[o->action]++;
	if (o->action == ACTION_AUTO || o->action == ACTION_AUTO_AUDIT)
		add_autonomous(c, o);
	if (o->outcome == -1)
		return;
	c->reviewed++;
	c->agreed += o->outcome == OUTCOME_APPROVE;
	if (o->outcome != OUTCOME_APPROVE && o->used != -1) {
		c->used_known++;
		c->used += o->used == 1;
	}
	if (o->latency >= 0)
		sketch_add(&c->latency, o->latency);
}

void
cell_join(struct cell *to, const struct cell *from)
{
	to->n += from->n;
	for (int i = 0; i < ACTIONS; i++)
		to->action[i] += from->action[i];
	to->counts.autonomous += from->counts.autonomous;
	to->counts.labelled += from->counts.labelled;
	to->counts.errors += from->counts.errors;
	for (size_t i = 0; i < from->nstratum; i++) {
		const struct escape_stratum *f = &from->stratum[i];
		struct escape_stratum *t = stratum_of(to, f->rate);
		t->autonomous += f->autonomous;
		t->audited += f->audited;
		t->errors += f->errors;
		t->waiting += f->waiting;
	}
	sketch_merge(&to->latency, &from->latency);
	to->reviewed += from->reviewed;
	to->agreed += from->agreed;
	to->used_known += from->used_known;
	to->used += from->used;
}

void
cell_release(struct cell *c)
{
	free(c->stratum);
	sketch_release(&c->latency);
	*c = (struct cell){ 0 };
}

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

static struct metric_value
latency(const struct cell *c, enum metric metric, double level)
{
	const struct sketch *s = &c->latency;
	double q = metric == METRIC_REVIEW_LATENCY_P50 ? 0.5 : 0.95;
	struct metric_value m = { .n = s->n };
	struct interval i;

	if (s->n == 0)
		return unknown("no review has times");
	if (metric == METRIC_REVIEW_LATENCY_MEAN) {
		m.value = sketch_mean(s);
		i = sketch_mean_interval(s, level);
	} else {
		m.value = sketch_quantile(s, q);
		i = sketch_quantile_interval(s, q, level);
	}
	m.low = i.low;
	m.high = i.high;
	return m;
}

struct metric_value
cell_metric(const struct cell *c, enum metric metric, double level)
{
	uint64_t alone = c->action[ACTION_AUTO] + c->action[ACTION_AUTO_AUDIT];
	uint64_t person = c->action[ACTION_QUEUE] + c->action[ACTION_ESCALATE];

	switch (metric) {
	case METRIC_ESCALATION_RATE:
		return rate(
		    person, alone + person, level, "nothing was routed");
	case METRIC_AUTO_RESOLVE_RATE:
		return rate(alone, alone + person, level, "nothing was routed");
	case METRIC_ERROR_ESCAPE_RATE: return escape(c, level);
	case METRIC_REVIEWER_AGREEMENT:
		return rate(
		    c->agreed, c->reviewed, level, "nothing was reviewed");
	case METRIC_FEEDBACK_UTILISATION:
		return rate(c->used, c->used_known, level,
		    "no review says whether it was used");
	default: return latency(c, metric, level);
	}
}

int
metric_verdict(const struct metric_value *m, const struct policy_target *t)
{
	bool within;

	if (!t->given || isnan(m->value))
		return -1;
	/* an interval on the wrong side proves a miss */
	if ((t->has_most && m->low > t->most) ||
	    (t->has_least && m->high < t->least))
		return 0;
	within = !(t->has_most && m->value > t->most) &&
		 !(t->has_least && m->value < t->least);
	return within ? 1 : -1;
}
