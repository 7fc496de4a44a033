/*
 * How many labels are needed, before there are any.
 */
#ifndef HITL_STATS_PLAN_H
#define HITL_STATS_PLAN_H

#include <stdint.h>

/*
 * The fewest labels of decisions that act alone, with `allowed` errors among
 * them, from which an error rate of at most alpha is proven (exact binomial
 * test at delta) with a probability of at least `power`, if `error` is the
 * true rate: 0 <= error < alpha < 1.  0 when that takes more than 2^40.
 */
uint64_t labels_for_proof(
    double alpha, double delta, double error, double power, uint64_t *allowed);

/*
 * The least n from which on any number of labels makes Wilson's two-sided
 * interval at most `width` wide, where the whole number next to a share
 * `error` of them is wrong (of two that are as near the one that makes it
 * wider); 0 < width < 1.  Some fewer may do as well: up to where the next
 * whole error comes.
 */
uint64_t labels_for_width(double width, double error, double level);

#endif
