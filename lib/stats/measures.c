/* How good a confidence is (measures.h). */
#include <math.h>
#include <string.h>

#include "stats/interval.h"
#include "stats/measures.h"

enum { BINS_MAX = 15 };

const char *const measure_words[] = {
	[MEASURE_ACCURACY] = "accuracy",
	[MEASURE_AUROC] = "auroc",
	[MEASURE_BRIER] = "brier",
	[MEASURE_RELIABILITY] = "reliability",
	[MEASURE_RESOLUTION] = "resolution",
	[MEASURE_UNCERTAINTY] = "uncertainty",
	[MEASURE_LOG_LOSS] = "log_loss",
	[MEASURE_SPIEGELHALTER_Z] = "spiegelhalter_z",
	[MEASURE_SPIEGELHALTER_P] = "spiegelhalter_p",
	[MEASURE_ECE_10] = "ece_10",
	[MEASURE_ECE_15] = "ece_15",
	[MEASURE_ECE_MASS] = "ece_mass",
	[MEASURE_MCE] = "mce",
	[MEASURE_AURC] = "aurc",
	[MEASURE_EAURC] = "eaurc",
	NULL,
};

/* A sum with Neumaier's correction: 10 million terms keep their digits. */
struct sum {
	double total, rest;
};

static void
sum_add(struct sum *s, double x)
{
	double t = s->total + x;

	s->rest +=
	    fabs(s->total) >= fabs(x) ? s->total - t + x : x - t + s->total;
	s->total = t;
}

static double
sum_value(const struct sum *s)
{
	return s->total + s->rest;
}

static struct measured
bare(double value)
{
	return (struct measured){ value, NAN, NAN };
}

static struct measured
of_mean(const struct sum *sum, const struct sum *squares, size_t n,
    double level, double most)
{
	struct interval i = mean_interval(
	    sum_value(sum), sum_value(squares), n, level, 0, most);

	return (struct measured){ sum_value(sum) / (double)n, i.low, i.high };
}

static void
brier_and_log_loss(
    const struct decision *d, size_t n, double level, struct measured out[])
{
	const double clip = 1e-15;
	struct sum brier = { 0 }, brier2 = { 0 }, loss = { 0 }, loss2 = { 0 };
	double least = 1;

	for (size_t i = 0; i < n; i++) {
		double p = d[i].confidence, y = !d[i].error;
		double b = (p - y) * (p - y);
		double q = fmin(fmax(p, clip), 1 - clip);
		double l = -log(d[i].error ? 1 - q : q);
		least = fmin(least, fmin(q, 1 - q));
		sum_add(&brier, b);
		sum_add(&brier2, b * b);
		sum_add(&loss, l);
		sum_add(&loss2, l * l);
	}
	out[MEASURE_BRIER] = of_mean(&brier, &brier2, n, level, 1);
	out[MEASURE_LOG_LOSS] = of_mean(&loss, &loss2, n, level, -log(least));
}

static void
spiegelhalter(const struct decision *d, size_t n, struct measured out[])
{
	struct sum over = { 0 }, variance = { 0 };
	double z;

	for (size_t i = 0; i < n; i++) {
		double p = d[i].confidence, y = !d[i].error;
		sum_add(&over, (y - p) * (1 - 2 * p));
		sum_add(&variance, (1 - 2 * p) * (1 - 2 * p) * p * (1 - p));
	}
	z = sum_value(&variance) > 0
		? sum_value(&over) / sqrt(sum_value(&variance))
		: NAN;
	out[MEASURE_SPIEGELHALTER_Z] = bare(z);
	out[MEASURE_SPIEGELHALTER_P] = bare(erfc(fabs(z) / M_SQRT2));
}

/* One run of equal confidences, d[from, to). */
struct tie {
	size_t from, to;
	uint64_t errors;
};

static bool
tie_next(const struct decision *d, size_t n, struct tie *t)
{
	if (t->to == n)
		return false;
	t->from = t->to;
	t->errors = 0;
	for (; t->to < n && d[t->to].confidence == d[t->from].confidence;
	     t->to++)
		t->errors += d[t->to].error;
	return true;
}

static void
murphy(
    const struct decision *d, size_t n, double accuracy, struct measured out[])
{
	struct sum reliability = { 0 }, resolution = { 0 };
	struct tie t = { 0 };

	while (tie_next(d, n, &t)) {
		double m = (double)(t.to - t.from);
		double right = 1 - (double)t.errors / m;
		double p = d[t.from].confidence;
		sum_add(&reliability, m * (p - right) * (p - right));
		sum_add(
		    &resolution, m * (right - accuracy) * (right - accuracy));
	}
	out[MEASURE_RELIABILITY] = bare(sum_value(&reliability) / (double)n);
	out[MEASURE_RESOLUTION] = bare(sum_value(&resolution) / (double)n);
	out[MEASURE_UNCERTAINTY] = bare(accuracy * (1 - accuracy));
}

/*
 * Descending, each tie beats what comes after it.  For DeLong's variance:
 * the placement of a right one is the share of wrong ones it beats, of a
 * wrong one the share of right ones that beat it.
 */
static struct measured
auroc(const struct decision *d, size_t n, uint64_t errors, double level)
{
	double right = (double)(n - errors), wrong = (double)errors;
	double right_seen = 0, wrong_seen = 0, value, se, z;
	struct sum pr = { 0 }, pr2 = { 0 }, pw2 = { 0 };
	struct tie t = { 0 };

	if (right == 0 || wrong == 0)
		return bare(NAN);
	while (tie_next(d, n, &t)) {
		double w = (double)t.errors, r = (double)(t.to - t.from) - w;
		double beats = (wrong - wrong_seen - w + w / 2) / wrong;
		double beaten = (right_seen + r / 2) / right;
		sum_add(&pr, r * beats);
		sum_add(&pr2, r * beats * beats);
		sum_add(&pw2, w * beaten * beaten);
		right_seen += r;
		wrong_seen += w;
	}
	value = sum_value(&pr) / right;
	if (right < 2 || wrong < 2)
		return bare(value);
	se = sqrt(fmax(0, sum_value(&pr2) - right * value * value) /
		      (right - 1) / right +
		  fmax(0, sum_value(&pw2) - wrong * value * value) /
		      (wrong - 1) / wrong);
	if (!(se > 1e-7)) {
		struct interval i =
		    entropy_interval(value, fmin(right, wrong), level);
		return (struct measured){ value, i.low, i.high };
	}
	z = normal_quantile(0.5 + level / 2);
	return (struct measured){ value, fmax(0, value - z * se),
		fmin(1, value + z * se) };
}

/* What calibration error is made of. */
struct bin {
	size_t n;
	uint64_t right;
	struct sum p;
};

static void
bin_add(struct bin *b, const struct decision *d)
{
	b->n++;
	b->right += !d->error;
	sum_add(&b->p, d->confidence);
}

static double
bin_gap(const struct bin *b)
{
	return b->n == 0
		   ? 0
		   : fabs((double)b->right - sum_value(&b->p)) / (double)b->n;
}

/* (i/nbin, (i+1)/nbin]: the edges as doubles decide, not p * nbin. */
int
measure_bin(double p, int nbin)
{
	int i = (int)ceil(p * nbin) - 1;

	i = i < 0 ? 0 : i >= nbin ? nbin - 1 : i;
	while (i > 0 && p <= (double)i / nbin)
		i--;
	while (i + 1 < nbin && p > (double)(i + 1) / nbin)
		i++;
	return i;
}

static double
ece_width(const struct decision *d, size_t n, int nbin, double *largest)
{
	struct bin bin[BINS_MAX] = { 0 };
	double ece = 0;

	for (size_t i = 0; i < n; i++)
		bin_add(&bin[measure_bin(d[i].confidence, nbin)], &d[i]);
	*largest = 0;
	for (int i = 0; i < nbin; i++) {
		ece += (double)bin[i].n / (double)n * bin_gap(&bin[i]);
		*largest = fmax(*largest, bin_gap(&bin[i]));
	}
	return ece;
}

static double
ece_mass(const struct decision *d, size_t n, int nbin)
{
	struct bin bin[BINS_MAX] = { 0 };
	struct tie t = { 0 };
	double ece = 0;

	while (tie_next(d, n, &t)) {
		size_t run = t.from * (size_t)nbin / n;
		for (size_t i = t.from; i < t.to; i++)
			bin_add(&bin[run], &d[i]);
	}
	for (int i = 0; i < nbin; i++)
		ece += (double)bin[i].n / (double)n * bin_gap(&bin[i]);
	return ece;
}

/*
 * Within a tie of m records, e of them wrong, the expected errors among the
 * first j of a random order are e * j / m.
 */
static void
risk_coverage(
    const struct decision *d, size_t n, uint64_t errors, struct measured out[])
{
	struct sum area = { 0 }, oracle = { 0 };
	struct tie t = { 0 };
	uint64_t before = 0;

	while (tie_next(d, n, &t)) {
		double rate = (double)t.errors / (double)(t.to - t.from);
		for (size_t i = t.from; i < t.to; i++)
			sum_add(&area,
			    ((double)before + rate * (double)(i + 1 - t.from)) /
				(double)(i + 1));
		before += t.errors;
	}
	for (size_t i = n - errors; i < n; i++)
		sum_add(
		    &oracle, (double)(i + 1 - (n - errors)) / (double)(i + 1));
	out[MEASURE_AURC] = bare(sum_value(&area) / (double)n);
	out[MEASURE_EAURC] =
	    bare((sum_value(&area) - sum_value(&oracle)) / (double)n);
}

void
measures(const struct decision *d, size_t n, double level,
    struct measured out[MEASURES])
{
	uint64_t errors = 0;
	struct interval i;
	double accuracy, mce, unused;

	for (size_t k = 0; k < n; k++)
		errors += d[k].error;
	accuracy = (double)(n - errors) / (double)n;
	i = wilson(n - errors, n, level);
	out[MEASURE_ACCURACY] = (struct measured){ accuracy, i.low, i.high };
	out[MEASURE_AUROC] = auroc(d, n, errors, level);
	brier_and_log_loss(d, n, level, out);
	spiegelhalter(d, n, out);
	murphy(d, n, accuracy, out);
	out[MEASURE_ECE_10] = bare(ece_width(d, n, 10, &mce));
	out[MEASURE_ECE_15] = bare(ece_width(d, n, 15, &unused));
	out[MEASURE_ECE_MASS] = bare(ece_mass(d, n, 15));
	out[MEASURE_MCE] = bare(mce);
	risk_coverage(d, n, errors, out);
}
