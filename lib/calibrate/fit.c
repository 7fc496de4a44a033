/* Fitting a model (fit.h). */
#include <math.h>
#include <stdlib.h>

#include "calibrate/fit.h"
#include "stats/measures.h"

/* Evenly taken records that are enough to choose by, and to measure on. */
enum { ENOUGH = 50000, MEASURED = 1000000 };

static const double clips[] = { 1e-12, 1e-9, 1e-6, 1e-4, 1e-3, 0.003, 0.01,
	0.03 };
enum { CLIPS = LENGTH(clips) };

static int
refuse(struct err *e, const char *why)
{
	return err_set(e, STATUS_NO, "nothing is fitted: %s", why);
}

static void
write_measures(
    struct buf *out, const char *key, const struct decision *d, size_t n)
{
	static const enum measure shown[] = { MEASURE_ACCURACY, MEASURE_AUROC,
		MEASURE_BRIER, MEASURE_LOG_LOSS, MEASURE_ECE_15, MEASURE_MCE,
		MEASURE_AURC };
	struct measured m[MEASURES];

	measures(d, n, 0.95, m);
	buf_printf(out, ",\"%s\":{\"n\":%zu", key, n);
	for (size_t i = 0; i < LENGTH(shown); i++)
		buf_json_member(
		    out, measure_words[shown[i]], m[shown[i]].value);
	buf_char(out, '}');
}

static void
write_begin(struct buf *out, const char *method)
{
	buf_printf(out, "{\"kind\":\"calibrator\",\"method\":\"%s\"", method);
}

static void
write_fields(
    struct buf *out, const struct fit_fields *f, uint64_t n, uint64_t errors)
{
	buf_cstr(out, ",\"correct\":");
	buf_json_string(out, f->correct);
	buf_printf(out,
	    "},\"scale\":\"%s\",\"n\":%llu,\"errors\":%llu,"
	    "\"fitted_at\":\"",
	    f->percent ? "percent" : "unit", (unsigned long long)n,
	    (unsigned long long)errors);
	timestamp_format(
	    out, timestamp_now() / USEC_PER_SECOND * USEC_PER_SECOND);
	buf_char(out, '"');
}

static void
write_parameters(
    struct buf *out, const struct predictor *all, const struct predictor *fold)
{
	buf_cstr(out, ",\"parameters\":");
	predictor_write(out, all);
	buf_cstr(out, ",\"folds\":[");
	for (int f = 0; f < FOLDS; f++) {
		if (f > 0)
			buf_char(out, ',');
		predictor_write(out, &fold[f]);
	}
	buf_cstr(out, "]}");
}

/* At most so many decisions, evenly taken, still in order; how many. */
static size_t
thin(const struct labelled *l, size_t most, struct decision *to)
{
	size_t step = l->n / most + (l->n % most > 0), n = 0;

	for (size_t i = 0; i < l->n; i += step)
		to[n++] = l->decision[i];
	return n;
}

/* The mean log loss of the folds, each by a fit that has not seen it. */
static double
cross_validated(struct sample s, enum calibration method, double clip)
{
	struct calibrator c;
	double loss = 0;

	for (s.skip = 0; s.skip < FOLDS; s.skip++) {
		bool bad = calibrator_fit(&s, method, clip, &c) != NULL;
		for (size_t i = 0; i < s.n && !bad; i++)
			if (s.d[i].group == s.skip)
				loss += log_loss_of(
				    calibrator_apply(&c, s.d[i].confidence),
				    !s.d[i].error);
		calibrator_release(&c);
		if (bad)
			return INFINITY;
	}
	return loss / (double)s.n;
}

/* The best clip for a method; its loss. */
static double
choose_clip(const struct sample *s, enum calibration method, double *clip)
{
	double best = INFINITY, loss;

	*clip = clips[0];
	if (!calibration_clips(method))
		return cross_validated(*s, method, 0);
	for (int i = 0; i < CLIPS; i++) {
		loss = cross_validated(*s, method, clips[i]);
		if (loss < best - 1e-9) {
			best = loss;
			*clip = clips[i];
		}
	}
	return best;
}

/* The method asked for, or the best; with its clip and every one's loss. */
static enum calibration
choose(const struct sample *s, int method, double *clip, double *loss)
{
	double best = INFINITY, c;
	int chosen = CALIBRATION_PLATT;

	for (int i = 0; i < CALIBRATIONS; i++) {
		loss[i] = NAN;
		if (method != FIT_AUTO && method != i)
			continue;
		loss[i] = choose_clip(s, (enum calibration)i, &c);
		if (i == method || loss[i] < best) {
			best = loss[i];
			chosen = i;
			*clip = c;
		}
	}
	return (enum calibration)chosen;
}

static void
write_candidates(struct buf *out, const double *loss)
{
	bool first = true;

	buf_cstr(out, ",\"cross_validated_log_loss\":{");
	for (int i = 0; i < CALIBRATIONS; i++) {
		if (isnan(loss[i]))
			continue;
		buf_printf(
		    out, "%s\"%s\":", first ? "" : ",", calibration_words[i]);
		buf_json_double(out, loss[i]);
		first = false;
	}
	buf_char(out, '}');
}

/* Every confidence by the fold model that has not seen it. */
static void
predict_out_of_fold(struct decision *d, size_t n, const struct predictor *fold)
{
	for (size_t i = 0; i < n; i++)
		d[i].confidence = calibrator_apply(
		    &fold[d[i].group].calibrator, d[i].confidence);
	decisions_sort(d, n);
}

/* How good the confidence was, and is; the decisions are used up. */
static void
write_before_after(
    struct buf *out, struct labelled *l, const struct predictor *fold)
{
	size_t n = thin(l, MEASURED, l->decision);

	write_measures(out, "before", l->decision, n);
	predict_out_of_fold(l->decision, n, fold);
	write_measures(out, "after", l->decision, n);
}

int
fit_confidence(struct labelled *l, int method, const struct fit_fields *f,
    struct buf *out, struct err *e)
{
	struct predictor all = { 0 }, fold[FOLDS] = { 0 };
	struct sample some = { .skip = UINT32_MAX };
	struct sample full = { l->decision, l->n, UINT32_MAX };
	struct decision *d = malloc(ENOUGH * sizeof(*d));
	double clip = clips[0], loss[CALIBRATIONS];
	enum calibration chosen;
	uint64_t errors = 0;
	const char *why;

	if (d == NULL)
		memory_exhausted();
	some.d = d;
	some.n = thin(l, ENOUGH, d);
	chosen = choose(&some, method, &clip, loss);
	free(d);
	why = calibrator_fit(&full, chosen, clip, &all.calibrator);
	for (uint32_t i = 0; i < FOLDS && why == NULL; i++) {
		full.skip = i;
		why = calibrator_fit(&full, chosen, clip, &fold[i].calibrator);
	}
	if (why != NULL) {
		refuse(e, why);
	} else {
		for (size_t i = 0; i < l->n; i++)
			errors += l->decision[i].error;
		write_begin(out, calibration_words[chosen]);
		buf_cstr(out, ",\"fields\":{\"confidence\":");
		buf_json_string(out, f->confidence);
		write_fields(out, f, l->n, errors);
		write_candidates(out, loss);
		write_before_after(out, l, fold);
		write_parameters(out, &all, fold);
	}
	predictor_release(&all);
	for (int i = 0; i < FOLDS; i++)
		predictor_release(&fold[i]);
	return why == NULL ? 0 : -1;
}

static const struct signal_row *
row_of(const struct signal_rows *r, size_t i)
{
	return (const void *)(r->row + i * signal_row_size(r->k));
}

/* The sum of the log losses of a fold. */
static double
fold_loss(const struct signal_rows *r, const struct combination *c)
{
	double loss = 0;

	for (size_t i = 0; i < r->n; i += r->step) {
		const struct signal_row *row = row_of(r, i);
		if (row->fold == r->skip)
			loss += log_loss_of(
			    combination_apply(c, row->x), !row->error);
	}
	return loss;
}

static double
choose_signal_clip(struct signal_rows r)
{
	double best = INFINITY, clip = clips[0];

	r.step = (r.n + ENOUGH - 1) / ENOUGH;
	for (int i = 0; i < CLIPS; i++) {
		struct combination c;
		size_t signal;
		double loss = 0;
		for (r.skip = 0; r.skip < FOLDS; r.skip++)
			loss +=
			    combination_fit(&r, clips[i], &c, &signal) == NULL
				? fold_loss(&r, &c)
				: INFINITY;
		if (loss < best - 1e-9 * (double)r.n) {
			best = loss;
			clip = clips[i];
		}
	}
	return clip;
}

/* One signal's values as decisions, drawn into [0, 1], which keeps order. */
static double
auroc_of(const struct signal_rows *r, size_t j, size_t *missing)
{
	struct decision *d = malloc((r->n + 1) * sizeof(*d));
	double low = INFINITY, high = -INFINITY;
	struct measured m[MEASURES];
	size_t n = 0;

	if (d == NULL)
		memory_exhausted();
	for (size_t i = 0; i < r->n; i++) {
		const struct signal_row *row = row_of(r, i);
		if (isnan(row->x[j]))
			continue;
		low = fmin(low, row->x[j]);
		high = fmax(high, row->x[j]);
		d[n++] = (struct decision){ row->x[j], 0, row->error };
	}
	*missing = r->n - n;
	for (size_t i = 0; i < n && high > low; i++)
		/* halves: between the ends of what a double holds, too */
		d[i].confidence =
		    (d[i].confidence / 2 - low / 2) / (high / 2 - low / 2);
	decisions_sort(d, n);
	if (n > 0)
		measures(d, n, 0.95, m);
	free(d);
	return n > 0 ? m[MEASURE_AUROC].value : NAN;
}

static void
write_signals(
    struct buf *out, const struct signals *s, const struct signal_rows *r)
{
	buf_cstr(out, ",\"signals\":[");
	for (size_t j = 0; j < s->k; j++) {
		size_t missing;
		double auroc = auroc_of(r, j, &missing);
		buf_cstr(out, j > 0 ? ",{\"signal\":" : "{\"signal\":");
		buf_json_string(out, s->text[j]);
		buf_json_count(out, "missing", missing);
		buf_json_member(out, "auroc", auroc);
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

static void
write_after(
    const struct signal_rows *r, const struct predictor *fold, struct buf *out)
{
	struct decision *d = malloc((r->n + 1) * sizeof(*d));

	if (d == NULL)
		memory_exhausted();
	for (size_t i = 0; i < r->n; i++) {
		const struct signal_row *row = row_of(r, i);
		d[i] = (struct decision){
			predictor_apply(&fold[row->fold], row->x), 0, row->error
		};
	}
	decisions_sort(d, r->n);
	write_measures(out, "after", d, r->n);
	free(d);
}

int
fit_signals(const struct signal_log *l, const struct signals *s,
    const struct fit_fields *f, struct buf *out, struct err *e)
{
	struct predictor all = { .combines = true }, fold[FOLDS];
	struct signal_rows r = l->rows;
	const char *why;
	double clip;
	size_t signal;

	r.step = 1;
	if (r.n == 0)
		return refuse(e, "no record has a label and a signal");
	clip = choose_signal_clip(r);
	r.skip = UINT32_MAX;
	why = combination_fit(&r, clip, &all.combination, &signal);
	for (r.skip = 0; r.skip < FOLDS && why == NULL; r.skip++) {
		fold[r.skip] = all;
		why = combination_fit(
		    &r, clip, &fold[r.skip].combination, &signal);
	}
	if (why != NULL && signal < s->k)
		return err_set(e, STATUS_NO, "nothing is fitted: %.*s %s",
		    (int)s->text[signal].n, s->text[signal].s, why);
	if (why != NULL)
		return refuse(e, why);
	write_begin(out, "logistic");
	buf_cstr(out, ",\"fields\":{\"signals\":[");
	for (size_t j = 0; j < s->k; j++) {
		if (j > 0)
			buf_char(out, ',');
		buf_json_string(out, s->text[j]);
	}
	buf_char(out, ']');
	write_fields(out, f, r.n, l->errors);
	write_signals(out, s, &r);
	write_after(&r, fold, out);
	write_parameters(out, &all, fold);
	return 0;
}
