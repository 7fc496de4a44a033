/* The curve and the measures (report.h). */
#include <math.h>
#include <stdlib.h>

#include "calibrate/report.h"
#include "stats/curve.h"
#include "stats/interval.h"
#include "stats/measures.h"

/* A share of decisions, to nine decimals: k / n is known to no more. */
static void
add_rate(struct buf *row, const char *key, double x)
{
	buf_json_member(row, key, round(x * 1e9) / 1e9);
}

static void
write_point(
    const struct curve_point *p, uint64_t total, double level, struct buf *row)
{
	double m = (double)p->autonomous, all = (double)total;
	struct interval w = wilson(p->errors, p->autonomous, level);
	bool none = p->autonomous == 0;

	buf_cstr(row, "{\"threshold\":");
	buf_json_double(row, p->threshold);
	buf_json_count(row, "n", total);
	buf_json_count(row, "autonomous", p->autonomous);
	buf_json_count(row, "errors", p->errors);
	add_rate(row, "error_rate", none ? NAN : (double)p->errors / m);
	add_rate(row, "error_low", none ? NAN : w.low);
	add_rate(row, "error_high", none ? NAN : w.high);
	add_rate(row, "escalation_rate", (all - m) / all);
	add_rate(row, "automation_rate", m / all);
	buf_char(row, '}');
}

static void
add_points(const struct labelled *l, const struct curve_point *p, size_t n,
    double level, struct results *results)
{
	struct buf row = { 0 };

	for (size_t i = 0; i < n; i++) {
		buf_clear(&row);
		write_point(&p[i], labelled_total(l), level, &row);
		results_add(results, buf_view(&row));
	}
	buf_release(&row);
}

void
report_curve(const struct labelled *l, const double *t, size_t m, double level,
    struct results *results)
{
	struct curve_point *p =
	    arena_new(results->arena, struct curve_point, m);

	curve_at(l->decision, l->n, t, m, p);
	add_points(l, p, m, level, results);
}

void
report_curve_all(
    const struct labelled *l, double level, struct results *results)
{
	struct curve_point p = { 0 };

	while (curve_next(l->decision, l->n, &p))
		add_points(l, &p, 1, level, results);
}

void
report_curve_lines(const struct labelled *l, double level, struct output *out)
{
	struct curve_point p = { 0 };

	while (curve_next(l->decision, l->n, &p)) {
		write_point(&p, labelled_total(l), level, &out->buf);
		if (output_line(out) == -1)
			return; /* told when it is closed */
	}
}

static void
add_measures(const struct decision *d, size_t n, double level, struct buf *row)
{
	struct measured m[MEASURES];

	measures(d, n, level, m);
	measures_intervals(d, n, level, m);
	for (int i = 0; i < MEASURES; i++) {
		buf_printf(row, ",\"%s\":{\"value\":", measure_words[i]);
		buf_json_double(row, m[i].value);
		buf_json_member(row, "low", m[i].low);
		buf_json_member(row, "high", m[i].high);
		buf_printf(row, ",\"n\":%zu}", n);
	}
}

/* The records that have a label, but no confidence. */
static void
write_without(uint64_t n, uint64_t errors, struct buf *row)
{
	buf_printf(
	    row, ",\"without_confidence\":{\"n\":%llu", (unsigned long long)n);
	buf_json_member(
	    row, "error_rate", n == 0 ? NAN : (double)errors / (double)n);
	buf_char(row, '}');
}

static uint64_t
errors_of(const struct decision *d, size_t n)
{
	uint64_t errors = 0;

	for (size_t i = 0; i < n; i++)
		errors += d[i].error;
	return errors;
}

void
report_measures(const struct labelled *l, const char *confidence, double level,
    struct results *results)
{
	struct buf row = { 0 };

	buf_char(&row, '{');
	if (confidence != NULL) {
		buf_cstr(&row, "\"confidence\":");
		buf_json_string(&row, str_of(confidence));
		buf_char(&row, ',');
	}
	buf_printf(&row, "\"n\":%zu", l->n);
	add_measures(l->decision, l->n, level, &row);
	write_without(l->without, l->without_errors, &row);
	buf_printf(
	    &row, ",\"unlabelled\":%llu}", (unsigned long long)l->unlabelled);
	results_add(results, buf_view(&row));
	buf_release(&row);
}

void
report_groups(const struct labelled *l, double level, struct results *results)
{
	struct partition p = labelled_partition(l);
	struct buf row = { 0 };

	for (size_t g = 0; g < l->groups.names.n; g++) {
		size_t n = p.start[g + 1] - p.start[g];
		buf_clear(&row);
		buf_cstr(&row, "{\"group\":");
		buf_json_string(&row, l->groups.names.key[g]);
		buf_printf(&row, ",\"n\":%zu", n);
		if (n > 0)
			add_measures(p.d + p.start[g], n, level, &row);
		write_without(l->group[g].n - n,
		    l->group[g].errors - errors_of(p.d + p.start[g], n), &row);
		buf_char(&row, '}');
		results_add(results, buf_view(&row));
	}
	buf_release(&row);
	free(p.d);
	free(p.start);
}
