/* The error rate of what nobody reviewed (escape.h). */
#include <math.h>

#include "stats/escape.h"
#include "stats/interval.h"

enum {
	FEW_ERRORS = 10, /* or right ones: the normal interval misleads */
	FEW_LABELS = 30,
};

struct totals {
	double weight, weight2, errors; /* in weights */
	uint64_t n;
	uint64_t autonomous; /* covered */
	size_t strata;
	bool few;
};

static struct totals
add_up(const struct escape_stratum *s, size_t n)
{
	struct totals t = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (s[i].rate <= 0 || s[i].audited == 0)
			continue;
		double w = 1 / s[i].rate;
		t.weight += w * (double)s[i].audited;
		t.weight2 += w * w * (double)s[i].audited;
		t.errors += w * (double)s[i].errors;
		t.n += s[i].audited;
		t.autonomous += s[i].autonomous;
		t.strata++;
		t.few |= s[i].audited < FEW_LABELS ||
			 s[i].errors < FEW_ERRORS ||
			 s[i].audited - s[i].errors < FEW_ERRORS;
	}
	return t;
}

/* Hajek's linearised variance: residuals y - R, weights 1/rate. */
static struct interval
linearised(const struct escape_stratum *s, size_t n, const struct totals *t,
    double value, double level)
{
	double variance = 0, half;

	for (size_t i = 0; i < n; i++) {
		if (s[i].rate <= 0 || s[i].audited == 0)
			continue;
		double w = 1 / s[i].rate, k = (double)s[i].errors;
		double right = (double)s[i].audited - k;
		/* the decisions are themselves a draw: no (1 - rate) */
		variance +=
		    w * w *
		    (k * (1 - value) * (1 - value) + right * value * value);
	}
	half = normal_quantile(0.5 + level / 2) * sqrt(variance) / t->weight;
	return (
	    struct interval){ fmax(0, value - half), fmin(1, value + half) };
}

/* Each error stands for its stratum's share, by its labels. */
static struct interval
rare(const struct escape_stratum *s, size_t n, const struct totals *t,
    double level)
{
	double sum = 0, sumsq = 0, most = 0;
	struct interval i;

	for (size_t k = 0; k < n; k++) {
		if (s[k].rate <= 0 || s[k].audited == 0)
			continue;
		if (t->strata == 1)
			return clopper_pearson(
			    s[k].errors, s[k].audited, level);
		double w = (double)s[k].autonomous / (double)t->autonomous /
			   (double)s[k].audited;
		sum += w * (double)s[k].errors;
		sumsq += w * w * (double)s[k].errors;
		most = fmax(most, w);
	}
	i = gamma_interval(sum, sumsq, most, level);
	return (struct interval){ i.low, fmin(1, i.high) };
}

static struct escape
census(const struct escape_counts *c, double level)
{
	struct interval i = wilson(c->errors, c->autonomous, level);
	double value = (double)c->errors / (double)c->autonomous;

	return (struct escape){ .known = true,
		.value = value,
		.low = i.low,
		.high = i.high,
		.naive = value,
		.n = c->autonomous,
		.effective_n = (double)c->autonomous,
		.covered = 1 };
}

struct escape
escape_rate(const struct escape_stratum *s, size_t n,
    const struct escape_counts *c, double level)
{
	struct escape e = { .value = NAN, .low = 0, .high = 1, .naive = NAN };
	struct totals t;
	struct interval i;

	for (size_t k = 0; k < n; k++)
		e.unlabelled += s[k].waiting;
	if (c->autonomous == 0) {
		e.why = "nothing acted alone";
		return e;
	}
	if (c->labelled == c->autonomous)
		return census(c, level);
	if (c->labelled > 0)
		e.naive = (double)c->errors / (double)c->labelled;
	t = add_up(s, n);
	if (t.n == 0) {
		e.why = "nothing that acted alone was audited";
		return e;
	}
	e.known = true;
	e.value = t.errors / t.weight;
	e.n = t.n;
	e.effective_n = t.weight * t.weight / t.weight2;
	e.covered = (double)t.autonomous / (double)c->autonomous;
	i = t.few ? rare(s, n, &t, level)
		  : linearised(s, n, &t, e.value, level);
	/* the sizes weigh rare()'s strata, the rates Hajek's: they may part */
	e.low = e.covered * fmin(i.low, e.value);
	e.high = e.covered * fmax(i.high, e.value) + (1 - e.covered);
	if (e.unlabelled > 0)
		e.why = "audits without a label are left out";
	if (e.covered < 1)
		e.why = "part of what acted alone had no chance of an audit";
	return e;
}
