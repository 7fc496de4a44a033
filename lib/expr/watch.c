/* The clock beside libjq (watch.h). */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>

#include "expr/watch.h"

static const int64_t second = 1000000000;
static const struct timespec glance = { 0, 50000000 };

static struct {
	pthread_mutex_t lock;
	struct watch *first;
	int64_t limit; /* ns; 0: none */
	void (*late)(void);
	bool looking; /* the thread is there */
} all = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return t.tv_sec * second + t.tv_nsec;
}

static void *
look(void *unused)
{
	(void)unused;
	for (;;) {
		int64_t oldest = 0;
		nanosleep(&glance, NULL);
		pthread_mutex_lock(&all.lock);
		for (struct watch *w = all.first; w != NULL; w = w->next) {
			int64_t since = atomic_load(&w->since);
			if (since != 0 && (oldest == 0 || since < oldest))
				oldest = since;
		}
		pthread_mutex_unlock(&all.lock);
		if (oldest != 0 && now() - oldest > all.limit)
			all.late();
	}
	return NULL;
}

void
watch_limit(double seconds, void (*late)(void))
{
	all.limit = (int64_t)(seconds * (double)second);
	all.late = late;
}

void
watch_add(struct watch *w)
{
	pthread_t thread;
	sigset_t every, before;

	atomic_init(&w->since, 0);
	pthread_mutex_lock(&all.lock);
	w->next = all.first;
	all.first = w;
	if (all.limit > 0 && !all.looking) {
		sigfillset(&every); /* signals are not for it */
		pthread_sigmask(SIG_SETMASK, &every, &before);
		if (pthread_create(&thread, NULL, look, NULL) == 0) {
			pthread_detach(thread);
			all.looking = true;
		}
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	pthread_mutex_unlock(&all.lock);
}

void
watch_remove(struct watch *w)
{
	struct watch **link = &all.first;

	pthread_mutex_lock(&all.lock);
	while (*link != w)
		link = &(*link)->next;
	*link = w->next;
	pthread_mutex_unlock(&all.lock);
}

void
watch_begin(struct watch *w)
{
	atomic_store_explicit(&w->since, now(), memory_order_relaxed);
}

void
watch_end(struct watch *w)
{
	atomic_store_explicit(&w->since, 0, memory_order_relaxed);
}
