/* Pictures of a confidence (plot.h). */
#include <math.h>

#include "calibrate/plot.h"
#include "stats/curve.h"
#include "stats/interval.h"

enum {
	BINS = 12, /* of equally many records */
	BARS = 40, /* of equal width */
	POINTS = 400, /* of the curve */
};

/* Bins of equally many records, from the lowest confidence up: the mean
 * confidence, the share right, its interval, and how many. */
static void
write_reliability(const struct labelled *l, double level, struct buf *out)
{
	double sum = 0, right = 0, n = 0, least = 1;
	size_t taken = 0, bin = 1, bins = 0;

	buf_cstr(out, "$reliability << END\n");
	for (size_t i = l->n; i-- > 0;) {
		const struct decision *d = &l->decision[i];
		sum += d->confidence;
		right += !d->error;
		n++;
		taken++;
		if (i > 0 && (d[-1].confidence == d->confidence ||
				 taken * BINS < bin * l->n))
			continue;
		struct interval w = wilson((uint64_t)right, (uint64_t)n, level);
		buf_printf(out, "%.9g %.9g %.9g %.9g %.0f\n", sum / n,
		    right / n, w.low, w.high, n);
		least = fmin(least, fmin(sum / n, w.low));
		bins++;
		bin = taken * BINS / l->n + 1;
		sum = right = n = 0;
	}
	buf_printf(out, "END\nleast = %g\neach = %zu\n",
	    fmax(0, floor(least * 10 - 0.2) / 10),
	    l->n / (bins > 0 ? bins : 1));
}

static void
write_risk(const struct labelled *l, double level, struct buf *out)
{
	double total = (double)labelled_total(l), last = -1;
	struct curve_point p = { 0 };

	buf_cstr(out, "$risk << END\n");
	while (curve_next(l->decision, l->n, &p)) {
		double m = (double)p.autonomous;
		struct interval w = wilson(p.errors, p.autonomous, level);
		if (m - last < (double)l->n / POINTS && p.autonomous < l->n)
			continue;
		last = m;
		buf_printf(out, "%.9g %.9g %.9g %.9g\n", m / total,
		    (double)p.errors / m, w.low, w.high);
	}
	buf_printf(out, "END\nfaultless = %d\n", p.errors == 0);
}

/* From the lowest confidence to the highest; at least a tenth. */
static void
write_histogram(const struct labelled *l, struct buf *out)
{
	double low = l->decision[l->n - 1].confidence;
	double high = l->decision[0].confidence;
	uint64_t right[BARS] = { 0 }, wrong[BARS] = { 0 };
	double width;

	if (high - low < 1e-12) {
		low = fmax(0, low - 0.05);
		high = fmin(1, low + 0.1);
	}
	width = (high - low) / BARS;
	for (size_t i = 0; i < l->n; i++) {
		int b = (int)((l->decision[i].confidence - low) / width);
		b = b >= BARS ? BARS - 1 : b;
		if (l->decision[i].error)
			wrong[b]++;
		else
			right[b]++;
	}
	buf_printf(out, "width = %.9g\n$histogram << END\n", width);
	for (int b = 0; b < BARS; b++) {
		unsigned long long all = right[b], bad = wrong[b];
		buf_printf(out, "%.9g %llu %llu\n", low + (b + 0.5) * width,
		    all + bad, bad);
	}
	buf_cstr(out, "END\n");
}

/* What a threshold does, as a point of the curve and a line. */
static void
write_mark(
    const struct labelled *l, const struct plot_request *q, struct buf *out)
{
	struct curve_point p;

	buf_printf(out, "marked = %d\n", !isnan(q->threshold));
	if (isnan(q->threshold))
		return;
	curve_at(l->decision, l->n, &q->threshold, 1, &p);
	double share = (double)p.autonomous / (double)labelled_total(l);
	double error =
	    p.autonomous == 0 ? 0 : (double)p.errors / (double)p.autonomous;
	buf_printf(out,
	    "t = %.9g\nshare = %.9g\nerror = %.9g\n"
	    "said = \"threshold %.4g\\n%.1f %% act alone\\n%.1f %% of them "
	    "are wrong\"\n",
	    q->threshold, share, error, q->threshold, 100 * share, 100 * error);
}

/*
 * Three panels side by side; on a terminal one below the other.  Colours of
 * Okabe and Ito, which all eyes tell apart.
 */
static const char panels[] =
    "set key below\n"
    "set grid back lt 1 lc rgb '#e4e4e4'\n"
    "set title 'Reliability: is 0.9 right 9 times of 10?'\n"
    "set xlabel 'mean confidence of the bin'\n"
    "set ylabel 'share that is right'\n"
    "set xrange [least:1]\nset yrange [least:1]\n"
    "plot x with lines dt 2 lc rgb '#666666' title 'calibrated', \\\n"
    "  $reliability using 1:2:3:4 with yerrorbars pt 7 ps 0.8 lw 1.5 "
    "lc rgb '#0072b2' title sprintf('bins of about %d records', each)\n"
    "unset key\n"
    "set title 'Risk and coverage'\n"
    "set xlabel 'share of decisions that act alone'\n"
    "set ylabel 'error rate among them'\n"
    "set xrange [0:1]\nset autoscale y\nset yrange [0:]\n"
    "if (marked) set label 1 said at graph 0.05,0.93 front\n"
    "plot $risk using 1:3:4 with filledcurves fc rgb '#bbd7ee' notitle, \\\n"
    "  $risk using 1:2 with lines lw 2 lc rgb '#0072b2' notitle, \\\n"
    "  '+' using (marked ? share : NaN):(marked ? error : NaN) with points "
    "pt 7 ps 1.4 lc rgb '#d55e00' notitle\n"
    "unset label 1\n"
    "set key below\n"
    "set title 'Confidences'\n"
    "set xlabel 'confidence'\n"
    "set ylabel 'records'\n"
    "set autoscale x\nset autoscale y\nset yrange [0:]\n"
    "set boxwidth width\nset style fill solid 0.9 noborder\n"
    "if (marked) set arrow 1 from t, graph 0 to t, graph 1 nohead front "
    "dt 2 lw 2 lc rgb '#000000'\n"
    "plot $histogram using 1:2 with boxes fc rgb '#56b4e9' title 'right', "
    "\\\n  $histogram using 1:3 with boxes fc rgb '#d55e00' title 'wrong'"
    "\n";

static const char text_panels[] =
    "unset grid\nset key bottom right\n"
    "set title 'Reliability: is 0.9 right 9 times of 10?'\n"
    "set xlabel 'mean confidence of the bin'\n"
    "set xrange [least:1]\nset yrange [least:1]\n"
    "plot x with dots title 'calibrated', "
    "$reliability using 1:2:3:4 with yerrorbars pt 7 title 'share right'\n"
    "unset key\n"
    "set title 'Error rate over the share that acts alone'\n"
    "if (marked) set label 1 said at graph 0.05,0.9\n"
    "set xlabel 'share of decisions that act alone'\n"
    "set xrange [0:1]\nset autoscale y\nset yrange [0:]\n"
    "if (faultless) set yrange [0:1]\n" /* an axis has a length */
    "plot $risk using 1:2 with lines, "
    "'+' using (marked ? share : NaN):(marked ? error : NaN) with points "
    "pt 15\n"
    "unset label 1\nset key top left\n"
    "set title 'Confidences: records'\nset xlabel 'confidence'\n"
    "set autoscale x\nset autoscale y\nset yrange [0:]\n"
    "plot $histogram using 1:2 with impulses title 'all', "
    "$histogram using 1:3 with impulses title 'wrong'\n";

void
plot_script(
    const struct labelled *l, const struct plot_request *q, struct buf *script)
{
	write_reliability(l, q->level, script);
	write_risk(l, q->level, script);
	write_histogram(l, script);
	write_mark(l, q, script);
	plot_terminal(q->terminal, 1500, 520, 24, script);
	if (q->terminal == PLOT_TEXT) {
		buf_cstr(script, text_panels);
		return;
	}
	buf_printf(script,
	    "set multiplot layout 1,3 title \"%llu labelled decisions%s\"\n",
	    (unsigned long long)labelled_total(l),
	    l->without > 0 ? ", some without a confidence" : "");
	buf_cstr(script, panels);
	buf_cstr(script, "unset multiplot\n");
}
