/* The end by a signal (ending.h). */
#include <assert.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#include "base/array.h"
#include "base/ending.h"

enum { MOST = 4 }; /* things to be done */

static void (*_Atomic before_end[MOST])(void);
static volatile sig_atomic_t held, waiting;

static void
end_by(int signum)
{
	for (int i = 0; i < MOST && before_end[i] != NULL; i++)
		before_end[i]();
	signal(signum, SIG_DFL);
	raise(signum);
}

void
ending_take(int signum)
{
	if (held > 0 && waiting == 0)
		waiting = signum;
	else
		end_by(signum);
}

void
ending_prepare(void)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	/* no SA_RESTART: a write that blocks is to notice */
	struct sigaction act = { .sa_handler = ending_take }, now;

	for (size_t i = 0; i < LENGTH(ending); i++)
		if (sigaction(ending[i], NULL, &now) == 0 &&
		    now.sa_handler != SIG_IGN)
			sigaction(ending[i], &act, NULL);
}

void
ending_add(void (*f)(void))
{
	for (int i = 0; i < MOST; i++) {
		void (*was)(void) = NULL;
		if (atomic_compare_exchange_strong(&before_end[i], &was, f) ||
		    was == f)
			return;
	}
	assert(!"more to be done at the end than there is room for");
}

void
ending_hold(void)
{
	held++;
}

void
ending_release(void)
{
	if (--held == 0 && waiting != 0)
		end_by(waiting);
}

int
ending_signal(void)
{
	return waiting;
}
