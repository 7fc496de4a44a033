/* Which threshold counts for a record (threshold.h). */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "route/route.h"

const struct policy_threshold threshold_never = {
	.given = true, .never = true, .json = STR("null")
};

/* The stricter of two, of which the first may be NULL. */
static const struct policy_threshold *
stricter(const struct policy_threshold *a, const struct policy_threshold *b)
{
	if (!b->given)
		return a;
	if (a == NULL || b->never || (!a->never && b->value > a->value))
		return b;
	return a;
}

const struct policy_threshold *
route_threshold_of_file(struct router *t, const struct record *r)
{
	const struct thresholds *file = t->thresholds;
	struct value v;
	uint32_t i;

	if (file->by != POLICY_NONE &&
	    expr_value(t->ev, r, (uint32_t)file->by, &v) == EXPR_OK &&
	    (i = map_find(&file->group, value_name(&v, r->scratch))) !=
		MAP_NONE)
		return &file->threshold[i];
	return &file->fallback;
}

const struct policy_threshold *
route_threshold(struct router *t, const struct record *r, enum risk_level risk,
    const struct policy_task *task)
{
	const struct policy_route *route = &t->policy->route;
	const struct policy_threshold *best = NULL;

	if (risk != RISK_UNKNOWN)
		best = stricter(best, &route->by_risk[risk]);
	if (task != NULL)
		best = stricter(best, &task->threshold);
	if (t->thresholds != NULL)
		best = stricter(best, route_threshold_of_file(t, r));
	if (best == NULL)
		best = stricter(best, &route->threshold);
	return best == NULL ? &threshold_never : best;
}

static int64_t
changed_at(const struct stat *st)
{
	return st->st_mtim.tv_sec * INT64_C(1000000000) + st->st_mtim.tv_nsec;
}

/* The first number in the file; false if there is none. */
static bool
backlog_read(struct backlog *b)
{
	FILE *f = fopen(b->file, "re");
	char word[64];
	double x;
	bool ok;

	b->waiting = 0;
	if (f == NULL)
		return false;
	ok = fscanf(f, "%63s", word) == 1 && decimal_parse(str_of(word), &x) &&
	     x >= 0;
	fclose(f);
	if (ok)
		b->waiting = x;
	return ok;
}

int
backlog_open(struct backlog *b, const char *file, struct err *e)
{
	struct stat st;

	*b = (struct backlog){ .file = file };
	errno = 0;
	if (stat(file, &st) == -1)
		return err_errno(e, errno, "--backlog-file: %s", file);
	b->changed = changed_at(&st);
	if (backlog_read(b))
		return 0;
	return err_set(e, STATUS_SYSTEM,
	    "--backlog-file: %s: a number of waiting tasks is expected", file);
}

static double
backlog_now(struct backlog *b)
{
	struct timespec now;
	struct stat st;

	if (b->file == NULL)
		return b->waiting;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (now.tv_sec == b->looked)
		return b->waiting;
	b->looked = now.tv_sec;
	if (stat(b->file, &st) == -1) {
		b->changed = 0;
		b->waiting = 0;
	} else if (changed_at(&st) != b->changed) {
		b->changed = changed_at(&st);
		backlog_read(b);
	}
	return b->waiting;
}

double
relieve(struct router *t, const struct record *r, enum risk_level risk,
    const struct policy_threshold **threshold)
{
	const struct policy_relief *relief = &t->policy->route.relief;
	double before = (*threshold)->value, after;
	struct policy_threshold *x;

	if (t->backlog == NULL || !relief->given || risk == RISK_UNKNOWN ||
	    !relief->risk[risk] || (*threshold)->never ||
	    backlog_now(t->backlog) <= relief->backlog)
		return NAN;
	/* 0.85 - 0.05 is 0.8 to a person */
	after = round((before - relief->lower_by) * 1e12) / 1e12;
	after = fmax(after, relief->floor);
	if (t->thresholds != NULL)
		after = fmax(after, route_threshold_of_file(t, r)->value);
	if (after >= before)
		return NAN;
	x = arena_new(r->scratch, struct policy_threshold, 1);
	*x = (struct policy_threshold){ .given = true,
		.value = after,
		.json = arena_number(r->scratch, after) };
	*threshold = x;
	return before;
}
