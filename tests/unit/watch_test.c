/* The clock beside libjq (expr/watch.h), in threads that let no signal in. */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expr/watch.h"
#include "testing.h"

enum { LATE = 7, BROKEN = 8, PATIENCE = 20 /* seconds */ };

static void
late(const struct watch *w)
{
	(void)w;
	_exit(LATE);
}

static void
broken(const struct watch *w)
{
	(void)w;
	_exit(BROKEN);
}

static void *
never_end(void *unused)
{
	struct watch w;

	(void)unused;
	watch_add(&w);
	watch_begin(&w);
	for (volatile bool ends = false; !ends;)
		;
	return NULL;
}

static void *
break_down(void *unused)
{
	struct watch w;

	(void)unused;
	watch_add(&w);
	watch_begin(&w);
	raise(SIGFPE);
	return NULL;
}

/* How a process ends in whose second thread, without signals, that is done. */
static int
end_of(void *(*work)(void *))
{
	pthread_t thread;
	sigset_t every;
	int status;
	pid_t pid = fork();

	assert_true(pid != -1);
	if (pid != 0) {
		assert_int_equal(waitpid(pid, &status, 0), pid);
		return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	}
	alarm(PATIENCE);
	watch_limit(0.05, late);
	watch_breakdown(broken);
	sigfillset(&every);
	sigdelset(&every, SIGALRM);
	pthread_sigmask(SIG_SETMASK, &every, NULL);
	pthread_create(&thread, NULL, work, NULL);
	pthread_join(thread, NULL);
	_exit(0);
}

static void
what_takes_too_long_is_ended(void **state)
{
	(void)state;
	assert_int_equal(end_of(never_end), LATE);
}

static void
what_breaks_down_is_told(void **state)
{
	(void)state;
	assert_int_equal(end_of(break_down), BROKEN);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_takes_too_long_is_ended),
		cmocka_unit_test(what_breaks_down_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
