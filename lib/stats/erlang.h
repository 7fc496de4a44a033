/*
 * Waiting for one of c reviewers: the M/M/c queue (Erlang 1917; Gross,
 * Shortle, Thompson, Harris 2008, 2.3).  Cases come at random, any reviewer
 * takes the next one, handling times are exponential.
 *
 * arrivals and the rate of handling are per the same unit of time, in which
 * waits are, too.  load = arrivals / rate, in erlangs.
 */
#ifndef HITL_STATS_ERLANG_H
#define HITL_STATS_ERLANG_H

#include <stdint.h>

/*
 * The chance that a case has to wait (Erlang's C); 1 when the load is as
 * much as the reviewers can carry, or more.
 */
double erlang_c(double load, uint64_t reviewers);

struct erlang_wait {
	double chance; /* of waiting at all */
	double mean; /* INFINITY when the queue grows for ever */
	double quantile; /* the one asked for */
};
/* q in (0, 1), such as 0.95. */
struct erlang_wait
erlang_wait(double arrivals, double rate, uint64_t reviewers, double q);

/*
 * The fewest reviewers whose q-quantile of the wait is `wait` or less; 0 if
 * more than `most` would be needed.
 */
uint64_t erlang_reviewers(
    double arrivals, double rate, double q, double wait, uint64_t most);

/* The most arrivals that so many reviewers carry at that quantile. */
double erlang_arrivals(double rate, uint64_t reviewers, double q, double wait);

#endif
