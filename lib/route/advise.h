/*
 * A first policy, with the reasons for it in its comments: which of the five
 * patterns a log calls for (a gate before, an audit after, routing by
 * confidence, cascading validation, feedback), by what cannot be undone, how
 * much comes, what an error costs, and how much people can look at
 * (hitl-route(1), --advise).
 *
 * A threshold is only set where labels prove it; a number that merely seems
 * reasonable is what all this is against.
 */
#ifndef HITL_ROUTE_ADVISE_H
#define HITL_ROUTE_ADVISE_H

#include "route/survey.h"

struct advice { /* NAN: not said */
	double max_error; /* among what acts alone */
	double cost_error, cost_review;
	double capacity; /* reviews a day */
	double volume; /* decisions a day; else by the log */
	const struct field_override *field; /* [nfield]: where fields stand */
	size_t nfield;
};

/*
 * Before a log is surveyed: -1 with *e (STATUS_USAGE) if a review does not
 * cost less than an error: then nobody needs to look.
 */
int advice_check(const struct advice *, struct err *e);

/*
 * Appends the policy: JSON in lines, with "//" for comments.  Sorts the
 * survey's decisions.
 */
void advise(struct survey *, const struct advice *, struct buf *out);

#endif
