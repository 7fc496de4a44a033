/* Patterns as rows, and all of them in one object (patterns.h). */
#include <math.h>

#include "feedback/patterns_data.h"
#include "stats/rate_ratio.h"

static void
write_known(struct buf *out, const char *key, bool known, uint64_t n)
{
	if (known)
		buf_json_count(out, key, n);
	else
		buf_printf(out, ",\"%s\":null", key);
}

/* How much more of it there is, of what was looked at, than before. */
static void
write_growth(const struct patterns *x, const struct pattern *p, struct buf *out)
{
	bool known = x->recent > 0 && x->previous > 0;
	struct interval i = { NAN, NAN };
	double growth = NAN;

	if (known && p->recent + p->previous > 0) {
		i = rate_ratio(p->recent, x->recent, p->previous, x->previous,
		    x->options.level);
		if (p->previous > 0)
			growth = (double)p->recent / (double)x->recent /
				 ((double)p->previous / (double)x->previous);
	}
	write_known(out, "recent", x->until != TIMESTAMP_NONE, p->recent);
	write_known(out, "previous", x->until != TIMESTAMP_NONE, p->previous);
	buf_json_member(out, "growth", growth);
	buf_json_member(out, "growth_low", i.low);
	buf_json_member(out, "growth_high", i.high);
}

static enum remedy
commonest(const struct pattern *p)
{
	enum remedy best = REMEDY_RETRIEVAL;

	for (int r = 0; r < REMEDIES; r++)
		if (p->remedy[r] > p->remedy[best])
			best = (enum remedy)r;
	return best;
}

void
patterns_write(const struct patterns *x, size_t i, struct buf *out)
{
	const struct pattern *p = x->found[i];

	buf_printf(
	    out, "{\"kind\":\"%s\",\"pattern\":", pattern_kind_words[p->kind]);
	buf_json_string(out, p->name);
	buf_json_count(out, "count", p->count);
	buf_json_member(
	    out, "share", (double)p->count / (double)x->totals.corrections);
	write_growth(x, p, out);
	buf_printf(out, ",\"suggestion\":\"%s\"", remedy_words[commonest(p)]);
	buf_cstr(out, ",\"evidence\":{");
	for (int r = 0; r < REMEDIES; r++)
		buf_printf(out, "%s\"%s\":%llu", r == 0 ? "" : ",",
		    remedy_words[r], (unsigned long long)p->remedy[r]);
	buf_char(out, '}');
	timestamp_member(out, "first", p->first);
	timestamp_member(out, "last", p->last);
	buf_cstr(out, ",\"examples\":[");
	for (size_t k = 0; k < p->nexample; k++) {
		if (k > 0)
			buf_char(out, ',');
		buf_str(out, p->example[k]);
	}
	buf_cstr(out, "]}");
}

/* A share with its interval, as plain numbers: a table shows all of them. */
static void
write_rate(
    struct buf *out, const char *key, uint64_t k, uint64_t n, double level)
{
	struct interval i = { NAN, NAN };

	if (n > 0)
		i = wilson(k, n, level);
	buf_json_member(out, key, n == 0 ? NAN : (double)k / (double)n);
	buf_printf(out, ",\"%s_low\":", key);
	buf_json_double(out, i.low);
	buf_printf(out, ",\"%s_high\":", key);
	buf_json_double(out, i.high);
}

static void
write_patterns(const struct patterns *x, struct buf *out)
{
	uint64_t all = 0, found[PATTERN_KINDS] = { 0 };

	for (int k = 0; k < PATTERN_KINDS; k++)
		all += x->group[k].n;
	for (size_t i = 0; i < x->totals.patterns; i++)
		found[x->found[i]->kind]++;
	buf_json_count(out, "unique_patterns", all);
	buf_json_count(out, "patterns", x->totals.patterns);
	for (int k = 0; k < PATTERN_KINDS; k++)
		buf_printf(out, "%s\"%s\":{\"unique\":%llu,\"patterns\":%llu}",
		    k == 0 ? ",\"by_kind\":{" : ",", pattern_kind_words[k],
		    (unsigned long long)x->group[k].n,
		    (unsigned long long)found[k]);
	buf_char(out, '}');
}

void
patterns_write_stats(const struct patterns *x, struct buf *out)
{
	const struct patterns_totals *t = &x->totals;
	uint64_t verdicts = t->reviewed - x->no_verdict;
	double level = x->options.level;

	buf_printf(out, "{\"decisions\":%llu", (unsigned long long)t->records);
	buf_json_count(out, "reviewed", t->reviewed);
	buf_json_member(out, "reviews", x->reviews);
	for (int o = 0; o < OUTCOMES; o++)
		buf_json_count(
		    out, outcome_word((enum outcome)o), x->outcome[o]);
	buf_json_count(out, "no_verdict", x->no_verdict);
	buf_json_count(out, "corrections", t->corrections);
	write_rate(out, "correction_rate", t->corrections, verdicts, level);
	buf_json_count(out, "with_text", x->texts);
	buf_json_member(out, "edit_distance_mean",
	    x->distances == 0 ? NAN : x->distance / (double)x->distances);
	write_rate(out, "utilisation", x->used, x->used + x->unused, level);
	buf_cstr(out, ",\"scopes\":{");
	for (int s = 0; s < SCOPES; s++)
		buf_printf(out, "\"%s\":%llu,", scope_words[s],
		    (unsigned long long)x->scope[s]);
	buf_printf(out, "\"unsaid\":%llu}", (unsigned long long)x->unscoped);
	write_patterns(x, out);
	buf_char(out, '}');
}
