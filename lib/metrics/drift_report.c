/* A log against an earlier one (drift_report.h). */
#include <math.h>
#include <stdlib.h>

#include "metrics/drift_report.h"
#include "metrics/grouping.h"
#include "metrics/measure.h"
#include "stats/drift.h"

/* Below it a shift is none (Siddiqi, "Credit Risk Scorecards", 2006). */
static const double psi_shifted = 0.1;

enum { BASELINE, NOW };

/* The decisions of a group in one of the two logs. */
struct side {
	struct cell cell;
	double *confidence; /* [n] */
	size_t n, cap;
};

struct drift_group {
	struct str name;
	bool rest;
	struct side side[2];
	double mix, within; /* what it gave to the change of the total */
};

struct drift_report {
	struct drift_options options;
	struct observer observer;
	struct vocabulary vocabulary;
	struct map names; /* -> group[] */
	struct drift_group *group;
	size_t cap;
	struct drift_group rest, all;
	int which; /* BASELINE, NOW */
	struct buf key;
	struct drift_oddities odd;
};

struct drift_report *
drift_new(struct policy *p, const struct drift_options *o, struct err *e)
{
	struct drift_report *d = calloc(1, sizeof(*d));

	if (d == NULL)
		memory_exhausted();
	d->options = *o;
	d->rest = (struct drift_group){ .name = STR("other"), .rest = true };
	vocabulary_init(&d->vocabulary);
	if (observer_init(&d->observer, p, o->percent, &d->vocabulary, e) ==
	    -1) {
		drift_free(d);
		return NULL;
	}
	for (size_t i = 0; i < o->nby; i++)
		expr_set_use(p->exprs, (uint32_t)o->by[i]);
	return d;
}

static void
group_release(struct drift_group *g)
{
	for (int i = 0; i < 2; i++) {
		cell_release(&g->side[i].cell);
		free(g->side[i].confidence);
	}
}

void
drift_free(struct drift_report *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->names.n; i++)
		group_release(&d->group[i]);
	group_release(&d->rest);
	group_release(&d->all);
	free(d->group);
	map_release(&d->names);
	observer_release(&d->observer);
	vocabulary_release(&d->vocabulary);
	buf_release(&d->key);
	free(d);
}

void
drift_start(struct drift_report *d, struct evaluator *ev)
{
	d->observer.ev = ev;
}

void
drift_now(struct drift_report *d)
{
	d->which = NOW;
}

struct drift_oddities
drift_oddities(const struct drift_report *d)
{
	return d->odd;
}

static struct drift_group *
group_of(struct drift_report *d, const struct record *r)
{
	struct str name = grouping_name(
	    d->observer.ev, d->options.by, d->options.nby, r, &d->key);
	uint32_t i = map_find(&d->names, name);

	if (i == MAP_NONE && d->names.n >= d->options.max_groups) {
		d->odd.rest++;
		return &d->rest;
	}
	if (i == MAP_NONE) {
		i = map_put(&d->names, name, NULL);
		VEC_ROOM(d->group, i, d->cap);
		d->group[i] = (struct drift_group){ .name = d->names.key[i] };
	}
	return &d->group[i];
}

static void
count(struct side *s, const struct observation *o)
{
	cell_add(&s->cell, o);
	if (isnan(o->confidence))
		return;
	VEC_ROOM(s->confidence, s->n, s->cap);
	s->confidence[s->n++] = o->confidence;
}

int
drift_add(struct record *r, void *arg, struct err *e)
{
	struct drift_report *d = arg;
	struct observation o;

	(void)e;
	observe(&d->observer, r, &o);
	*(d->which == NOW ? &d->odd.now : &d->odd.baseline) += 1;
	d->odd.unrouted += o.action == -1;
	count(&d->all.side[d->which], &o);
	if (d->options.nby > 0)
		count(&group_of(d, r)->side[d->which], &o);
	return 0;
}

/* Escalated of routed. */
struct share {
	double k, n;
};

static struct share
escalated(const struct side *s)
{
	uint64_t k, n;

	cell_rate(&s->cell, METRIC_ESCALATION_RATE, &k, &n);
	return (struct share){ (double)k, (double)n };
}

/*
 * What each group gave to the change of the total: by being more or less of
 * the traffic, and by its own rate (Kitagawa, JASA 50, 1955).  They sum up to
 * the change.
 */
static void
decompose(struct drift_report *d, struct drift_group *g)
{
	struct share a = escalated(&g->side[BASELINE]);
	struct share b = escalated(&g->side[NOW]);
	double all_a = escalated(&d->all.side[BASELINE]).n;
	double all_b = escalated(&d->all.side[NOW]).n;
	double from, to, part_a, part_b;

	if (all_a == 0 || all_b == 0) {
		g->mix = g->within = d->all.mix = d->all.within = NAN;
		return; /* nothing was routed in one of the logs */
	}
	if (a.n == 0 && b.n == 0)
		return;
	from = a.n > 0 ? a.k / a.n : b.k / b.n;
	to = b.n > 0 ? b.k / b.n : from;
	part_a = a.n / all_a;
	part_b = b.n / all_b;
	g->mix = (part_b - part_a) * (from + to) / 2;
	g->within = (to - from) * (part_a + part_b) / 2;
	d->all.mix += g->mix;
	d->all.within += g->within;
}

static void
write_change(struct buf *out, const char *comma, enum metric m,
    const struct metric_value *a, const struct metric_value *b)
{
	struct metric_change c = metric_change(a, b);

	buf_printf(out, "%s\"%s\":{\"baseline\":", comma, metric_words[m]);
	buf_json_double(out, a->value);
	buf_json_member(out, "value", b->value);
	buf_json_member(out, "change", c.change);
	buf_json_member(out, "low", c.low);
	buf_json_member(out, "high", c.high);
	buf_printf(out, ",\"significant\":%s}",
	    !isfinite(c.low) || !isfinite(c.high) ? "null"
	    : c.moved != 0                        ? "true"
						  : "false");
}

static void
write_changes(
    struct buf *out, const struct drift_report *d, const struct drift_group *g)
{
	const char *comma = "";

	buf_cstr(out, ",\"changes\":{");
	for (enum metric m = 0; m < METRICS; m++) {
		struct metric_value a =
		    cell_metric(&g->side[BASELINE].cell, m, d->options.level);
		struct metric_value b =
		    cell_metric(&g->side[NOW].cell, m, d->options.level);
		if (isnan(a.value) || isnan(b.value))
			continue;
		write_change(out, comma, m, &a, &b);
		comma = ",";
	}
	buf_char(out, '}');
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Whether it has drifted: surely, and by enough to matter. */
static bool
write_group(struct buf *out, const struct drift_report *d,
    const struct drift_group *g, const struct str *name, size_t tests)
{
	const struct side *a = &g->side[BASELINE], *b = &g->side[NOW];
	struct drift x =
	    drift_compare(a->confidence, a->n, b->confidence, b->n);
	bool drifted = x.ks_p < (1 - d->options.level) / (double)tests &&
		       x.psi >= psi_shifted;

	buf_clear(out);
	buf_cstr(out, "{\"group\":");
	if (name == NULL)
		buf_cstr(out, "null");
	else
		grouping_write_name(*name, d->options.nby, g->rest, out);
	if (g->rest)
		buf_cstr(out, ",\"rest\":true");
	buf_json_count(out, "baseline_n", a->cell.n);
	buf_json_count(out, "n", b->cell.n);
	buf_json_member(out, "psi", x.psi);
	buf_json_member(out, "jensen_shannon", x.js);
	buf_json_member(out, "ks", x.ks);
	buf_json_member(out, "ks_p", x.ks_p);
	buf_printf(out, ",\"drifted\":%s",
	    isnan(x.psi) ? "null"
	    : drifted    ? "true"
			 : "false");
	if (d->options.nby > 0) {
		buf_json_member(out, "mix", g->mix);
		buf_json_member(out, "within", g->within);
	}
	write_changes(out, d, g);
	buf_char(out, '}');
	return drifted;
}

static int
by_contribution(const void *pa, const void *pb)
{
	const struct drift_group *a = *(struct drift_group *const *)pa;
	const struct drift_group *b = *(struct drift_group *const *)pb;
	double x = fabs(a->mix + a->within), y = fabs(b->mix + b->within);

	if (x > y || x < y) /* neither if they are unknown */
		return x > y ? -1 : 1;
	return a->rest != b->rest ? (a->rest ? 1 : -1)
				  : str_cmp(a->name, b->name);
}

static void
sort_confidences(struct drift_group *g)
{
	for (int i = 0; i < 2; i++)
		if (g->side[i].n > 0)
			qsort(g->side[i].confidence, g->side[i].n,
			    sizeof(double), by_value);
}

size_t
drift_rows(struct drift_report *d, void (*row)(void *arg, struct str object),
    void *arg)
{
	struct drift_group **order = calloc(d->names.n + 2, sizeof(*order));
	struct buf out = { 0 };
	size_t n = 0, drifted;

	if (order == NULL)
		memory_exhausted();
	observer_decide(&d->observer);
	for (size_t i = 0; i < d->names.n; i++)
		order[n++] = &d->group[i];
	if (d->rest.side[BASELINE].cell.n + d->rest.side[NOW].cell.n > 0)
		order[n++] = &d->rest;
	sort_confidences(&d->all);
	for (size_t i = 0; i < n; i++) {
		sort_confidences(order[i]);
		decompose(d, order[i]);
	}
	if (n > 0)
		qsort(order, n, sizeof(*order), by_contribution);
	drifted = write_group(&out, d, &d->all, NULL, n + 1);
	row(arg, buf_view(&out));
	for (size_t i = 0; i < n; i++) {
		drifted +=
		    write_group(&out, d, order[i], &order[i]->name, n + 1);
		row(arg, buf_view(&out));
	}
	buf_release(&out);
	free(order);
	return drifted;
}
