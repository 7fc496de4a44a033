/* Events as lines (event.h). */
#include <string.h>

#include "base/hash.h"
#include "policy/fieldvalue.h"
#include "queue/event.h"

const char *const event_words[] = {
	[EVENT_PUSH] = "push",
	[EVENT_CLAIM] = "claim",
	[EVENT_RENEW] = "renew",
	[EVENT_LAPSE] = "lapse",
	[EVENT_RELEASE] = "release",
	[EVENT_DECLINE] = "decline",
	[EVENT_ESCALATE] = "escalate",
	[EVENT_REVIEW] = "review",
	[EVENT_WITHDRAW] = "withdraw",
	[EVENT_EXPIRE] = "expire",
	[EVENT_FALLBACK] = "fallback",
	[EVENT_ACCESS] = "access",
	[EVENT_CLOCK] = "clock",
	NULL,
};

struct event
event_of(enum event_kind kind, struct str id, int64_t at)
{
	return (struct event){ .kind = kind,
		.id = id,
		.at = at,
		.priority = -1,
		.state = -1,
		.outcome = -1,
		.created = TIMESTAMP_NONE,
		.deadline = TIMESTAMP_NONE,
		.claimed = TIMESTAMP_NONE,
		.expires = TIMESTAMP_NONE };
}

void
event_body(struct event *v, struct str text)
{
	v->body = text;
	sha256_hex(text, v->digest);
}

static void
write_text(struct buf *out, const char *member, struct str text)
{
	if (text.n == 0)
		return;
	buf_printf(out, ",\"%s\":", member);
	buf_json_string(out, text);
}

static void
write_word(
    struct buf *out, const char *member, const char *const words[], int i)
{
	if (i >= 0)
		buf_printf(out, ",\"%s\":\"%s\"", member, words[i]);
}

static void
write_moment(struct buf *out, const char *member, int64_t t)
{
	if (t != TIMESTAMP_NONE)
		timestamp_member(out, member, t);
}

static void
write_proposers(const struct event *v, struct buf *out)
{
	if (v->nproposer == 0)
		return;
	buf_cstr(out, ",\"proposed_by\":[");
	for (size_t i = 0; i < v->nproposer; i++) {
		if (i > 0)
			buf_char(out, ',');
		buf_json_string(out, v->proposer[i]);
	}
	buf_char(out, ']');
}

void
event_write(const struct event *v, struct buf *out)
{
	timestamp_member(out, "at", v->at);
	write_word(out, "event", event_words, (int)v->kind);
	write_text(out, "id", v->id);
	if (v->round > 0)
		buf_json_count(out, "round", (uint64_t)v->round);
	write_text(out, "by", v->by);
	write_word(out, "outcome", outcome_words, v->outcome);
	write_word(out, "state", task_state_words, v->state);
	if (v->has_need) {
		buf_cstr(out, ",\"need\":");
		need_write(&v->need, out);
	}
	write_word(out, "priority", priority_words, v->priority);
	write_moment(out, "created_at", v->created);
	write_moment(out, "sla_deadline", v->deadline);
	write_moment(out, "claimed_at", v->claimed);
	write_moment(out, "expires_at", v->expires);
	write_text(out, "key", v->key);
	if (v->required > 0)
		buf_json_count(out, "reviews_required", (uint64_t)v->required);
	write_proposers(v, out);
	write_text(out, "note", v->note);
	write_text(out, "sha256", str_of(v->digest));
}

static bool
read_text(const struct json *j, const char *member, struct str *out)
{
	const struct json *m = json_get(j, member);

	return m == NULL || json_name(m, out);
}

/* Of any length. */
static bool
read_note(const struct json *j, struct str *out)
{
	const struct json *m = json_get(j, "note");

	if (m != NULL && m->value.type == JSON_STRING)
		*out = m->string;
	return m == NULL || m->value.type == JSON_STRING;
}

static bool
read_word(const struct json *j, const char *member, const char *const words[],
    int *out)
{
	const struct json *m = json_get(j, member);

	*out = -1;
	return m == NULL || (m->value.type == JSON_STRING &&
				(*out = word_index(words, m->string)) != -1);
}

static bool
read_moment(
    const struct json *j, const char *member, int64_t *out, struct arena *a)
{
	const struct json *m = json_get(j, member);

	*out = TIMESTAMP_NONE;
	return m == NULL ||
	       (m->value.type == JSON_STRING &&
		   (*out = time_value(&m->value, a)) != TIMESTAMP_NONE);
}

static bool
read_count(const struct json *j, const char *member, int64_t *out)
{
	const struct json *m = json_get(j, member);

	*out = 0;
	if (m == NULL)
		return true;
	if (m->value.type != JSON_NUMBER || !(m->number >= 1) ||
	    !(m->number <= 0x1p53) || m->number != (double)(int64_t)m->number)
		return false;
	*out = (int64_t)m->number;
	return true;
}

static bool
read_required(const struct json *j, struct event *v)
{
	return read_count(j, "reviews_required", &v->required) &&
	       v->required <= TASK_REVIEWS_MOST;
}

static bool
read_proposers(const struct json *j, struct event *v, struct arena *a)
{
	const struct json *m = json_get(j, "proposed_by");

	if (m == NULL)
		return true;
	if (m->value.type != JSON_ARRAY || m->n > TASK_PROPOSERS_MOST)
		return false;
	v->proposer = arena_new(a, struct str, m->n + 1);
	for (; v->nproposer < m->n; v->nproposer++)
		if (!json_name(
			&m->element[v->nproposer], &v->proposer[v->nproposer]))
			return false;
	return true;
}

static bool
read_digest(const struct json *j, struct event *v)
{
	struct str text = { 0 };

	if (!read_text(j, "sha256", &text) || (text.n != 0 && text.n != 64))
		return false;
	memcpy(v->digest, text.n == 0 ? "" : text.s, text.n);
	v->digest[text.n] = '\0';
	return true;
}

/* Whether it has all that doing it takes. */
static bool
is_whole(const struct event *v)
{
	const bool of_task = v->id.n > 0 && v->round > 0;
	const bool of_reviewer = of_task && v->by.n > 0;

	switch (v->kind) {
	case EVENT_PUSH:
		return of_task && v->has_need && v->priority != -1 &&
		       v->created != TIMESTAMP_NONE && v->required > 0 &&
		       v->digest[0] != '\0';
	case EVENT_CLAIM:
	case EVENT_RENEW:
		return of_reviewer && v->claimed != TIMESTAMP_NONE &&
		       v->expires != TIMESTAMP_NONE;
	case EVENT_ESCALATE:
		return of_reviewer && v->has_need && v->required > 0;
	case EVENT_REVIEW:
		return of_reviewer && v->outcome != -1 && v->state != -1 &&
		       v->state != TASK_EXPIRED && v->digest[0] != '\0';
	case EVENT_WITHDRAW: return of_reviewer && v->required > 0;
	case EVENT_EXPIRE: return of_task && v->state == TASK_EXPIRED;
	case EVENT_FALLBACK: return of_task;
	case EVENT_ACCESS: return v->digest[0] != '\0';
	case EVENT_CLOCK: return true;
	default: return of_reviewer;
	}
}

int
event_read(struct event *v, const struct json *j, struct arena *a)
{
	const struct json *need = json_get(j, "need");
	int kind;

	if (!read_word(j, "event", event_words, &kind) || kind == -1)
		return -1;
	*v = event_of((enum event_kind)kind, (struct str){ 0 }, 0);
	v->has_need = need != NULL;
	return read_moment(j, "at", &v->at, a) && v->at != TIMESTAMP_NONE &&
		       read_text(j, "id", &v->id) &&
		       read_count(j, "round", &v->round) &&
		       read_text(j, "by", &v->by) &&
		       read_word(j, "outcome", outcome_words, &v->outcome) &&
		       read_word(j, "state", task_state_words, &v->state) &&
		       (need == NULL || need_read(&v->need, need, a) == 0) &&
		       read_word(j, "priority", priority_words, &v->priority) &&
		       read_moment(j, "created_at", &v->created, a) &&
		       read_moment(j, "sla_deadline", &v->deadline, a) &&
		       read_moment(j, "claimed_at", &v->claimed, a) &&
		       read_moment(j, "expires_at", &v->expires, a) &&
		       read_text(j, "key", &v->key) && read_required(j, v) &&
		       read_proposers(j, v, a) && read_note(j, &v->note) &&
		       read_digest(j, v) && is_whole(v)
		   ? 0
		   : -1;
}
