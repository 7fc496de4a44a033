/* Rates that are watched from run to run (alarm.h). */
#include <math.h>
#include <stdlib.h>

#include "metrics/alarm_data.h"
#include "metrics/measure.h"
#include "policy/fieldvalue.h"
#include "stats/sequence.h"

struct alarm_group *
alarm_group_of(struct alarm *a, struct str name, bool rest)
{
	struct buf key = { 0 };
	bool added;
	uint32_t i;

	buf_char(&key, rest ? '+' : '=');
	buf_str(&key, rest ? STR("") : name);
	i = map_put(&a->names, buf_view(&key), &added);
	buf_release(&key);
	if (added) {
		VEC_ROOM(a->group, i, a->cap);
		a->group[i] = (struct alarm_group){ .rest = rest };
		a->group[i].name = arena_str(&a->arena, name);
		for (int m = 0; m < METRICS; m++)
			a->group[i].rate[m].since = TIMESTAMP_NONE;
	}
	return &a->group[i];
}

struct alarm_part *
watched_part(struct watched *w, double rate)
{
	size_t i = 0;

	while (i < w->nparts && w->part[i].rate < rate)
		i++;
	if (i < w->nparts && w->part[i].rate == rate)
		return &w->part[i];
	VEC_ROOM(w->part, w->nparts, w->cap);
	memmove(
	    &w->part[i + 1], &w->part[i], (w->nparts++ - i) * sizeof(*w->part));
	w->part[i] = (struct alarm_part){ .rate = rate };
	return &w->part[i];
}

void
alarm_use(struct policy *p)
{
	policy_use_field(p, FIELD_ID);
}

void
alarm_see(const struct record *r, struct evaluator *ev, void *arg)
{
	struct alarm *a = arg;
	struct str id;

	seen_add(
	    &a->now, field_name(ev, a->policy, r, FIELD_ID, &id) ? id : r->raw);
}

/* Whether there is a target, or hitl-route wants to know it. */
static bool
is_watched(const struct alarm *a, enum metric m)
{
	return metric_kinds[m].is_rate &&
	       (a->policy->target[m].given || m == METRIC_ERROR_ESCAPE_RATE ||
		   m == METRIC_AUTO_RESOLVE_RATE);
}

static void
add_escape(struct watched *w, const struct cell *c)
{
	for (size_t i = 0; i < c->nstratum; i++) {
		const struct escape_stratum *s = &c->stratum[i];
		struct alarm_part *p = watched_part(w, s->rate);
		p->all += s->autonomous;
		p->n += s->audited;
		p->k += s->errors;
	}
}

static void
add_cell(struct alarm *a, struct alarm_group *g, const struct cell *c)
{
	g->n += c->n;
	for (enum metric m = 0; m < METRICS; m++) {
		struct watched *w = &g->rate[m];
		struct alarm_part *p;
		uint64_t k, n;
		if (!is_watched(a, m))
			continue;
		w->seen = true;
		if (m == METRIC_ERROR_ESCAPE_RATE) {
			add_escape(w, c);
			continue;
		}
		cell_rate(c, m, &k, &n);
		p = watched_part(w, 1);
		p->all += n;
		p->n += n;
		p->k += k;
	}
}

/* Whether an earlier run had the same records; which one. */
static const struct alarm_run *
same_run(const struct alarm *a, uint64_t records, uint64_t fingerprint)
{
	for (size_t i = 0; i < a->nruns; i++)
		if (a->run[i].records == records &&
		    a->run[i].fingerprint == fingerprint)
			return &a->run[i];
	return NULL;
}

static int
refuse_same(const struct alarm *a, const struct alarm_run *r, struct err *e)
{
	struct buf at = { 0 };

	timestamp_format(&at, r->at);
	err_set(e, STATUS_USAGE,
	    "%s: these %llu records were counted on %.*s; each record counts "
	    "once",
	    a->file, (unsigned long long)r->records, (int)at.n, at.s);
	buf_release(&at);
	return -1;
}

/* Notes the run, if none of its records was in one before. */
static int
note_run(struct alarm *a, uint64_t records, struct err *e)
{
	uint64_t fingerprint = atomic_load(&a->now.sum);
	const struct alarm_run *same = same_run(a, records, fingerprint);
	struct seen_overlap overlap;
	struct seen seen;

	seen_end(&a->now, &seen);
	overlap = seen_compare(&a->seen, &seen);
	if (same != NULL)
		return refuse_same(a, same, e);
	if (overlap.common > 0)
		return err_set(e, STATUS_USAGE,
		    "%s: about %.3g %% of these records were counted before, "
		    "by their ids (-F id=EXPR); each record counts once",
		    a->file,
		    100.0 * (double)overlap.common / (double)overlap.of);
	seen_merge(&a->seen, &seen);
	if (a->nruns == ALARM_RUNS)
		memmove(a->run, a->run + 1, --a->nruns * sizeof(*a->run));
	a->run[a->nruns++] =
	    (struct alarm_run){ records, fingerprint, timestamp_now() };
	return 0;
}

int
alarm_add(struct alarm *a, struct metrics *m, struct err *e)
{
	uint64_t records = metrics_oddities(m).n;
	bool gaps;
	struct metrics_row *row;
	size_t n;

	if (records == 0)
		return 0;
	if (note_run(a, records, e) == -1)
		return -1;
	n = metrics_rows(m, &row, &gaps);
	for (size_t i = 0; i < n; i++)
		add_cell(a, alarm_group_of(a, row[i].group, row[i].rest),
		    row[i].cell);
	free(row);
	return 0;
}

size_t
alarm_restart(struct alarm *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->names.n; i++)
		for (int m = 0; m < METRICS; m++) {
			struct watched *w = &a->group[i].rate[m];
			if (w->since == TIMESTAMP_NONE)
				continue;
			w->since = TIMESTAMP_NONE;
			w->nparts = 0;
			n++;
		}
	return n;
}

static bool
has_target(const struct policy *p, enum metric m)
{
	return metric_kinds[m].is_rate && p->target[m].given;
}

bool
alarm_can_be(const struct policy *p)
{
	bool any = false;

	for (enum metric m = 0; m < METRICS; m++)
		any |= has_target(p, m);
	return any;
}

/* The bounds that targets set: the chance of an alarm is shared by them. */
static double
bounds_of(const struct policy *p)
{
	double n = 0;

	for (enum metric m = 0; m < METRICS; m++)
		if (has_target(p, m))
			n += p->target[m].has_least + p->target[m].has_most;
	return fmax(1, n);
}

/* What was looked at, in shares of all that had a chance of it. */
struct sample {
	struct sequence_part *part;
	size_t nparts;
	uint64_t n, k;
	double value; /* NAN: nothing was looked at */
	double covered; /* share of all */
};

static struct sample
sample_of(const struct watched *w)
{
	struct sample s = { .value = 0 };
	double all = 0, covered = 0, looked = 0;

	s.part = calloc(w->nparts + 1, sizeof(*s.part));
	if (s.part == NULL)
		memory_exhausted();
	for (size_t i = 0; i < w->nparts; i++) {
		all += (double)w->part[i].all;
		covered += w->part[i].rate > 0 ? (double)w->part[i].all : 0;
	}
	for (size_t i = 0; i < w->nparts; i++) {
		const struct alarm_part *p = &w->part[i];
		double share = (double)p->all / covered;
		if (p->rate <= 0 || p->all == 0)
			continue;
		s.part[s.nparts++] =
		    (struct sequence_part){ share, p->k, p->n };
		s.n += p->n;
		s.k += p->k;
		if (p->n == 0)
			continue;
		s.value += share * (double)p->k / (double)p->n;
		looked += share;
	}
	s.value = looked > 0 ? s.value / looked : NAN;
	s.covered = all > 0 ? covered / all : 0;
	return s;
}

/*
 * The evidence that the rate of all is beyond a bound; of what no audit can
 * reach the best is assumed.
 */
static double
evidence_of(const struct sample *s, double bound, bool below)
{
	double hidden = 1 - s->covered;

	bound = below ? (bound - hidden) / s->covered : bound / s->covered;
	if (s->n == 0 || (below ? bound <= 0 : bound >= 1))
		return -INFINITY;
	/* a rate of 0 or 1 is refuted by one case */
	bound = fmin(fmax(bound, 1e-9), 1 - 1e-9);
	return sequence_evidence(s->part, s->nparts, bound, below);
}

/* The rates without enough evidence against them, from the value outwards. */
static struct interval
interval_of(const struct sample *s, double level)
{
	double enough = -log(1 - level), in, out;
	struct interval i = { 0, 1 };

	if (s->n == 0)
		return i;
	for (in = s->value * s->covered, out = 0; in - out > 1e-9;) {
		double p = out + (in - out) / 2;
		if (evidence_of(s, p, false) >= enough)
			out = p;
		else
			in = p;
	}
	i.low = in < 1e-8 ? 0 : in;
	in = s->value * s->covered + 1 - s->covered;
	for (out = 1; out - in > 1e-9;) {
		double p = in + (out - in) / 2;
		if (evidence_of(s, p, true) >= enough)
			out = p;
		else
			in = p;
	}
	i.high = 1 - in < 1e-8 ? 1 : in;
	return i;
}

/* A rate against its target. */
struct verdict {
	struct sample sample;
	struct interval interval;
	double evidence; /* ln, the stronger of the two bounds' */
	double enough; /* from where on it is an alarm */
	bool alarm;
	int ok; /* 1 within the target for sure, 0 alarm, -1 neither */
	double more; /* to look at, about, until it can tell; NAN */
};

/* How many more, at the rate seen, until one thing or the other is known. */
static double
more_of(const struct verdict *v, const struct policy_target *t, double level)
{
	const struct sample *s = &v->sample;
	double least = INFINITY, k = s->value * (double)s->n;

	if (s->n == 0)
		return NAN;
	for (int side = 0; side < 2; side++) {
		double bound = side == 0 ? t->most : t->least;
		bool given = side == 0 ? t->has_most : t->has_least;
		double n;
		if (!given || bound <= 0 || bound >= 1)
			continue;
		n = sequence_length((uint64_t)llround(k), s->n, s->value, bound,
		    s->value < bound, level);
		least = fmin(least, n - (double)s->n);
	}
	return isinf(least) ? NAN : least;
}

static struct verdict
judge(const struct alarm *a, const struct watched *w, enum metric m)
{
	const struct policy_target *t = &a->policy->target[m];
	/* each bound has its share of what may go wrong */
	double level = 1 - (1 - a->level) / bounds_of(a->policy);
	struct verdict v = { .sample = sample_of(w),
		.evidence = -INFINITY,
		.enough = -log(1 - level),
		.ok = -1,
		.more = NAN };

	v.interval = interval_of(&v.sample, level);
	if (!t->given)
		return v;
	if (t->has_most)
		v.evidence = evidence_of(&v.sample, t->most, false);
	if (t->has_least)
		v.evidence =
		    fmax(v.evidence, evidence_of(&v.sample, t->least, true));
	v.alarm = v.evidence >= v.enough;
	if (v.alarm)
		v.ok = 0;
	else if (v.sample.n > 0 &&
		 (!t->has_most || v.interval.high <= t->most) &&
		 (!t->has_least || v.interval.low >= t->least))
		v.ok = 1;
	else
		v.more = more_of(&v, t, level);
	return v;
}

static void
write_watched(struct buf *out, const struct alarm *a, const struct watched *w,
    enum metric m, const struct verdict *v)
{
	const struct policy_target *t = &a->policy->target[m];

	buf_printf(out, ",\"%s\":{\"value\":", metric_words[m]);
	buf_json_double(out, v->sample.value);
	buf_json_member(out, "low", v->sample.n == 0 ? NAN : v->interval.low);
	buf_json_member(out, "high", v->sample.n == 0 ? NAN : v->interval.high);
	buf_json_count(out, "n", v->sample.n);
	buf_cstr(out, ",\"target\":");
	buf_str(out, t->given ? t->text : STR("null"));
	buf_printf(out, ",\"ok\":%s",
	    v->ok == 1   ? "true"
	    : v->ok == 0 ? "false"
			 : "null");
	buf_json_member(out, "evidence", exp(fmin(v->evidence, 700)));
	buf_json_member(out, "enough", exp(v->enough));
	buf_json_member(out, "more", v->more);
	buf_printf(out, ",\"alarm\":%s,\"since\":",
	    w->since == TIMESTAMP_NONE ? "false" : "true");
	if (w->since == TIMESTAMP_NONE) {
		buf_cstr(out, "null}");
		return;
	}
	buf_char(out, '"');
	timestamp_format(out, w->since);
	buf_cstr(out, "\"}");
}

static void
tell(const struct alarm *a, const struct alarm_group *g, enum metric m,
    const struct verdict *v, void (*miss)(void *arg, const char *line),
    void *arg)
{
	const struct policy_target *t = &a->policy->target[m];
	struct buf line = { 0 };

	if (a->by.n > 0) {
		buf_str(&line, g->name);
		buf_cstr(&line, ": ");
	}
	buf_printf(&line,
	    "%s is %.4g (at all times within %.4g to %.4g, n "
	    "%llu), %s its target %.*s, since ",
	    metric_words[m], v->sample.value, v->interval.low, v->interval.high,
	    (unsigned long long)v->sample.n,
	    t->has_most && v->sample.value > t->most ? "above" : "below",
	    (int)t->text.n, t->text.s);
	timestamp_format(&line, g->rate[m].since);
	buf_char(&line, '\0');
	miss(arg, line.s);
	buf_release(&line);
}

void
alarm_decide(struct alarm *a)
{
	int64_t now = timestamp_now();

	for (size_t i = 0; i < a->names.n; i++)
		for (enum metric m = 0; m < METRICS; m++) {
			struct watched *w = &a->group[i].rate[m];
			struct verdict v;
			if (!w->seen || w->since != TIMESTAMP_NONE)
				continue;
			v = judge(a, w, m);
			if (v.alarm)
				w->since = now;
			free(v.sample.part);
		}
}

size_t
alarm_rows(struct alarm *a, void (*row)(void *arg, struct str object),
    void (*miss)(void *arg, const char *line), void *arg)
{
	struct buf out = { 0 };
	size_t alarms = 0;

	for (size_t i = 0; i < a->names.n; i++) {
		struct alarm_group *g = &a->group[i];
		buf_clear(&out);
		buf_char(&out, '{');
		if (a->by.n > 0) {
			buf_cstr(&out, "\"group\":");
			grouping_write_name(g->name, a->by.n, g->rest, &out);
			buf_cstr(&out, g->rest ? ",\"rest\":true," : ",");
		}
		buf_printf(&out, "\"n\":%llu", (unsigned long long)g->n);
		for (enum metric m = 0; m < METRICS; m++) {
			struct verdict v;
			if (!is_watched(a, m))
				continue;
			v = judge(a, &g->rate[m], m);
			write_watched(&out, a, &g->rate[m], m, &v);
			if (g->rate[m].since != TIMESTAMP_NONE) {
				tell(a, g, m, &v, miss, arg);
				alarms++;
			}
			free(v.sample.part);
		}
		buf_char(&out, '}');
		row(arg, buf_view(&out));
	}
	buf_release(&out);
	return alarms;
}
