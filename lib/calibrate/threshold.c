/* The choice of a threshold (threshold.h). */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "calibrate/threshold.h"
#include "stats/curve.h"
#include "stats/interval.h"
#include "stats/proof.h"

const char *const method_words[] = {
	[METHOD_LTT] = "ltt",
	[METHOD_EMPIRICAL] = "empirical",
	[METHOD_COST] = "cost",
	NULL,
};

/* What was found for the pool or for a group. */
struct choice {
	bool found, proven, pooled;
	struct curve_point point;
	struct proof proof; /* of ltt */
	struct cheapest cheapest; /* of cost */
	uint64_t n; /* labelled records in all */
	double delta; /* its share */
};

static struct choice
choose(const struct decision *d, size_t n, uint64_t total,
    const struct threshold_request *q, double delta)
{
	struct choice c = { .n = total, .delta = delta };

	if (q->method == METHOD_EMPIRICAL) {
		c.found = empirical_threshold(
		    d, n, q->grid, q->ngrid, q->max_error, &c.point);
		return c;
	}
	if (q->max_error > 0) {
		prove_threshold(d, n, q->max_error, delta, &c.proof);
		c.found = c.proven = c.proof.found;
		c.point = (struct curve_point){ c.proof.threshold,
			c.proof.autonomous, c.proof.errors };
	}
	if (q->method == METHOD_COST && (c.found || q->max_error == 0)) {
		double *proven = NULL;
		size_t m = 0;
		if (c.found)
			m = proven_thresholds(
			    d, n, q->max_error, delta, &proven);
		cheapest_threshold(d, n, total, &q->costs, proven, m,
		    q->confidence_level, &c.cheapest);
		free(proven);
		c.point = c.cheapest.point;
		c.found = c.point.autonomous > 0;
	}
	return c;
}

/* The lowest distinct confidence at which the error rate is within bounds. */
static bool
suggested(const struct decision *d, size_t n, double alpha, double *t)
{
	struct curve_point p = { 0 };
	bool any = false;

	while (curve_next(d, n, &p))
		if ((double)p.errors <= alpha * (double)p.autonomous) {
			*t = p.threshold;
			any = true;
		}
	return any;
}

/* May a group that proves nothing live by the pool's threshold? */
static void
fall_back(struct choice *c, const struct choice *pool, const struct decision *d,
    size_t n, const struct threshold_request *q)
{
	struct curve_point p;
	double own;

	if (c->found || !pool->found || q->method != METHOD_LTT)
		return;
	if (!suggested(d, n, q->max_error, &own) || own > pool->point.threshold)
		return;
	curve_at(d, n, &pool->point.threshold, 1, &p);
	/* refuted: so many errors would be rare at max_error */
	if (p.autonomous == 0 ||
	    (p.errors > 0 &&
		1 - binomial_cdf(p.errors - 1, p.autonomous, q->max_error) <
		    1 - q->confidence_level))
		return;
	c->found = c->pooled = true;
	c->point = p;
}

static void
write_costs(
    struct buf *out, const struct choice *c, const struct threshold_request *q)
{
	const struct cheapest *x = &c->cheapest;
	const struct costs *k = &q->costs;

	buf_json_member(out, "threshold_low", x->low);
	buf_json_member(out, "threshold_high", x->high);
	if (k->has_flagged)
		buf_json_member(out, "review_band", x->band);
	buf_json_member(out, "cost", x->cost);
	buf_json_member(
	    out, "cost_per_decision", c->n == 0 ? NAN : x->cost / (double)c->n);
	buf_json_member(out, "cost_all_reviewed", x->all_reviewed);
	buf_json_member(out, "cost_none_reviewed", x->none_reviewed);
	buf_json_member(out, "break_even", break_even(k));
}

static void
write_choice(
    struct buf *out, const struct choice *c, const struct threshold_request *q)
{
	const struct curve_point *p = &c->point;
	double m = (double)p->autonomous;

	buf_cstr(out, "{\"threshold\":");
	buf_json_double(out, c->found ? p->threshold : NAN);
	buf_printf(out, ",\"autonomous\":%llu,\"errors\":%llu",
	    (unsigned long long)(c->found ? p->autonomous : 0),
	    (unsigned long long)(c->found ? p->errors : 0));
	buf_json_member(
	    out, "error_rate", c->found ? (double)p->errors / m : NAN);
	buf_json_member(out, "error_high",
	    c->found ? clopper_pearson_upper(
			   p->errors, p->autonomous, q->confidence_level)
		     : NAN);
	buf_json_member(out, "automation_rate",
	    c->n == 0  ? NAN
	    : c->found ? m / (double)c->n
		       : 0);
	buf_printf(out, ",\"n\":%llu", (unsigned long long)c->n);
	if (q->method == METHOD_COST)
		write_costs(out, c, q);
	if (q->method != METHOD_EMPIRICAL && q->max_error > 0) {
		buf_printf(out, ",\"proven\":%s", c->proven ? "true" : "false");
		buf_json_member(out, "delta", c->delta);
		buf_printf(out, ",\"fallback\":%s",
		    c->pooled ? "\"default\"" : "null");
		buf_json_member(out, "best_provable_error",
		    c->proven ? NAN : c->proof.best_alpha);
		buf_json_count(out, "labels_without_error",
		    proof_minimum(q->max_error, c->delta));
		buf_json_member(out, "labels_needed",
		    c->proven || c->proof.labels == 0
			? NAN
			: (double)c->proof.labels);
	}
	buf_char(out, '}');
}

static void
explain(
    struct buf *why, const struct choice *c, const struct threshold_request *q)
{
	if (q->max_error == 0) {
		buf_printf(why, "reviewing everything is the cheapest");
		return;
	}
	if (q->method == METHOD_COST && c->proven) {
		buf_printf(why, "reviewing everything is cheaper than any "
				"threshold that is proven");
		return;
	}
	if (q->method == METHOD_EMPIRICAL) {
		buf_printf(why,
		    "no threshold of the grid has an error rate of "
		    "at most %g among %llu labelled records",
		    q->max_error, (unsigned long long)c->n);
		return;
	}
	buf_printf(why,
	    "no threshold proves an error rate of at most %g with "
	    "%g confidence from %llu labelled records",
	    q->max_error, q->confidence_level, (unsigned long long)c->n);
	if (isfinite(c->proof.best_alpha))
		buf_printf(why, "; %g is the least that these prove",
		    c->proof.best_alpha);
	if (c->proof.labels != 0)
		buf_printf(why,
		    "; about %llu labels of the same kind would "
		    "do",
		    (unsigned long long)c->proof.labels);
	else
		buf_printf(why,
		    "; at least %llu records above a threshold are "
		    "needed, with no error among them",
		    (unsigned long long)proof_minimum(q->max_error, c->delta));
}

/* Groups that no label speaks of now, and that the default is not for. */
static void
write_silent(const struct labelled *l, const struct threshold_request *q,
    const struct choice *pool, double delta, struct buf *out)
{
	const struct thresholds *old = q->before;
	const struct choice none = { .delta = delta,
		.proof.best_alpha = NAN,
		.cheapest = { .low = NAN, .high = NAN, .band = NAN } };
	const char *comma = l->groups.names.n > 0 ? "," : "";

	for (size_t i = 0; old != NULL && i < old->group.n; i++) {
		const struct policy_threshold *t = &old->threshold[i];
		/* of its own it had nothing, or nothing stricter */
		bool pooled = !t->never && !old->fallback.never &&
			      t->value == old->fallback.value;
		if (map_find(&l->groups.names, old->group.key[i]) != MAP_NONE ||
		    pooled ||
		    (!t->never && pool->found &&
			t->value <= pool->point.threshold))
			continue;
		buf_cstr(out, comma);
		buf_json_string(out, old->group.key[i]);
		buf_char(out, ':');
		write_choice(out, &none, q);
		comma = ",";
	}
}

static bool
write_groups(const struct labelled *l, const struct threshold_request *q,
    const struct choice *pool, double delta, uint64_t *autonomous,
    struct buf *out)
{
	struct partition p = labelled_partition(l);
	bool any = false;

	for (size_t g = 0; g < l->groups.names.n; g++) {
		const struct decision *d = p.d + p.start[g];
		size_t n = p.start[g + 1] - p.start[g];
		struct choice c = choose(d, n, l->group[g].n, q, delta);
		fall_back(&c, pool, d, n, q);
		any |= c.found;
		if (c.found)
			*autonomous += c.point.autonomous;
		if (g > 0)
			buf_char(out, ',');
		buf_json_string(out, l->groups.names.key[g]);
		buf_char(out, ':');
		write_choice(out, &c, q);
	}
	write_silent(l, q, pool, delta, out);
	free(p.d);
	free(p.start);
	return any;
}

/* Those without a group, or with one beyond the most: the default is theirs. */
static uint64_t
alone_by_default(const struct labelled *l, const struct choice *pool)
{
	uint64_t n = 0;

	for (size_t i = 0; pool->found && i < l->n; i++)
		n += l->decision[i].group == GROUP_NONE &&
		     l->decision[i].confidence >= pool->point.threshold;
	return n;
}

/* The least error that these labels prove with so much automation; NAN. */
static double
error_for(const struct labelled *l, double automation, double delta)
{
	uint64_t wanted =
	    (uint64_t)ceil(automation * (double)labelled_total(l) - 1e-9);

	return provable_error(l->decision, l->n, delta, wanted);
}

/* The wish for few escalations: whether it is met, and what it would take. */
static bool
wish(const struct labelled *l, const struct threshold_request *q,
    uint64_t autonomous, double delta, struct buf *out, struct buf *why)
{
	double n = (double)labelled_total(l);
	double rate = n > 0 ? (n - (double)autonomous) / n : 1;
	bool met = rate <= q->max_escalation;
	double error;

	buf_json_member(out, "escalation_rate", rate);
	buf_json_member(out, "max_escalation", q->max_escalation);
	buf_printf(out, ",\"escalation_met\":%s", met ? "true" : "false");
	if (met)
		return true;
	error = error_for(l, 1 - q->max_escalation, delta);
	buf_json_member(out, "error_at_max_escalation", error);
	buf_printf(why,
	    "%san escalation rate of at most %g cannot be had with that: it "
	    "is %.4f",
	    why->n > 0 ? "; " : "", q->max_escalation, rate);
	if (isnan(error))
		buf_cstr(why, "; no error is provable with so few escalations");
	else
		buf_printf(why,
		    "; with %g, an error of at most %g could be promised",
		    q->max_escalation, error);
	return false;
}

bool
threshold_choose(const struct labelled *l, const struct threshold_request *q,
    struct buf *out, struct buf *why)
{
	/* 1 - 0.95 is 0.05 to a person: no rounding noise in the file */
	double delta = round((1 - q->confidence_level) * 1e12) / 1e12;
	uint64_t autonomous = 0;
	struct choice pool;
	bool any;

	if (q->by != NULL)
		delta /= (double)l->groups.names.n + 1;
	pool = choose(l->decision, l->n, labelled_total(l), q, delta);
	buf_printf(out, "{\"kind\":\"thresholds\",\"method\":\"%s\"",
	    method_words[q->method]);
	buf_json_member(
	    out, "max_error", q->max_error > 0 ? q->max_error : NAN);
	buf_json_member(out, "confidence_level", q->confidence_level);
	buf_printf(out,
	    ",\"n\":%llu,\"default\":", (unsigned long long)labelled_total(l));
	write_choice(out, &pool, q);
	buf_cstr(out, ",\"by\":");
	if (q->by == NULL)
		buf_cstr(out, "null");
	else
		buf_json_string(out, str_of(q->by));
	buf_cstr(out, ",\"groups\":{");
	any = pool.found;
	if (q->by != NULL) {
		autonomous = alone_by_default(l, &pool);
		any |= write_groups(l, q, &pool, delta, &autonomous, out);
	} else if (pool.found) {
		autonomous = pool.point.autonomous;
	}
	buf_char(out, '}');
	if (!any)
		explain(why, &pool, q);
	if (q->max_escalation > 0)
		any &= wish(l, q, autonomous, delta, out, why);
	buf_char(out, '}');
	return any;
}
