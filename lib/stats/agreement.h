/*
 * How far people agree who judged the same things (numbers only, no I/O).
 *
 * All of them are 1 for full agreement and 0 for what chance would bring,
 * and differ in what they take for chance:
 *
 *   Cohen (1960)         two people, each with his own habits
 *   Fleiss (1971)        any number, equally many votes on each item
 *   Krippendorff         any number, missing votes, and distances between
 *                        labels (Computing Krippendorff's Alpha-Reliability,
 *                        2011); the one to go by
 *   Gwet's AC1 (2008)    holds where nearly all votes are the same and the
 *                        others fall to 0
 */
#ifndef HITL_STATS_AGREEMENT_H
#define HITL_STATS_AGREEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/interval.h"

struct vote {
	uint32_t item, rater, label; /* each numbered from 0 */
};

/* One vote at most of a rater on an item. */
struct votes {
	struct vote *vote; /* [n], by item, then rater */
	size_t n;
	uint32_t items, raters, labels;
	const double *value; /* [labels] for ordinal and interval; else NULL */
};

/* By item, then rater, as the functions below want them. */
void votes_sort(struct votes *);

/*
 * From where on one may conclude anything (Krippendorff, "Reliability in
 * Content Analysis", 2004); and from how many items on, by rule of thumb.
 */
#define AGREEMENT_RELIABLE 0.667
enum { AGREEMENT_FEW = 30 };

enum measurement { MEASURE_NOMINAL, MEASURE_ORDINAL, MEASURE_INTERVAL };
extern const char *const measurement_words[]; /* NULL-terminated */

struct agreement {
	double value; /* NAN: unknown, or there is but one label */
	/* NAN where there are too few items, or none makes a difference */
	struct interval interval;
	uint64_t n; /* items that two or more have judged */
};

/*
 * The interval is the delete-one jackknife's over items (Efron & Stein
 * 1981), by Student's t.
 */
struct agreement
krippendorff_alpha(const struct votes *, enum measurement, double level);
struct agreement gwet_ac1(const struct votes *, double level);
/* Unknown unless all items have the same number of votes, two or more. */
struct agreement fleiss_kappa(const struct votes *, double level);

/* Two raters on the items that both have judged. */
struct pair_agreement {
	uint32_t a, b; /* a < b */
	uint64_t n, same; /* items, and those with the same label */
	double kappa; /* Cohen's; NAN if both always say the same label */
};
/*
 * All pairs that have an item in common, by a, then b: *pair[*npair],
 * malloc'ed.  False if there would be more than `most`.
 */
bool cohen_pairs(const struct votes *, size_t most,
    struct pair_agreement **pair, size_t *npair);

#endif
