/* The choice of a threshold from weighted labels (threshold.h). */
#include <math.h>

#include "calibrate/threshold.h"
#include "stats/weighted.h"

/* All decisions that the labels stand for, and as how many they count. */
struct total {
	double weight, effective;
};

static struct total
total_of(const struct labelled *l)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < l->n; i++) {
		double w = weight_of(&l->decision[i]);
		sum += w;
		squares += w * w;
	}
	return (struct total){ sum + (double)l->without_weight / 1e6,
		squares > 0 ? sum * sum / squares : 0 }; /* Kish 1965 */
}

bool
threshold_choose_weighted(const struct labelled *l,
    const struct threshold_request *q, struct buf *out, struct buf *why)
{
	double delta = round((1 - q->confidence_level) * 1e12) / 1e12;
	unsigned long long n = labelled_total(l);
	struct total total = total_of(l);
	struct weighted_proof p;

	prove_weighted(
	    l->decision, l->n, l->max_weight, q->max_error, delta, &p);
	buf_cstr(out, "{\"kind\":\"thresholds\",\"method\":\"ltt\","
		      "\"bound\":\"betting\"");
	buf_json_member(out, "max_error", q->max_error);
	buf_json_member(out, "confidence_level", q->confidence_level);
	buf_json_count(out, "n", n);
	buf_json_member(out, "effective_n", total.effective);
	buf_json_member(out, "max_weight", l->max_weight);
	buf_cstr(out, ",\"default\":{\"threshold\":");
	buf_json_double(out, p.found ? p.threshold : NAN);
	buf_json_count(out, "autonomous", p.autonomous);
	buf_json_count(out, "errors", p.errors);
	buf_json_member(out, "error_rate", p.found ? p.error_rate : NAN);
	buf_json_member(out, "error_high", p.found ? p.error_high : NAN);
	buf_json_member(out, "automation_rate",
	    total.weight > 0 ? p.weight / total.weight : NAN);
	buf_json_count(out, "n", n);
	buf_printf(out, ",\"proven\":%s", p.found ? "true" : "false");
	buf_json_member(out, "delta", delta);
	if (!p.found)
		buf_json_member(out, "best_provable_error", p.best_alpha);
	buf_cstr(out, "},\"by\":null,\"groups\":{}}");
	if (p.found)
		return true;
	buf_printf(why,
	    "no threshold proves an error rate of at most %g with %g "
	    "confidence from %llu weighted labels (%.0f effective)",
	    q->max_error, q->confidence_level, n, total.effective);
	if (isfinite(p.best_alpha))
		buf_printf(
		    why, "; %g is the least that these prove", p.best_alpha);
	return false;
}
