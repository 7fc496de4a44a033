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
 * The fewest labels for which Wilson's two-sided interval is at most `width`
 * wide where a share `error` of them is wrong; 0 < width < 1.
 */
uint64_t labels_for_width(double width, double error, double level);

#endif
