/* hitl-calibrate plan: how many labels, before there are any. */
#include <math.h>

#include "calibrate/calibrate.h"
#include "stats/interval.h"
#include "stats/plan.h"
#include "stats/proof.h"

enum {
	OPTION_DAYS = OPTION_OWN,
	OPTION_ERROR_RATE,
	OPTION_LABELS,
	OPTION_LEVEL,
	OPTION_MAX_ERROR,
	OPTION_POWER,
	OPTION_WIDTH,
};

struct own {
	double max_error, width, labels; /* what is asked; 0: not */
	double level, power, days;
	double error_rate; /* expected; NAN: not given */
};

static const struct option_row rows[] = {
	{ OPTION_MAX_ERROR, "max-error", "A",
	    "labels to prove an error rate of at most A" },
	{ OPTION_WIDTH, "width", "W", "labels for an interval so wide" },
	{ OPTION_LABELS, "labels", "N", "what N labels are good for" },
	{ OPTION_ERROR_RATE, "error-rate", "E",
	    "the true one, as expected (half of A; else 0.05)" },
	{ OPTION_POWER, "power", "P",
	    "the chance that the proof succeeds (0.8)" },
	{ OPTION_DAYS, "days", "D", "the labels are to come in so many days" },
	{ OPTION_LEVEL, "confidence-level", "L",
	    "of the proof and the interval (0.95)" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;
	size_t n;

	switch (id) {
	case OPTION_MAX_ERROR:
		return number_option(
		    "--max-error", argument, 0.0001, 0.9999, &o->max_error, e);
	case OPTION_WIDTH:
		return number_option(
		    "--width", argument, 1e-5, 0.9999, &o->width, e);
	case OPTION_LABELS:
		if (count_option("--labels", argument, 1, 1e12, &n, e) == -1)
			return -1;
		o->labels = (double)n;
		return 0;
	case OPTION_ERROR_RATE:
		return number_option(
		    "--error-rate", argument, 0, 1, &o->error_rate, e);
	case OPTION_POWER:
		return number_option(
		    "--power", argument, 0.01, 0.9999, &o->power, e);
	case OPTION_DAYS:
		return number_option("--days", argument, 1, 1e5, &o->days, e);
	default: return level_option(argument, &o->level, e);
	}
}

static const struct option_rule rules[] = {
	{ OPTION_POWER, .with = { OPTION_MAX_ERROR } },
	{ OPTION_DAYS, .with = { OPTION_MAX_ERROR, OPTION_WIDTH } },
	{ 0 },
};

static const struct command command = {
	.usage = "plan --max-error A | --width W | --labels N [OPTION...]",
	.about = "How many labels of decisions that act alone are needed.",
	.own = rows,
	.nown = LENGTH(rows),
	.reads = READS_NOTHING,
	.results = true,
	.rule = rules,
	.take = take,
};

static int
check(const struct own *o, const struct options *options, struct err *e)
{
	int asked = (o->max_error > 0) + (o->width > 0) + (o->labels > 0);

	if (asked != 1)
		return err_set(e, STATUS_USAGE,
		    "plan: %s: --max-error A, --width W or --labels N",
		    asked == 0 ? "what is asked is missing"
			       : "one question at a time");
	if (*options->file != NULL)
		return err_set(e, STATUS_USAGE,
		    "plan: %s: no records are read for a plan", *options->file);
	if (o->max_error > 0 && o->error_rate >= o->max_error)
		return err_set(e, STATUS_USAGE,
		    "--error-rate: no number of labels proves an error rate "
		    "of at most %g where it is %g",
		    o->max_error, o->error_rate);
	return 0;
}

static void
per_day(const struct own *o, uint64_t labels, struct buf *row)
{
	if (o->days > 0)
		buf_json_member(row, "labels_per_day",
		    labels == 0 ? NAN : ceil((double)labels / o->days));
}

static void
plan_proof(const struct own *o, struct buf *row)
{
	double delta = round((1 - o->level) * 1e12) / 1e12;
	double error = isnan(o->error_rate) ? o->max_error / 2 : o->error_rate;
	uint64_t allowed = 0;
	uint64_t n =
	    labels_for_proof(o->max_error, delta, error, o->power, &allowed);

	buf_cstr(row, "{\"max_error\":");
	buf_json_double(row, o->max_error);
	buf_json_member(row, "confidence_level", o->level);
	buf_json_member(row, "error_rate", error);
	buf_json_member(row, "power", o->power);
	buf_json_member(row, "labels", n == 0 ? NAN : (double)n);
	buf_json_member(row, "errors_allowed", n == 0 ? NAN : (double)allowed);
	buf_json_count(
	    row, "labels_without_error", proof_minimum(o->max_error, delta));
	per_day(o, n, row);
	buf_char(row, '}');
}

static void
plan_width(const struct own *o, struct buf *row)
{
	double error = isnan(o->error_rate) ? 0.05 : o->error_rate;
	uint64_t n = labels_for_width(o->width, error, o->level);

	buf_cstr(row, "{\"width\":");
	buf_json_double(row, o->width);
	buf_json_member(row, "confidence_level", o->level);
	buf_json_member(row, "error_rate", error);
	buf_json_count(row, "labels", n);
	per_day(o, n, row);
	buf_char(row, '}');
}

static void
plan_labels(const struct own *o, struct buf *row)
{
	double error = isnan(o->error_rate) ? 0.05 : o->error_rate;
	uint64_t n = (uint64_t)o->labels;
	uint64_t k = (uint64_t)llrint(error * (double)n);
	struct interval w = wilson(k, n, o->level);

	buf_printf(row, "{\"labels\":%llu", (unsigned long long)n);
	buf_json_member(row, "confidence_level", o->level);
	buf_json_member(row, "error_rate", error);
	buf_json_count(row, "errors", k);
	buf_json_member(row, "error_low", w.low);
	buf_json_member(row, "error_high", w.high);
	buf_json_member(row, "width", w.high - w.low);
	buf_json_member(
	    row, "provable_error", clopper_pearson_upper(k, n, o->level));
	buf_json_member(row, "provable_error_without_error",
	    clopper_pearson_upper(0, n, o->level));
	buf_char(row, '}');
}

int
run_plan(int argc, char *argv[])
{
	struct own o = {
		.level = CALIBRATE_LEVEL, .power = 0.8, .error_rate = NAN
	};
	struct buf row = { 0 };
	struct run r;
	struct err e;

	if (run_begin(&r, &command, &o, argc, argv) == -1)
		return (int)r.status;
	if (check(&o, &r.options, &e) == -1)
		return (int)diag_err(&e);
	if (run_open_output(&r) == -1)
		return (int)r.status;
	struct results results = { .arena = &r.perm };
	if (o.max_error > 0)
		plan_proof(&o, &row);
	else if (o.width > 0)
		plan_width(&o, &row);
	else
		plan_labels(&o, &row);
	results_add(&results, buf_view(&row));
	run_print(&r, &results);
	buf_release(&row);
	return run_end(&r);
}
