/* Whether records could have been counted so (cell.h). */
#include <math.h>

#include "metrics/cell.h"

static const double micro = 1e6; /* confidences of bins are in millionths */

/* What a cell has seen, by what is asked of it. */
struct seen {
	uint64_t routed, alone, reviewed;
};

/* The sum of x[n], or one above `most` if it is more. */
static uint64_t
sum_within(const uint64_t *x, size_t n, uint64_t most)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		if (x[i] > most - sum)
			return most + 1;
		sum += x[i];
	}
	return sum;
}

/* At most n values of `least` to `most` each. */
static bool
is_possible(const struct moments *m, uint64_t n, double least, double most)
{
	return m->n <= n && moments_possible(m, least, most);
}

static bool
is_possible_sketch(const struct sketch *s, uint64_t n, double most)
{
	return s->n <= n && sketch_possible(s, most);
}

static bool
are_possible_strata(const struct cell *c)
{
	const struct escape_counts *all = &c->counts;
	struct escape_counts left = *all;
	uint64_t right = all->labelled - all->errors;

	for (size_t i = 0; i < c->nstratum; i++) {
		const struct escape_stratum *s = &c->stratum[i];
		if (s->autonomous > left.autonomous ||
		    s->audited > s->autonomous ||
		    s->waiting > s->autonomous - s->audited ||
		    s->errors > s->audited || s->errors > left.errors ||
		    s->audited - s->errors > right)
			return false;
		left.autonomous -= s->autonomous;
		left.errors -= s->errors;
		right -= s->audited - s->errors;
	}
	return left.autonomous == 0;
}

static bool
are_possible_bins(const struct cell *c)
{
	uint64_t left = c->n;

	for (int i = 0; i < CALIBRATION_BINS; i++) {
		const struct calibration_bin *b = &c->bin[i];
		double n = (double)b->n, sum = (double)b->confidence;
		double width = micro / CALIBRATION_BINS;
		if (b->n > left || b->right > b->n || sum < n * i * width ||
		    sum > n * (i + 1) * width)
			return false;
		left -= b->n;
	}
	return true;
}

static bool
are_possible_layers(const struct cell *c, uint64_t routed)
{
	uint64_t left = routed;

	for (size_t i = 0; i < c->nlayer; i++) {
		if (!is_possible(&c->layer[i], left, 0, HUGE_VAL))
			return false;
		left -= c->layer[i].n;
	}
	return is_possible(&c->other_layers, left, 0, HUGE_VAL);
}

/* Each is there at most once in a record that needs a person. */
static bool
are_possible_reasons(const struct cell *c, uint64_t person)
{
	for (size_t i = 0; i < c->nreason; i++)
		if (c->reason[i] > person)
			return false;
	return person > 0 || c->other_reasons == 0;
}

static const char *
routing_fault(const struct cell *c, const struct seen *seen)
{
	const struct escape_counts *k = &c->counts;

	if (seen->routed > c->n)
		return "action";
	if (sum_within(c->risk, LENGTH(c->risk), seen->routed) != seen->routed)
		return "risk";
	if (c->never > seen->routed)
		return "never";
	if (k->autonomous != seen->alone)
		return "autonomous";
	if (k->labelled > k->autonomous)
		return "labelled";
	if (k->errors > k->labelled)
		return "errors";
	if (!is_possible(&c->confidence, seen->routed, 0, 1))
		return "confidence";
	if (!is_possible(&c->threshold, seen->routed, 0, HUGE_VAL))
		return "threshold";
	if (!is_possible(&c->doubt, seen->alone, 0, 1))
		return "doubt";
	if (!is_possible(&c->cost, seen->routed, 0, HUGE_VAL))
		return "cost";
	if (!are_possible_layers(c, seen->routed))
		return "layers";
	if (!are_possible_reasons(c, seen->routed - seen->alone))
		return "reasons";
	return are_possible_strata(c) ? NULL : "strata";
}

static const char *
review_fault(const struct cell *c, const struct seen *seen)
{
	const uint64_t *outcome = c->outcome;
	uint64_t approved = outcome[OUTCOME_APPROVE];

	if (seen->reviewed > c->n)
		return "outcome";
	if (c->answered != seen->reviewed - outcome[OUTCOME_REJECT])
		return "answered";
	if (c->accepted < approved || c->accepted > c->answered)
		return "accepted";
	if (c->used_known > seen->reviewed - approved)
		return "used_known";
	if (c->used > c->used_known)
		return "used";
	if (c->sla_known > seen->reviewed)
		return "sla_known";
	if (c->sla_missed > c->sla_known)
		return "sla_missed";
	if (c->agree_known > seen->reviewed)
		return "agree_known";
	if (c->agree > c->agree_known)
		return "agree";
	if (c->agree_approve > c->agree || c->agree_approve > approved)
		return "agree_approve";
	if (!is_possible_sketch(&c->latency, seen->reviewed, HUGE_VAL))
		return "latency";
	if (!is_possible_sketch(&c->wait, seen->reviewed, HUGE_VAL))
		return "wait";
	if (!is_possible_sketch(&c->handling, seen->reviewed, HUGE_VAL))
		return "handling";
	return is_possible_sketch(&c->edit, seen->reviewed, 1) ? NULL : "edit";
}

const char *
cell_fault(const struct cell *c)
{
	struct seen seen = { .routed = sum_within(c->action, ACTIONS, c->n),
		.reviewed = sum_within(c->outcome, OUTCOMES, c->n) };
	const char *fault;

	seen.alone = sum_within(c->action, ACTION_AUTO_AUDIT + 1, c->n);
	if ((fault = routing_fault(c, &seen)) != NULL ||
	    (fault = review_fault(c, &seen)) != NULL)
		return fault;
	if (c->thumbs_known > c->n)
		return "thumbs_known";
	if (c->thumbs_up > c->thumbs_known)
		return "thumbs_up";
	if (!is_possible(&c->rating, c->n, 1, 5))
		return "rating";
	return are_possible_bins(c) ? NULL : "bins";
}
