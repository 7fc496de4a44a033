/* hitl-queue claim: tasks for a reviewer. */
#include <stdlib.h>

#include "queue/lease.h"

#include "queue/verbs.h"

enum {
	OPTION_KIND = OPTION_VERB,
	OPTION_LEASE,
	OPTION_QUEUE,
	OPTION_REVIEWER,
	OPTION_SKILLS,
};

enum { MOST = 10000 };

struct own {
	struct desk_options desk;
	struct claim_request request;
	struct names skills, queues;
	bool counted; /* -n */
};

static const struct option_row rows[] = {
	DESK_ROWS,
	{ OPTION_REVIEWER, "reviewer", "R", "who takes them" },
	{ 'n', "count", "K", "at most so many (1)" },
	{ OPTION_LEASE, "lease", "DURATION", "for so long (10m)" },
	{ OPTION_SKILLS, "skills", "A,B", "what the reviewer can" },
	{ OPTION_QUEUE, "queue", "Q,R", "from these queues alone" },
	{ OPTION_KIND, "kind", "KIND", "approval, escalation or audit alone" },
};

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;

	switch (id) {
	case OPTION_REVIEWER:
		return reviewer_option(argument, &o->request.reviewer, e);
	case 'n':
		o->counted = true;
		return count_option(
		    "--count", argument, 1, MOST, &o->request.n, e);
	case OPTION_LEASE:
		return duration_option(
		    "--lease", argument, &o->request.lease, e);
	case OPTION_SKILLS:
		return names_option("--skills", argument, &o->skills, e);
	case OPTION_QUEUE:
		return names_option("--queue", argument, &o->queues, e);
	case OPTION_KIND:
		return word_option(
		    "--kind", argument, task_kind_words, &o->request.kind, e);
	default: return desk_take(&o->desk, id, argument, e);
	}
}

static const struct command command = {
	.usage = "claim --reviewer R [-n K] [--lease 10m] [OPTION...] [ID...]",
	.about = "Takes tasks for a reviewer, the most urgent first, and "
		 "prints them.",
	.own = rows,
	.nown = LENGTH(rows),
	.reads = READS_NOTHING,
	.results = true,
	.take = take,
};

/* What chooses tasks goes with none that are named. */
static int
check(const struct desk *d, const struct own *o, struct err *e)
{
	if (o->request.reviewer.n == 0)
		return err_set(e, STATUS_USAGE, "for whom? give --reviewer R");
	if (d->run.options.file[0] != NULL &&
	    (o->counted || o->queues.n > 0 || o->request.kind != -1))
		return err_set(e, STATUS_USAGE,
		    "claim: --count, --queue and --kind do not go together "
		    "with ids, which say what is claimed");
	return 0;
}

static int
claim(struct desk *d, struct own *o, struct err *e)
{
	struct claim_request *c = &o->request;
	uint64_t n, refused;
	struct buf lines = { 0 };

	if ((c->id = desk_names(d, 0, &c->nid, e)) == NULL)
		return -1;
	c->skill = o->skills.name;
	c->nskill = o->skills.n;
	c->queue = o->queues.name;
	c->nqueue = o->queues.n;
	if (queue_claim(d->queue, c, &lines, &n, &refused, e) == -1)
		return -1;
	desk_lines(d, buf_view(&lines));
	buf_release(&lines);
	if (n == 0 || refused > 0)
		desk_no(d);
	if (n == 0 && !access_knows(d->queue->access, c->reviewer))
		diag("%.*s: is no reviewer here; see hitl-queue access",
		    (int)c->reviewer.n, c->reviewer.s);
	return 0;
}

int
run_claim(int argc, char *argv[])
{
	struct own own = { .desk = DESK_INIT,
		.request = {
		    .kind = -1, .n = 1, .lease = 600 * USEC_PER_SECOND } };
	struct desk d;
	struct err e;

	if (desk_begin(
		&d, &command, &own, (struct desk_kind){ 0 }, argc, argv) == 0 &&
	    (check(&d, &own, &e) == -1 ||
		(desk_start(&d) == 0 && claim(&d, &own, &e) == -1)))
		desk_fail(&d, &e);
	free(own.skills.name);
	free(own.queues.name);
	return desk_end(&d);
}
