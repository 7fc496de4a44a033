/* The clock beside libjq (watch.h). */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>

#include "base/arena.h"
#include "expr/watch.h"

enum {
	STACK_SIZE = 32 * 1024, /* libjq may have used up the thread's */
	GLANCE = 50000000, /* ns from one look to the next */
};

static const int64_t second = 1000000000;

static struct {
	pthread_mutex_t lock;
	struct watch *first;
	int64_t limit; /* ns; 0: none */
	void (*late)(const struct watch *), (*broken)(const struct watch *);
	pthread_t looker;
	atomic_bool looking; /* he is there */
	bool resting; /* he is to go */
	pthread_cond_t rest;
} all = { .lock = PTHREAD_MUTEX_INITIALIZER, .rest = PTHREAD_COND_INITIALIZER };

static _Thread_local struct watch *running; /* here */
static _Thread_local bool is_ready; /* this thread, to be told */
static _Thread_local char stack[STACK_SIZE];

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return t.tv_sec * second + t.tv_nsec;
}

/* Told to look whether it is late; it may have ended by now. */
static void
told(int unused)
{
	int64_t since = running == NULL ? 0 : atomic_load(&running->since);

	(void)unused;
	if (since != 0 && now() - since > all.limit)
		all.late(running);
}

static void *
look(void *unused)
{
	struct timespec next;
	int64_t since;

	(void)unused;
	pthread_mutex_lock(&all.lock);
	while (!all.resting) {
		clock_gettime(CLOCK_REALTIME, &next);
		next.tv_nsec += GLANCE;
		next.tv_sec += next.tv_nsec / second;
		next.tv_nsec %= second;
		pthread_cond_timedwait(&all.rest, &all.lock, &next);
		for (struct watch *w = all.first; w != NULL; w = w->next) {
			since = atomic_load(&w->since);
			if (since != 0 && now() - since > all.limit)
				pthread_kill(w->thread, SIGVTALRM);
		}
	}
	pthread_mutex_unlock(&all.lock);
	return NULL;
}

void
watch_limit(double seconds, void (*late)(const struct watch *))
{
	struct sigaction action = { .sa_handler = told,
		.sa_flags = SA_RESTART };

	all.limit = (int64_t)(seconds * (double)second);
	all.late = late;
	if (seconds > 0)
		sigaction(SIGVTALRM, &action, NULL);
}

static void
broke(int signum)
{
	if (running != NULL)
		all.broken(running);
	signal(signum, SIG_DFL);
	raise(signum);
}

static const int fault[] = { SIGSEGV, SIGBUS, SIGFPE, SIGABRT };

void
watch_breakdown(void (*broken)(const struct watch *))
{
	struct sigaction action = { .sa_handler = broke,
		.sa_flags = SA_ONSTACK | SA_NODEFER };

	all.broken = broken;
	for (size_t i = 0; i < LENGTH(fault); i++)
		sigaction(fault[i], &action, NULL);
}

/*
 * Each thread that runs libjq has a stack for the handlers, and lets their
 * signals in, whatever those are kept from that come from outside.
 */
static void
get_ready(void)
{
	const stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGVTALRM);
	for (size_t i = 0; i < LENGTH(fault); i++)
		sigaddset(&set, fault[i]);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	is_ready = all.broken == NULL || sigaltstack(&other, NULL) == 0;
}

static void
start_looking(void)
{
	sigset_t every, before;
	int bad = 0;

	pthread_mutex_lock(&all.lock);
	if (!all.looking) {
		all.resting = false;
		sigfillset(&every); /* signals are not for him */
		pthread_sigmask(SIG_SETMASK, &every, &before);
		bad = pthread_create(&all.looker, NULL, look, NULL);
		pthread_sigmask(SIG_SETMASK, &before, NULL);
		all.looking = bad == 0;
	}
	pthread_mutex_unlock(&all.lock);
	if (bad != 0)
		memory_exhausted(); /* without him there is no bound */
}

void
watch_rest(void)
{
	pthread_mutex_lock(&all.lock);
	all.resting = true;
	pthread_cond_signal(&all.rest);
	pthread_mutex_unlock(&all.lock);
	if (all.looking)
		pthread_join(all.looker, NULL);
	all.looking = false;
}

void
watch_add(struct watch *w)
{
	atomic_init(&w->since, 0);
	pthread_mutex_lock(&all.lock);
	w->next = all.first;
	all.first = w;
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
	if (!is_ready)
		get_ready();
	if (all.limit > 0 && !all.looking)
		start_looking();
	w->thread = pthread_self();
	running = w;
	atomic_store_explicit(&w->since, now(), memory_order_release);
}

void
watch_end(struct watch *w)
{
	atomic_store_explicit(&w->since, 0, memory_order_relaxed);
	running = NULL;
}
