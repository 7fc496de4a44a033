/*
 * Rates that are looked at again and again (numbers only, no I/O).
 *
 * A test at 95 % that is made every day raises a false alarm sooner or
 * later.  What is here holds at all times at once: with probability level,
 * for ever (Ville 1939; Robbins 1970; Howard, Ramdas, McAuliffe, Sekhon,
 * "Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals
 * of Statistics 2021).  What has been counted may be looked at whenever, and
 * counting may be stopped because of what was seen.
 *
 * The evidence against a rate p is how many times better a mixture of all
 * rates, by a Beta(1/2, 1/2), foretold what was seen.
 */
#ifndef HITL_STATS_SEQUENCE_H
#define HITL_STATS_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/interval.h"

/* Things that were drawn alike: k of n, in order of coming. */
struct sequence_part {
	double share; /* of all there is, in (0, 1] */
	uint64_t k, n;
};

/*
 * ln of the evidence that the rate is above p0 (below it, for `below`), not
 * more than 0 where the rate seen is not.  The rate of part[n] is the sum of
 * share times the part's; p0 in (0, 1).
 *
 * With one part this is the beta-binomial mixture against p0.  With several
 * it is the product of their mixtures against whichever rates, together p0
 * or less, foretell best what was seen: not more than the product against
 * the true ones, whose evidence is a martingale.
 */
double sequence_evidence(
    const struct sequence_part *part, size_t n, double p0, bool below);

/* The rates without evidence of 1 / (1 - level) against them. */
struct interval sequence_interval(uint64_t k, uint64_t n, double level);

/*
 * How many draws in all it takes, at a true rate of p, until evidence
 * against p0 is to be expected, k and n having been seen; INFINITY if it is
 * not, because p is on the good side.
 */
double sequence_length(
    uint64_t k, uint64_t n, double p, double p0, bool below, double level);

#endif
