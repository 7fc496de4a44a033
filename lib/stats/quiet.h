/*
 * GSL tells of an error by ending the process, unless it is told not to:
 * first thing in every public function that calls it.  It costs nothing, may
 * be called again, and what GSL returns is then to be checked.
 */
#ifndef HITL_STATS_QUIET_H
#define HITL_STATS_QUIET_H

#include <gsl/gsl_errno.h>

static inline void
gsl_quiet(void)
{
	gsl_set_error_handler_off();
}

#endif
