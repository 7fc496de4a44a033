/* The options of hitl-act (act.h). */
#include <stdlib.h>
#include <string.h>

#include "act/act.h"

enum {
	OPTION_BACKOFF = OPTION_OWN,
	OPTION_DB,
	OPTION_DRY_RUN,
	OPTION_JOURNAL,
	OPTION_LIST,
	OPTION_NOW,
	OPTION_RETRIES,
	OPTION_RETRY,
	OPTION_SETTLE,
	OPTION_TIMEOUT,
	OPTION_VERIFY_POLICY,
};

enum { RETRIES_MOST = 1000 };

static const struct option_row rows[] = {
	{ OPTION_JOURNAL, "journal", "FILE",
	    "what has been run ($HITL_JOURNAL)" },
	{ OPTION_TIMEOUT, "timeout", "DURATION", "of a command (60s)" },
	{ OPTION_RETRY, "retry", "CODES",
	    "exit statuses to try again after, such as 75,111 (none)" },
	{ OPTION_RETRIES, "retries", "N", "at most so often (3)" },
	{ OPTION_BACKOFF, "backoff", "DURATION",
	    "before the first time; then doubled (1s)" },
	{ OPTION_DRY_RUN, "dry-run", NULL, "say what would be run" },
	{ OPTION_VERIFY_POLICY, "verify-policy", NULL,
	    "ask the queue whether the approval holds" },
	{ OPTION_DB, "db", "QUEUE", "that one ($HITL_DB)" },
	{ OPTION_NOW, "now", "TIME", "instead of the clock" },
	{ OPTION_LIST, "list", NULL, "print the journal, and stop" },
	{ OPTION_SETTLE, "settle", "KEY=STATE",
	    "what has come of an unknown one: done, failed, or again" },
};

static int
take_codes(bool transient[ACT_CODES], const char *argument, struct err *e)
{
	while (*argument != '\0') {
		char *end;
		unsigned long code = strtoul(argument, &end, 10);
		if (end == argument || code == 0 || code >= ACT_CODES ||
		    (*end != ',' && *end != '\0'))
			return err_set(e, STATUS_USAGE,
			    "--retry: %s is no list of exit statuses in "
			    "1..255, such as 75,111",
			    argument);
		transient[code] = true;
		argument = end + (*end == ',');
	}
	return 0;
}

static int
take_settle(struct act_own *o, const char *argument, struct err *e)
{
	static const struct {
		const char *word;
		enum act_state state;
	} states[] = {
		{ "done", ACT_DONE },
		{ "failed", ACT_FAILED },
		{ "again", ACT_WAITING },
	};
	const char *equals = strrchr(argument, '=');

	for (size_t i = 0; equals != NULL && i < 3; i++) {
		if (strcmp(equals + 1, states[i].word) != 0)
			continue;
		o->settle =
		    (struct str){ argument, (size_t)(equals - argument) };
		o->settled = states[i].state;
	}
	if (o->settle.n > 0)
		return 0;
	return err_set(e, STATUS_USAGE,
	    "--settle: %s is not KEY=done, KEY=failed or KEY=again", argument);
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct act_own *o = own;
	struct act_options *a = &o->act;

	switch (id) {
	case OPTION_BACKOFF:
		return duration_option("--backoff", argument, &a->backoff, e);
	case OPTION_DB: o->db = argument; return 0;
	case OPTION_DRY_RUN: a->dry_run = true; return 0;
	case OPTION_JOURNAL: o->journal = argument; return 0;
	case OPTION_LIST: o->list = true; return 0;
	case OPTION_NOW: return time_option("--now", argument, &a->now, e);
	case OPTION_RETRIES:
		return count_option(
		    "--retries", argument, 0, RETRIES_MOST, &a->retries, e);
	case OPTION_RETRY: return take_codes(a->transient, argument, e);
	case OPTION_SETTLE: return take_settle(o, argument, e);
	case OPTION_TIMEOUT:
		return duration_option("--timeout", argument, &a->timeout, e);
	default: o->verify_policy = true; return 0;
	}
}

/* What is of commands that are run. */
#define RUNNING                                                                \
	OPTION_DRY_RUN, OPTION_NOW, OPTION_RETRY, OPTION_TIMEOUT,              \
	    OPTION_VERIFY_POLICY

static const struct option_rule rules[] = {
	{ OPTION_DB, .with = { OPTION_VERIFY_POLICY } },
	{ OPTION_RETRIES, .with = { OPTION_RETRY } },
	{ OPTION_BACKOFF, .with = { OPTION_RETRY } },
	/* these run nothing */
	{ OPTION_LIST, .without = { OPTION_SETTLE, RUNNING } },
	{ OPTION_SETTLE, .without = { RUNNING, 'f', 'o' } },
	{ 0 },
};

const struct command act_command = {
	.usage = "--journal FILE [OPTION...] [FILE...] -- COMMAND [ARG...]",
	.about = "Runs a command once for each approved action, which it gets "
		 "on standard input.",
	.own = rows,
	.nown = LENGTH(rows),
	.reads = READS_LINES,
	.results = true,
	.rule = rules,
	.take = take,
};
