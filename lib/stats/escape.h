/*
 * The error rate of what nobody reviewed, from the part that was audited.
 *
 * Labels exist for reviewed records and for audited ones.  Averaging them
 * is biased, because reviews concentrate where errors are.  Among the
 * decisions that acted alone each audited one stands for 1/rate of them
 * (Hajek's ratio estimator; Sarndal, Swensson, Wretman 1992, 5.7), with the
 * linearised variance where each rate's stratum has found errors enough.  Else
 * one stratum has an exact interval (Clopper & Pearson 1934), and several have
 * that of their errors weighed by the strata's sizes (Fay & Feuer 1997):
 * conservative.  Errors enough altogether are not: a stratum of a small rate
 * that found none, as it does when they are rare, says nothing of its own
 * variance, and weighs the most.
 *
 * Audits that were chosen and have no label are missing answers: if they
 * differ from the labelled ones the estimate is off, and it says how many.
 *
 * Where every decision that acted alone has a label it is a census, and no
 * sampling has to be corrected for.
 */
#ifndef HITL_STATS_ESCAPE_H
#define HITL_STATS_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct escape_stratum { /* decisions audited at one rate */
	double rate; /* in [0, 1] */
	uint64_t autonomous; /* that acted alone */
	uint64_t audited; /* chosen for audit and labelled */
	uint64_t errors; /* wrong among the audited */
	uint64_t waiting; /* chosen for audit, no label yet */
};

struct escape_counts { /* over all that acted alone */
	uint64_t autonomous, labelled, errors;
};

struct escape {
	bool known; /* false: no value; why says so */
	const char *why; /* NULL, or static words to go with it */
	double value, low, high;
	double naive; /* errors / labelled; NAN if none */
	uint64_t n; /* labels it rests on */
	uint64_t unlabelled; /* audits chosen and not labelled */
	double effective_n; /* Kish (1965) */
	double covered; /* share of the decisions that had a
			   chance of an audit, in [0, 1] */
};

/*
 * stratum[n]; level such as 0.95.  When covered < 1 the value speaks of the
 * covered part, and low and high of the whole, whatever the rest may hide.
 */
struct escape escape_rate(const struct escape_stratum *stratum, size_t n,
    const struct escape_counts *, double level);

#endif
