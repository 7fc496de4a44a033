/* Approved actions, carried out once each (act.h). */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "policy/fieldvalue.h"
#include "queue/act.h"
#include "queue/approval.h"

enum { OUTPUT_KEPT = 4096 }; /* bytes of what a command writes */
enum { BACKOFF_MOST = 300 }; /* seconds */

enum place {
	PLACE_ID,
	PLACE_STATE,
	PLACE_KEY,
	PLACE_EXPIRES,
	PLACE_REVIEWS,
	PLACE_QUESTION,
	PLACE_DRAFT,
	PLACE_ACTION,
	PLACE_EVIDENCE,
	PLACES,
};

static const char *const paths[PLACES] = {
	[PLACE_ID] = ".case_id",
	[PLACE_STATE] = ".approval.state",
	[PLACE_KEY] = ".approval.key",
	[PLACE_EXPIRES] = ".approval.expires_at",
	[PLACE_REVIEWS] = ".approval.reviews",
	[PLACE_QUESTION] = ".user_question",
	[PLACE_DRAFT] = ".model_draft",
	[PLACE_ACTION] = ".proposed_action",
	[PLACE_EVIDENCE] = ".evidence",
};

struct actor {
	struct act_options options;
	struct journal *journal;
	struct queue *queue;
	struct evaluator *ev;
	uint32_t expr[PLACES];
	struct str command; /* JSON */
	struct buf command_text, output;
	uint64_t failures;
};

static void
describe_command(struct actor *x)
{
	struct buf *text = &x->command_text;

	buf_char(text, '[');
	for (size_t i = 0; x->options.command[i] != NULL; i++) {
		if (i > 0)
			buf_char(text, ',');
		buf_json_string(text, str_of(x->options.command[i]));
	}
	buf_char(text, ']');
	x->command = buf_view(text);
}

struct actor *
actor_new(struct policy *policy, const struct act_options *options,
    struct journal *journal, struct queue *queue, struct err *e)
{
	struct actor *x = alloc_zeros(1, sizeof(*x));

	x->options = *options;
	x->journal = journal;
	x->queue = queue;
	describe_command(x);
	if (expr_set_want_all(policy->exprs, paths, PLACES, x->expr, e) == 0)
		return x;
	actor_free(x);
	return NULL;
}

void
actor_free(struct actor *x)
{
	if (x == NULL)
		return;
	buf_release(&x->command_text);
	buf_release(&x->output);
	free(x);
}

void
actor_start(struct actor *x, struct evaluator *ev)
{
	x->ev = ev;
}

uint64_t
actor_failures(const struct actor *x)
{
	return x->failures;
}

static struct value
look(const struct actor *x, const struct record *r, enum place i)
{
	return expr_look(x->ev, r, x->expr[i]);
}

/* A record that is an approval. */
struct approval {
	struct str id, key, state;
	int64_t expires; /* TIMESTAMP_NONE: never said */
};

static int
read_name(const struct actor *x, const struct record *r, enum place i,
    struct str *name, struct err *e)
{
	struct value v = look(x, r, i);

	if (v.type == JSON_STRING || (v.type == JSON_NUMBER && i == PLACE_ID)) {
		*name = value_name(&v, r->scratch);
		if (name_fault(*name) == NULL && !json_has_half_pair(v.text))
			return 0;
	}
	return err_set(e, STATUS_REJECTED,
	    "%s: is not there; see hitl-queue export --as approvals",
	    paths[i] + 1);
}

static int
read_approval(const struct actor *x, const struct record *r, struct approval *a,
    struct err *e)
{
	struct value v = look(x, r, PLACE_EXPIRES);

	if (read_name(x, r, PLACE_STATE, &a->state, e) == -1 ||
	    read_name(x, r, PLACE_ID, &a->id, e) == -1 ||
	    read_name(x, r, PLACE_KEY, &a->key, e) == -1)
		return -1;
	a->expires = time_value(&v, r->scratch);
	return 0;
}

static void
begin_row(struct buf *out, const struct approval *a, const char *result)
{
	buf_cstr(out, "{\"id\":");
	buf_json_string(out, a->id);
	buf_cstr(out, ",\"key\":");
	buf_json_string(out, a->key);
	buf_printf(out, ",\"result\":\"%s\"", result);
}

static void
end_row(struct buf *out, const char *why)
{
	if (why != NULL)
		buf_printf(out, ",\"why\":\"%s\"", why);
	buf_cstr(out, "}\n");
}

/* It is not carried out, though it was to be. */
static int
refuse(struct actor *x, const struct record *r, const struct approval *a,
    const char *result, const char *why)
{
	begin_row(r->out, a, result);
	end_row(r->out, why);
	x->failures++;
	return 0;
}

static void
write_member(const struct actor *x, const struct record *r, const char *name,
    enum place i)
{
	struct value v = look(x, r, i);

	buf_printf(r->out, ",\"%s\":", name);
	buf_value(r->out, &v);
}

/* What was not approved, for whoever is to propose something better. */
static int
write_feedback(
    const struct actor *x, const struct record *r, const struct approval *a)
{
	begin_row(r->out, a,
	    str_eq(a->state, STR("rejected")) ? "rejected" : "needs_revision");
	buf_cstr(r->out, ",\"feedback\":{\"id\":");
	buf_json_string(r->out, a->id);
	write_member(x, r, "user_question", PLACE_QUESTION);
	write_member(x, r, "model_draft", PLACE_DRAFT);
	write_member(x, r, "evidence", PLACE_EVIDENCE);
	write_member(x, r, "proposed_action", PLACE_ACTION);
	write_member(x, r, "reviews", PLACE_REVIEWS);
	buf_char(r->out, '}');
	end_row(r->out, NULL);
	return 0;
}

static const char *
explain(const struct act *a)
{
	switch (a->state) {
	case ACT_UNKNOWN:
		if (a->ended != TIMESTAMP_NONE)
			return "it was run, but its end could not be written "
			       "into the journal; say what it was with "
			       "--settle";
		return "it was begun, and its end is not in the journal; find "
		       "out what has happened, and say so with --settle";
	case ACT_RUNNING: return "somebody else does it now";
	case ACT_WAITING: return "somebody else will try it again";
	case ACT_TIMEOUT:
		return "it was killed because it took too long; what it has "
		       "done is not known";
	default: return NULL;
	}
}

/* What is known of it; `before`: not from now. */
static void
write_act(struct actor *x, const struct record *r, const struct approval *a,
    const struct act *act, bool before)
{
	struct buf *out = r->out;

	begin_row(out, a, act_state_words[act->state]);
	if (before)
		buf_cstr(out, ",\"before\":true");
	buf_json_count(out, "attempts", (uint64_t)act->attempts);
	timestamp_member(out, "started_at", act->started);
	timestamp_member(out, "ended_at", act->ended);
	if (act->ended != TIMESTAMP_NONE && act->exit >= 0)
		buf_json_count(out, "exit", (uint64_t)act->exit);
	if (act->ended != TIMESTAMP_NONE && act->signal > 0)
		buf_json_count(out, "signal", (uint64_t)act->signal);
	end_row(out, explain(act));
	x->failures += act->state != ACT_DONE;
}

static bool
is_stopped(const struct actor *x)
{
	return x->options.stop != NULL && *x->options.stop != 0;
}

static void
wait_a_while(const struct actor *x, uint64_t retry)
{
	const int64_t most = BACKOFF_MOST * USEC_PER_SECOND;
	int64_t usec = x->options.backoff;
	int64_t nap;

	while (retry-- > 0 && usec < most)
		usec *= 2;
	if (usec > most)
		usec = most;
	/* a little at random, that many do not come back at once */
	usec += (int64_t)((double)usec * 0.1 * random_uniform());
	/* a signal may come between the look and the nap */
	for (; usec > 0 && !is_stopped(x); usec -= nap) {
		nap = usec < USEC_PER_SECOND ? usec : USEC_PER_SECOND - 1;
		nanosleep(&(struct timespec){ .tv_nsec = nap * 1000 }, NULL);
	}
}

/* One attempt, which has been written down; -1 with *e. */
static int
attempt(struct actor *x, struct act *a, uint64_t retry, struct err *e)
{
	struct spawn_end end;
	struct err ignored;

	buf_clear(&x->output);
	if (spawn_within(x->options.command, a->input, x->options.timeout,
		OUTPUT_KEPT, &x->output, &end, e) == -1) {
		/* as it was before */
		a->state = journal_undo(x->journal, a, &ignored) == -1
			       ? ACT_UNKNOWN
			       : ACT_WAITING;
		a->attempts--;
		return -1;
	}
	if (journal_end(x->journal, a, &end,
		retry < x->options.retries && end.exit >= 0 &&
		    end.exit < ACT_CODES && x->options.transient[end.exit],
		buf_view(&x->output), e) == 0)
		return 0;
	a->state = ACT_UNKNOWN;
	return err_prefix(
	    e, "the command was run, but its end cannot be written down");
}

static int
carry_out(struct actor *x, struct act *a, struct err *e)
{
	struct act was;

	for (uint64_t retry = 0;; retry++) {
		if (attempt(x, a, retry, e) == -1)
			return -1;
		if (a->state != ACT_WAITING)
			return 0;
		wait_a_while(x, retry);
		if (is_stopped(x))
			return 0; /* whoever comes next tries it again */
		was = *a;
		if (journal_again(x->journal, a, e) == -1) {
			*a = was;
			return -1;
		}
	}
}

static int
act(struct actor *x, struct record *r, const struct approval *a, struct err *e)
{
	struct act act = { .key = a->key,
		.id = a->id,
		.command = x->command,
		.input = str_of(arena_printf(
		    r->scratch, "%.*s\n", (int)r->line.n, r->line.s)) };
	int may;

	if (x->options.dry_run) {
		if ((may = journal_look(x->journal, &act, e)) == -1)
			return -1;
		if (act.other)
			return refuse(x, r, a, "refused",
			    "its key is that of another id in the journal");
		if (may == 0) {
			write_act(x, r, a, &act, true);
			return 0;
		}
		begin_row(r->out, a, "would_run");
		buf_cstr(r->out, ",\"command\":");
		buf_str(r->out, x->command);
		end_row(r->out, NULL);
		return 0;
	}
	if ((may = journal_begin(x->journal, &act, e)) == -1)
		return -1;
	if (act.other)
		return refuse(x, r, a, "refused",
		    "its key is that of another id in the journal");
	if (may == 1 && carry_out(x, &act, e) == -1) {
		if (act.attempts > 0)
			write_act(x, r, a, &act, false);
		return -1;
	}
	write_act(x, r, a, &act, may == 0);
	return 0;
}

static int64_t
now(const struct actor *x)
{
	return x->options.now != TIMESTAMP_NONE ? x->options.now
						: timestamp_now();
}

int
actor_record(struct record *r, void *actor, struct err *e)
{
	struct actor *x = actor;
	struct approval a = { 0 };
	const char *why = NULL;

	if (json_depth(r->line) > JSON_DEPTH_WRAPPED)
		return err_set(e, STATUS_REJECTED, "is nested deeper than 500");
	if (read_approval(x, r, &a, e) == -1)
		return -1;
	if (str_eq(a.state, STR("rejected")) ||
	    str_eq(a.state, STR("needs_revision")))
		return write_feedback(x, r, &a);
	if (str_eq(a.state, STR("expired")))
		return refuse(
		    x, r, &a, "expired", "nobody approved it in time");
	if (!str_eq(a.state, STR("approved")))
		return refuse(x, r, &a, "refused", "it is not approved");
	if (a.expires == TIMESTAMP_NONE || a.expires <= now(x))
		return refuse(x, r, &a, "expired",
		    a.expires == TIMESTAMP_NONE
			? "it does not say when the approval expires"
			: "the approval has expired");
	if (x->queue != NULL &&
	    approval_check(x->queue, r->line, a.id, a.key, &why, e) == -1)
		return -1;
	if (why != NULL)
		return refuse(x, r, &a, "refused", why);
	return act(x, r, &a, e);
}
