/* A bound on memory (bound.h). */
#include <pthread.h>
#include <stdbool.h>
#include <sys/resource.h>

#include "base/bound.h"

/*
 * Limits are those of the process, whose threads start programs at the same
 * time: one that has lifted ours must have set it again before another looks.
 */
static pthread_mutex_t changing = PTHREAD_MUTEX_INITIALIZER;
static bool bounded;
static struct rlimit before, ours;

void
bound_memory(uint64_t bytes)
{
	struct rlimit now;

	pthread_mutex_lock(&changing);
	if (getrlimit(RLIMIT_AS, &now) == 0 && now.rlim_cur > bytes) {
		if (!bounded)
			before = now;
		ours = (struct rlimit){ bytes, now.rlim_max };
		bounded = setrlimit(RLIMIT_AS, &ours) == 0 || bounded;
	}
	pthread_mutex_unlock(&changing);
}

void
bound_suspend(void)
{
	pthread_mutex_lock(&changing);
	if (bounded)
		(void)setrlimit(RLIMIT_AS, &before);
}

void
bound_resume(void)
{
	if (bounded)
		(void)setrlimit(RLIMIT_AS, &ours);
	pthread_mutex_unlock(&changing);
}
