/* The curve and the measures (report.h). */
#include <math.h>

#include "calibrate/report.h"
#include "stats/curve.h"
#include "stats/interval.h"
#include "stats/measures.h"

static void
add_points(const struct labelled *l, const struct curve_point *p, size_t n,
    double level, struct results *results)
{
	uint64_t total = labelled_total(l);
	struct buf row = { 0 };

	for (size_t i = 0; i < n; i++) {
		double m = (double)p[i].autonomous, all = (double)total;
		struct interval w = wilson(p[i].errors, p[i].autonomous, level);
		bool none = p[i].autonomous == 0;
		buf_clear(&row);
		buf_cstr(&row, "{\"threshold\":");
		buf_json_double(&row, p[i].threshold);
		buf_printf(&row,
		    ",\"n\":%llu,\"autonomous\":%llu,"
		    "\"errors\":%llu",
		    (unsigned long long)total,
		    (unsigned long long)p[i].autonomous,
		    (unsigned long long)p[i].errors);
		buf_json_member(
		    &row, "error_rate", none ? NAN : (double)p[i].errors / m);
		buf_json_member(&row, "error_low", none ? NAN : w.low);
		buf_json_member(&row, "error_high", none ? NAN : w.high);
		buf_json_member(&row, "escalation_rate", 1 - m / all);
		buf_json_member(&row, "automation_rate", m / all);
		buf_char(&row, '}');
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
report_measures(const struct labelled *l, double level, struct results *results)
{
	struct measured m[MEASURES];
	struct buf row = { 0 };

	measures(l->decision, l->n, level, m);
	buf_printf(&row, "{\"n\":%zu", l->n);
	for (int i = 0; i < MEASURES; i++) {
		buf_printf(&row, ",\"%s\":{\"value\":", measure_words[i]);
		buf_json_double(&row, m[i].value);
		buf_json_member(&row, "low", m[i].low);
		buf_json_member(&row, "high", m[i].high);
		buf_printf(&row, ",\"n\":%zu}", l->n);
	}
	buf_printf(&row, ",\"without_confidence\":{\"n\":%llu",
	    (unsigned long long)l->without);
	buf_json_member(&row, "error_rate",
	    l->without == 0 ? NAN
			    : (double)l->without_errors / (double)l->without);
	buf_printf(
	    &row, "},\"unlabelled\":%llu}", (unsigned long long)l->unlabelled);
	results_add(results, buf_view(&row));
	buf_release(&row);
}
