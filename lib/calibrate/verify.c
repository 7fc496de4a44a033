/* A thresholds file against fresh labels (verify.h). */
#include <math.h>
#include <stdlib.h>

#include "calibrate/verify.h"
#include "stats/interval.h"

/* What is seen of one claim. */
struct seen {
	uint64_t n, autonomous, errors;
};

/* P(Bin(n, p) >= k). */
static double
at_least(uint64_t k, uint64_t n, double p)
{
	return k == 0 ? 1 : 1 - binomial_cdf(k - 1, n, p);
}

static void
write_claim(const struct thresholds *t, const struct str *group,
    const struct policy_threshold *threshold, const struct seen *s,
    const char *verdict, struct results *results)
{
	double m = (double)s->autonomous;
	struct interval i =
	    clopper_pearson(s->errors, s->autonomous, t->confidence_level);
	bool none = s->autonomous == 0;
	struct buf row = { 0 };

	buf_cstr(&row, "{\"group\":");
	if (group == NULL)
		buf_cstr(&row, "null");
	else
		buf_json_string(&row, *group);
	buf_cstr(&row, ",\"threshold\":");
	buf_str(&row, threshold->json);
	buf_json_count(&row, "n", s->n);
	buf_json_count(&row, "autonomous", s->autonomous);
	buf_json_count(&row, "errors", s->errors);
	buf_json_member(&row, "error_rate", none ? NAN : (double)s->errors / m);
	buf_json_member(&row, "error_low", none ? NAN : i.low);
	buf_json_member(&row, "error_high", none ? NAN : i.high);
	buf_json_member(&row, "max_error", t->max_error);
	buf_json_member(&row, "p_value",
	    none ? NAN : at_least(s->errors, s->autonomous, t->max_error));
	buf_printf(&row, ",\"verdict\":\"%s\"}", verdict);
	results_add(results, buf_view(&row));
	buf_release(&row);
}

/* One claim; false if it is refuted. */
static bool
judge(const struct thresholds *t, const struct str *group,
    const struct policy_threshold *threshold, const struct seen *s,
    double delta, struct results *results, struct buf *why)
{
	const char *verdict = "not_refuted";
	bool refuted = false;

	if (s->autonomous == 0) {
		verdict = "nothing_acts_alone";
	} else if (at_least(s->errors, s->autonomous, t->max_error) <= delta) {
		verdict = "refuted";
		refuted = true;
	} else if (clopper_pearson_upper(s->errors, s->autonomous,
		       t->confidence_level) <= t->max_error) {
		verdict = "proven_anew";
	}
	if (results != NULL)
		write_claim(t, group, threshold, s, verdict, results);
	if (!refuted)
		return true;
	buf_printf(why, "%s%s", why->n > 0 ? "; " : "", t->file);
	if (group != NULL) {
		buf_cstr(why, ": group ");
		buf_json_string(why, *group);
	}
	buf_printf(why,
	    ": refuted: %llu of %llu that act alone are wrong (%.2g %%), "
	    "where at most %.2g %% were promised",
	    (unsigned long long)s->errors, (unsigned long long)s->autonomous,
	    100 * (double)s->errors / (double)s->autonomous,
	    100 * t->max_error);
	return false;
}

/* What each claim sees: [groups of the file], and the default behind them. */
static struct seen *
look(const struct labelled *l, const struct thresholds *t)
{
	size_t claims = t->group.n, ngroup = l->groups.names.n;
	struct seen *seen = calloc(claims + 1, sizeof(*seen));
	size_t *claim = malloc((ngroup + 1) * sizeof(*claim));
	uint64_t grouped = 0;

	if (seen == NULL || claim == NULL)
		memory_exhausted();
	for (size_t g = 0; g < ngroup; g++) {
		uint32_t i = map_find(&t->group, l->groups.names.key[g]);
		claim[g] = i == MAP_NONE ? claims : i;
		seen[claim[g]].n += l->group[g].n;
		grouped += l->group[g].n;
	}
	seen[claims].n += labelled_total(l) - grouped;
	for (size_t i = 0; i < l->n; i++) {
		const struct decision *d = &l->decision[i];
		size_t c = ngroup == 0 || d->group == GROUP_NONE
			       ? claims
			       : claim[d->group];
		const struct policy_threshold *x =
		    c == claims ? &t->fallback : &t->threshold[c];
		if (x->never || d->confidence < x->value)
			continue;
		seen[c].autonomous++;
		seen[c].errors += d->error;
	}
	free(claim);
	return seen;
}

bool
thresholds_verify(const struct labelled *l, const struct thresholds *t,
    struct results *results, struct buf *why)
{
	size_t claims = t->group.n;
	struct seen *seen = look(l, t);
	double delta = (1 - t->confidence_level) / (double)(claims + 1);
	bool stands;

	stands =
	    judge(t, NULL, &t->fallback, &seen[claims], delta, results, why);
	for (size_t i = 0; i < claims; i++)
		stands &= judge(t, &t->group.key[i], &t->threshold[i], &seen[i],
		    delta, results, why);
	free(seen);
	return stands;
}
