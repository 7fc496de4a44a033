/*
 * How well each kind of decision is known, by a metrics file: the rows of
 * hitl-metrics(1), whose error_escape_rate comes from audits.
 *
 *   degraded   its interval lies above the policy's target
 *   stable     its interval lies at or below the target, and rests on
 *              min_audits records at least
 *   initial    all else: unknown yet, or not in the file
 *
 * Of several rows of a group, say of several windows, the last one counts.
 */
#ifndef HITL_ROUTE_MATURITY_H
#define HITL_ROUTE_MATURITY_H

#include "policy/policy.h"

struct maturity_group {
	enum maturity state;
	struct policy_rate floor; /* at least, for the audits wanted of it */
};

struct maturities {
	struct map names; /* group -> group[] */
	struct maturity_group *group;
	size_t cap;
	struct maturity_group rest; /* of what is not in the file */
};

/*
 * Reads the rows: a line each, or one array.  -1 with *e (STATUS_USAGE; or
 * STATUS_SYSTEM).  Lives as long as `a`, but for maturities_release().
 */
int maturities_load(struct maturities *, const char *file,
    const struct policy *, struct arena *, struct err *e);
void maturities_release(struct maturities *);

/* The group of that name. */
const struct maturity_group *maturity_of(const struct maturities *, struct str);

#endif
