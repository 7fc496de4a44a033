/* hitl-queue release, decline, renew, escalate and withdraw. */
#include <string.h>

#include "queue/lease.h"

#include "record/json_scan.h"

#include "queue/verbs.h"

enum {
	OPTION_LEASE = OPTION_VERB,
	OPTION_NOTE,
	OPTION_QUEUE,
	OPTION_REVIEWER,
	OPTION_TIER,
};

struct own {
	struct desk_options desk;
	struct lease_request request;
};

/* A queue that claim --queue can name. */
static int
queue_option(const char *argument, struct str *queue, struct err *e)
{
	if (text_option("--queue", argument, queue, e) == -1)
		return -1;
	if (strchr(argument, ',') != NULL)
		return err_set(e, STATUS_USAGE,
		    "--queue: %s: has a comma; a task goes to one queue",
		    argument);
	if (str_trim(*queue).n != queue->n)
		return err_set(
		    e, STATUS_USAGE, "--queue: begins or ends with a blank");
	return 0;
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;
	struct lease_request *l = &o->request;

	switch (id) {
	case OPTION_LEASE:
		return duration_option("--lease", argument, &l->lease, e);
	case OPTION_NOTE: return text_option("--note", argument, &l->note, e);
	case OPTION_QUEUE: return queue_option(argument, &l->queue, e);
	case OPTION_REVIEWER: return reviewer_option(argument, &l->reviewer, e);
	case OPTION_TIER:
		return word_option("--tier", argument, tier_words, &l->tier, e);
	default: return desk_take(&o->desk, id, argument, e);
	}
}

#define LEASE_ROWS                                                             \
	DESK_ROWS, { OPTION_REVIEWER, "reviewer", "R", "who has them" },       \
	{                                                                      \
		OPTION_NOTE, "note", "TEXT", "why, for whoever comes next"     \
	}

static const struct option_row plain_rows[] = { LEASE_ROWS };
static const struct option_row renew_rows[] = {
	LEASE_ROWS,
	{ OPTION_LEASE, "lease", "DURATION", "from now on (10m)" },
};
static const struct option_row escalate_rows[] = {
	LEASE_ROWS,
	{ OPTION_TIER, "tier", "TIER", "to this one (the next)" },
	{ OPTION_QUEUE, "queue", "Q", "to another queue" },
};

static int
lease(struct desk *d, struct lease_request *l, struct err *e)
{
	struct buf lines = { 0 };
	uint64_t refused;

	if (l->reviewer.n == 0)
		return err_set(e, STATUS_USAGE, "who? give --reviewer R");
	if ((l->id = desk_names(d, 1, &l->nid, e)) == NULL ||
	    queue_lease(d->queue, l, &lines, &refused, e) == -1)
		return -1;
	desk_lines(d, buf_view(&lines));
	buf_release(&lines);
	if (refused > 0)
		desk_no(d);
	return 0;
}

static int
run_verb(enum lease_verb verb, const struct command *c, int argc, char *argv[])
{
	struct own own = { .desk = DESK_INIT,
		.request = { .verb = verb,
		    .lease = 600 * USEC_PER_SECOND,
		    .tier = -1 } };
	struct desk d;
	struct err e;

	if (desk_open(&d, c, &own, (struct desk_kind){ 0 }, argc, argv) == 0 &&
	    lease(&d, &own.request, &e) == -1)
		desk_fail(&d, &e);
	return desk_end(&d);
}

#define COMMAND(words, what, its_rows)                                         \
	{                                                                      \
		.usage = words, .about = what, .own = its_rows,                \
		.nown = LENGTH(its_rows), .reads = READS_NOTHING,              \
		.results = true, .take = take                                  \
	}

int
run_release(int argc, char *argv[])
{
	static const struct command c =
	    COMMAND("release --reviewer R [--note TEXT] ID...",
		"Gives tasks back: another may take them, or the same.",
		plain_rows);

	return run_verb(LEASE_RELEASE, &c, argc, argv);
}

int
run_decline(int argc, char *argv[])
{
	static const struct command c =
	    COMMAND("decline --reviewer R [--note TEXT] ID...",
		"Gives tasks back for good: somebody else must take them.",
		plain_rows);

	return run_verb(LEASE_DECLINE, &c, argc, argv);
}

int
run_renew(int argc, char *argv[])
{
	static const struct command c =
	    COMMAND("renew --reviewer R [--lease 10m] ID...",
		"Keeps tasks for longer.", renew_rows);

	return run_verb(LEASE_RENEW, &c, argc, argv);
}

int
run_escalate(int argc, char *argv[])
{
	static const struct command c = COMMAND(
	    "escalate --reviewer R [--tier T] [--queue Q] [--note TEXT] "
	    "ID...",
	    "Hands tasks to the next tier, with all that was said of them.",
	    escalate_rows);

	return run_verb(LEASE_ESCALATE, &c, argc, argv);
}

int
run_withdraw(int argc, char *argv[])
{
	static const struct command c =
	    COMMAND("withdraw --reviewer R [--note TEXT] ID...",
		"Takes reviews back, while nothing can have come of them.",
		plain_rows);

	return run_verb(LEASE_WITHDRAW, &c, argc, argv);
}
