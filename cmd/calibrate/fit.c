/* hitl-calibrate fit: a model that turns scores into probabilities. */
#include "calibrate/fit.h"
#include "calibrate/calibrate.h"

enum { OPTION_METHOD = OPTION_OWN, OPTION_PART, OPTION_SIGNALS };

struct own {
	int method; /* enum calibration, or FIT_AUTO */
	const char *method_given;
	const char *signals;
	struct collection collection;
};

static const struct option_row rows[] = {
	{ OPTION_METHOD, "method", "METHOD",
	    "platt, temperature, beta, isotonic, histogram, venn-abers, or "
	    "auto: the best by cross-validated log loss (auto)" },
	{ OPTION_SIGNALS, "signals", "EXPR,...",
	    "combine these scores instead, missing ones too" },
	{ OPTION_PART, "part", "K/N", "only records of this part, by id" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	switch (id) {
	case OPTION_SIGNALS: o->signals = argument; return 0;
	case OPTION_PART: return part_parse(argument, &o->collection.part, e);
	default: break;
	}
	o->method_given = argument;
	o->method = word_index(calibration_words, str_of(argument));
	if (strcmp(argument, "auto") == 0)
		o->method = FIT_AUTO;
	if (o->method == -1 && strcmp(argument, "logistic") != 0)
		return err_set(e, STATUS_USAGE,
		    "--method: %s is unknown; platt, temperature, beta, "
		    "isotonic, histogram, venn-abers, auto or logistic is "
		    "expected",
		    argument);
	return 0;
}

static const struct command command = {
	.usage = "fit [--method METHOD | --signals EXPR,...] [OPTION...] "
		 "[FILE...]",
	.about = "Fits a model that makes probabilities out of scores.",
	.own = rows,
	.nown = LENGTH(rows),
	.confidences = true,
	.threads = true,
	.take = take,
};

static struct fit_fields
fields_of(const struct run *r)
{
	const struct policy *p = r->policy;

	return (struct fit_fields){ p->confidence_text,
		expr_text(p->exprs, (uint32_t)p->field[FIELD_CORRECT]),
		r->options.percent };
}

/* The model is out, or why there is none: then an earlier one stays. */
static void
told(struct run *r, int fitted, const struct err *e)
{
	if (fitted == -1) {
		r->status = status_worse(r->status, diag_err(e));
		r->discard = true;
	} else {
		output_line(&r->out);
	}
}

static int
fit_combination(struct run *r, const struct own *o)
{
	struct signals signals = { .percent = r->options.percent };
	struct signal_log log = { 0 };
	struct signal_source source = { .policy = r->policy,
		.signals = &signals,
		.part = o->collection.part,
		.into = &log };
	struct fit_fields fields;
	struct err e;

	if (signals_parse(&signals, o->signals, r->policy, &e) == -1)
		return run_fail(r, &e);
	log.rows.k = signals.k;
	policy_use_field(r->policy, FIELD_CORRECT);
	part_use(r->policy);
	if (run_open(r) == -1)
		return -1;
	source.ev = evaluator_new(r->policy->exprs);
	run_collect(r, &(struct stream_job){ .record = signal_source_add,
			   .state = &source,
			   .fork = signal_source_fork,
			   .join = signal_source_join });
	evaluator_free(source.ev);
	signal_log_finish(&log);
	if (log.unlabelled > 0)
		diag("%llu records have no label (field correct) and are left "
		     "out",
		    (unsigned long long)log.unlabelled);
	if (log.without > 0)
		diag("%llu records have none of the signals and are left out",
		    (unsigned long long)log.without);
	tell_partless(log.partless);
	fields = fields_of(r);
	told(r, fit_signals(&log, &signals, &fields, &r->out.buf, &e), &e);
	signal_log_release(&log);
	return 0;
}

static int
fit_calibrator(struct run *r, struct own *o)
{
	struct fit_fields fields;
	struct labelled l;
	struct err e;

	o->collection.folds = true;
	if (run_labels(r, &o->collection, &l) == -1)
		return -1;
	fields = fields_of(r);
	told(r, fit_confidence(&l, o->method, &fields, &r->out.buf, &e), &e);
	labelled_release(&l);
	return 0;
}

int
run_fit(int argc, char *argv[])
{
	struct own o = { .method = FIT_AUTO };
	struct run r;
	struct err e;
	bool logistic;

	if (run_begin(&r, &command, &o, argc, argv) == -1)
		return (int)r.status;
	logistic = o.method == -1;
	if (o.signals == NULL ? logistic
			      : o.method_given != NULL && !logistic) {
		err_set(&e, STATUS_USAGE,
		    "fit: --signals and --method %s do not go together: "
		    "signals are combined by logistic regression",
		    o.method_given);
		return (int)diag_err(&e);
	}
	if ((o.signals != NULL ? fit_combination(&r, &o)
			       : fit_calibrator(&r, &o)) == -1)
		return (int)r.status;
	return run_end(&r);
}
