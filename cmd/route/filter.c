/* hitl-route as a filter: a member "route" for each record. */
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>

#include "record/filter.h"
#include "route/modes.h"

static int
add_route(struct record *r, void *router, struct buf *value, struct err *e)
{
	(void)e;
	route_record(router, r, value);
	return 0;
}

/* --watch: what is in force, and what it was made of. */
struct live {
	struct setup *setup;
	const struct options *options;
	struct route_options *own;
	struct stat seen[3]; /* of the policy, the thresholds, the metrics */
	time_t looked;
};

static volatile sig_atomic_t hung_up;

static void
on_hangup(int signum)
{
	(void)signum;
	hung_up = 1;
}

/* What files are now; one that is not there is all zero. */
static void
look(const struct live *l, struct stat now[3])
{
	const char *const file[] = { l->options->policy, l->own->thresholds,
		l->own->metrics };

	for (int i = 0; i < 3; i++)
		if (file[i] == NULL || stat(file[i], &now[i]) == -1)
			now[i] = (struct stat){ 0 };
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static bool
all_same(const struct stat a[3], const struct stat b[3])
{
	return is_same(&a[0], &b[0]) && is_same(&a[1], &b[1]) &&
	       is_same(&a[2], &b[2]);
}

/* Whether to load again: asked to, or changed, looked at once a second. */
static bool
is_due(struct live *l, struct stat now[3])
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	if (!hung_up && t.tv_sec == l->looked)
		return false;
	l->looked = t.tv_sec;
	look(l, now);
	return hung_up || !all_same(now, l->seen);
}

/*
 * Another setup in the place of the old one, all of it or nothing: what
 * cannot be loaded is told, and the old one stays in force.
 */
static struct fields *
renew(void *state)
{
	struct live *l = state;
	struct stat before[3], after[3];
	struct setup *fresh;
	struct err e;

	if (!is_due(l, before))
		return NULL;
	hung_up = 0;
	memcpy(l->seen, before, sizeof(before));
	if ((fresh = setup_new(l->options, l->own, NULL, &e)) == NULL) {
		diag_err(&e);
		diag("the policy in force stays");
		return NULL;
	}
	look(l, after);
	if (!all_same(before, after)) { /* read while it was written */
		l->seen[0] = (struct stat){ 0 };
		l->looked = 0;
		setup_free(fresh);
		return NULL;
	}
	setup_free(l->setup);
	l->setup = fresh;
	diag("policy %s is in force",
	    fresh->policy->file == NULL ? "none" : fresh->policy->fingerprint);
	return expr_set_fields(l->setup->policy->exprs);
}

static int
add_route_live(struct record *r, void *live, struct buf *value, struct err *e)
{
	struct live *l = live;

	return add_route(r, &l->setup->router, value, e);
}

static void
live_start(struct live *l)
{
	struct sigaction act = { .sa_handler = on_hangup,
		.sa_flags = SA_RESTART };

	look(l, l->seen);
	sigaction(SIGHUP, &act, NULL);
}

int
route_all(struct options *o, struct route_options *own)
{
	struct stream_totals totals;
	struct output out, tasks;
	struct setup *setup;
	struct live live = { .options = o, .own = own };
	struct filter_job job = { .key = STR("route") };
	enum status status;
	bool stopped;
	struct err e;

	if (own->watch)
		live_start(&live); /* before: a change meanwhile is seen */
	if ((setup = setup_begin(o, own, NULL, &out, &status)) == NULL)
		return (int)status;
	if (own->tasks != NULL && output_open(&tasks, own->tasks, &e) == -1) {
		setup_free(setup);
		return program_discard(&out, diag_err(&e));
	}
	job.side = own->tasks == NULL ? NULL : &tasks;
	live.setup = setup;
	if (own->watch) {
		job.member = add_route_live;
		job.state = &live;
		job.renew = renew;
	} else {
		job.member = add_route;
		job.state = &setup->router;
		job.fork = router_fork;
		job.join = router_join;
	}
	status = filter_run(&o->stream, o->file,
	    expr_set_fields(setup->policy->exprs), &job, &out, &totals);
	stopped = program_stopped(o, &totals);
	if (own->tasks != NULL)
		status =
		    (stopped ? program_leave : program_close)(&tasks, status);
	setup_free(live.setup);
	return stopped ? (int)program_leave(&out, status)
		       : program_finish(&out, status);
}
