/*
 * Many conditions (flat.h) at once, by what they ask of each path: its value
 * is looked at once a record, and says at once what all tests of it come to.
 * All tests are made, in one order, whatever comes of them: what nobody can
 * foresee is then no branch, which costs more than the tests it would save.
 */
#ifndef HITL_EXPR_BATCH_H
#define HITL_EXPR_BATCH_H

#include "expr/flat.h"

/*
 * At most 64 conditions; NULL among them: one that is not flat.  Memory from
 * `a`.
 */
struct batch *
batch_compile(const struct flat *const *, size_t n, struct arena *a);

/*
 * Bit i is set where condition i holds, and in *unsure where that takes a
 * closer look.  memo as for flat_truth().
 */
uint64_t batch_truth(const struct batch *, const struct record *,
    struct memo *memo, uint64_t *unsure);

#endif
