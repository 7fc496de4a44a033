/*
 * The choice of a threshold, pooled and by group, and the thresholds file
 * that hitl-route(1) reads.
 */
#ifndef HITL_CALIBRATE_THRESHOLD_H
#define HITL_CALIBRATE_THRESHOLD_H

#include "calibrate/labelled.h"
#include "policy/thresholds.h"
#include "stats/cost.h"

enum threshold_method { METHOD_LTT, METHOD_EMPIRICAL, METHOD_COST };
extern const char *const method_words[]; /* NULL-terminated */

struct threshold_request {
	enum threshold_method method;
	double max_error; /* alpha; 0: none, with METHOD_COST only */
	double max_escalation; /* a wish; 0: none */
	struct costs costs; /* of METHOD_COST */
	double confidence_level; /* 1 - delta */
	const double *grid; /* empirical: ascending [ngrid] */
	size_t ngrid;
	const char *by; /* expression's text, or NULL */
	/* by the same expression: the file whose place this one takes; or NULL
	 */
	const struct thresholds *before;
};

/*
 * Appends the thresholds file, one JSON object, for finished labels.
 * With `by`, delta is shared equally by the groups and the pool.  A group
 * that proves nothing itself gets the pool's threshold when that is at
 * least as strict as what its own labels suggest and they do not refute
 * it; else null.  A group of the file before that has no labels now does not
 * act alone by the pool's threshold because of that: it has null, unless its
 * own was as loose.
 * METHOD_COST takes the cheapest threshold, of those that are proven if there
 * is a max_error.
 *
 * Returns true if the default, or any group, has a threshold and the wish
 * for an escalation rate is met; if not, `why` (empty before) says in words
 * what is amiss, and what would have been needed.
 */
bool threshold_choose(const struct labelled *, const struct threshold_request *,
    struct buf *out, struct buf *why);

/*
 * The same for weighted labels, by bets (stats/weighted.h): METHOD_LTT, and
 * neither groups nor a wish.
 */
bool threshold_choose_weighted(const struct labelled *,
    const struct threshold_request *, struct buf *out, struct buf *why);

#endif
