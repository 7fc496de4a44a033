/*
 * Lines as hitl-act's approvals, looked at without running anything: what
 * would be run is found out once more here, from the tree of the JSON and
 * hitl-act(1) alone, and each line is answered by one of JSON or refused with
 * a message.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include "base/hash.h"
#include "policy/fieldvalue.h"
#include "queue/act.h"
#include "record/json_scan.h"
#include "record/json_tree.h"

static char command[] = "true";

struct acting {
	struct policy *policy;
	struct evaluator *ev;
	struct actor *actor;
	struct arena scratch;
	struct buf out;
	int64_t now;
};

/* 1 to 512 bytes, no NUL, and no half of a surrogate pair. */
static bool
is_name(const struct json *j)
{
	const struct str *s;

	if (j == NULL || j->value.type != JSON_STRING)
		return false;
	s = &j->string;
	return s->n >= 1 && s->n <= 512 && memchr(s->s, '\0', s->n) == NULL &&
	       !json_has_half_pair(j->value.text);
}

static bool
is_approved(const struct acting *c, const struct json *j, struct arena *a)
{
	const struct json *approval = json_get(j, "approval"), *id, *state,
			  *expires;
	int64_t until;

	if (approval == NULL)
		return false;
	id = json_get(j, "case_id");
	state = json_get(approval, "state");
	expires = json_get(approval, "expires_at");
	if (!is_name(id) && (id == NULL || id->value.type != JSON_NUMBER ||
				id->value.text.n > 512))
		return false;
	if (!is_name(json_get(approval, "key")) || !is_name(state) ||
	    !str_eq(state->string, STR("approved")) || expires == NULL)
		return false;
	until = time_value(&expires->value, a);
	return until != TIMESTAMP_NONE && until > c->now;
}

/* What is answered, in one line, is what should be. */
static void
check_answer(
    const struct json *j, struct str answer, bool approved, struct arena *a)
{
	const struct json *row, *result;
	struct err e;

	if (answer.n == 0 || answer.s[answer.n - 1] != '\n' ||
	    memchr(answer.s, '\n', answer.n - 1) != NULL)
		FINDING("not one line: %.*s", (int)answer.n, answer.s);
	row = json_parse(answer, a, &e);
	result = row == NULL ? NULL : json_get(row, "result");
	if (result == NULL)
		FINDING("no result: %.*s", (int)answer.n, answer.s);
	if (str_eq(result->string, STR("would_run")) != approved)
		FINDING("%s: %.*s", approved ? "approved" : "not approved",
		    (int)answer.n, answer.s);
	if (approved && !str_eq(json_get(row, "key")->string,
			    json_get(json_get(j, "approval"), "key")->string))
		FINDING("another key: %.*s", (int)answer.n, answer.s);
}

static void
try_line(struct acting *c, struct str line)
{
	struct record r = { .serial = 1, .scratch = &c->scratch };
	const struct json *j;
	struct json_error bad;
	enum json_type type;
	struct err e = { .msg = "" };
	bool approved;

	arena_reset(&c->scratch);
	if (json_check(&line, &c->scratch, &type, &bad) == -1 ||
	    type != JSON_OBJECT ||
	    (j = json_parse(line, &c->scratch, &e)) == NULL)
		return;
	approved = is_approved(c, j, &c->scratch) && json_depth(line) <= 500;
	buf_clear(&c->out);
	r.line = r.raw = line;
	r.out = &c->out;
	r.fields = expr_set_fields(c->policy->exprs);
	r.slot = calloc(r.fields->n, sizeof(*r.slot));
	if (json_scan(r.fields, line, r.slot, &bad) == 0) {
		if (actor_record(&r, c->actor, &e) == 0)
			check_answer(
			    j, buf_view(&c->out), approved, &c->scratch);
		else if (approved || e.msg[0] == '\0' || c->out.n > 0)
			FINDING("refused: %s", e.msg);
	}
	free(r.slot);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char *const argv[] = { command, NULL };
	struct acting c = { .now = 1780315200000000 }; /* 2026-06-01T12:00Z */
	struct act_options options = {
		.command = argv, .dry_run = true, .now = c.now
	};
	struct str text = { (const char *)data, size }, line;
	struct arena perm = { 0 };
	struct journal *journal;
	static bool ready;
	struct err e;

	if (!ready)
		hash_init(abort);
	ready = true;
	c.policy = policy_load(NULL, NULL, 0, &perm, &e);
	journal = journal_open("/nonexistent/journal", true, &e);
	if (c.policy == NULL || journal == NULL)
		FINDING("%s", e.msg);
	c.actor = actor_new(c.policy, &options, journal, NULL, &e);
	if (c.actor == NULL || expr_set_compile(c.policy->exprs, &e) == -1)
		FINDING("%s", e.msg);
	c.ev = evaluator_new(c.policy->exprs);
	actor_start(c.actor, c.ev);
	while (str_next_line(&text, &line))
		try_line(&c, line);
	actor_free(c.actor);
	journal_close(journal);
	evaluator_free(c.ev);
	policy_free(c.policy);
	buf_release(&c.out);
	arena_release(&c.scratch);
	arena_release(&perm);
	return 0;
}
