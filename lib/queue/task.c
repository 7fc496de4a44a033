/* What a queue goes by in a task (task.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"
#include "policy/fieldvalue.h"
#include "queue/task.h"

const char *const task_kind_words[] = {
	[TASK_APPROVAL] = "approval",
	[TASK_ESCALATION] = "escalation",
	[TASK_AUDIT] = "audit",
	NULL,
};

const char *const task_state_words[] = {
	[TASK_PENDING] = "pending",
	[TASK_COMPLETED] = "completed",
	[TASK_APPROVED] = "approved",
	[TASK_REJECTED] = "rejected",
	[TASK_NEEDS_REVISION] = "needs_revision",
	[TASK_EXPIRED] = "expired",
	NULL,
};

const char *
name_fault(struct str name)
{
	if (name.n == 0)
		return "is empty";
	if (name.n > TASK_NAME_MOST)
		return "is longer than 512 bytes";
	return memchr(name.s, '\0', name.n) != NULL ? "has a NUL in it" : NULL;
}

static bool
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 ||
	       c == 0x2029;
}

/* The blanks of Unicode that printable_hides() does not know. */
static bool
is_blank(uint32_t c)
{
	return c == ' ' || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
	       c == 0x3000;
}

const char *
person_fault(struct str name)
{
	const char *wrong = name_fault(name);
	bool first = true, unseen;
	uint32_t c;

	for (size_t n; wrong == NULL && name.n > 0; first = false) {
		unseen = printable_hides(name, &c, &n) || is_blank(c);
		name.s += n;
		name.n -= n;
		if (c == 0) /* no NUL, which is found above */
			wrong = "is not UTF-8";
		else if (is_control(c))
			wrong = "has a control character in it";
		else if (unseen && (first || name.n == 0))
			wrong = "begins or ends with a blank or what cannot "
				"be seen";
	}
	return wrong;
}

const char *
reviews_fault(double n)
{
	return n >= 1 && n <= TASK_REVIEWS_MOST && n == floor(n)
		   ? NULL
		   : "is no whole number in 1..100";
}

bool
json_name(const struct json *j, struct str *out)
{
	if (j == NULL || j->value.type != JSON_STRING ||
	    name_fault(j->string) != NULL || json_has_half_pair(j->value.text))
		return false;
	*out = j->string;
	return true;
}

/* One that is read, and what is wrong with it. */
struct reading {
	const struct json *root;
	struct arena *arena;
	struct err *e;
};

static int
bad(const struct reading *x, const char *member, const char *what)
{
	return err_set(x->e, STATUS_REJECTED, "%s: %s", member, what);
}

/* NULL where it is not there, or null. */
static const struct json *
get(const struct reading *x, const char *member)
{
	const struct json *j = json_get(x->root, member);

	return j == NULL || j->value.type == JSON_NULL ? NULL : j;
}

static int
read_word(const struct reading *x, const char *member,
    const char *const words[], int otherwise, int *out)
{
	const struct json *j = get(x, member);

	*out = otherwise;
	if (j == NULL)
		return 0;
	if (j->value.type != JSON_STRING ||
	    (*out = word_index(words, j->string)) == -1)
		return bad(x, member, "is no word that is known here");
	return 0;
}

static int
read_name(const struct reading *x, const char *member, struct str *out)
{
	const struct json *j = get(x, member);

	*out = (struct str){ 0 };
	if (j != NULL && !json_name(j, out))
		return bad(x, member, "is no string of 1 to 512 bytes");
	return 0;
}

static int
moment(const struct reading *x, const struct json *j, const char *member,
    int64_t otherwise, int64_t *out)
{
	*out = otherwise;
	if (j == NULL || j->value.type == JSON_NULL)
		return 0;
	if ((*out = time_value(&j->value, x->arena)) == TIMESTAMP_NONE)
		return bad(x, member, "is no time");
	if (*out > TASK_TIME_MOST || *out < -TASK_TIME_MOST / 4)
		return bad(x, member, "is no time before the year 9000");
	return 0;
}

static int
by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* A list of names, or one; sorted, each once. */
static bool
names(const struct json *j, struct arena *a, struct str **out, size_t *n)
{
	size_t most = 0, kept = 0;

	*n = 0;
	*out = NULL;
	if (j == NULL || j->value.type == JSON_NULL)
		return true;
	if (j->value.type == JSON_STRING) {
		*out = arena_new(a, struct str, 1);
		*n = 1;
		return json_name(j, *out);
	}
	if (j->value.type != JSON_ARRAY)
		return false;
	*out = arena_new(a, struct str, j->n + 1);
	for (; most < j->n; most++)
		if (!json_name(&j->element[most], &(*out)[most]))
			return false;
	qsort(*out, most, sizeof(**out), by_bytes);
	for (size_t i = 0; i < most; i++)
		if (kept == 0 || !str_eq((*out)[kept - 1], (*out)[i]))
			(*out)[kept++] = (*out)[i];
	*n = kept;
	return true;
}

static int
read_id(const struct reading *x, struct task *t)
{
	const struct json *j = get(x, "case_id");
	const char *wrong;

	if (j == NULL ||
	    (j->value.type != JSON_STRING && j->value.type != JSON_NUMBER))
		return bad(x, "case_id",
		    "is neither a string nor a number; where does the id "
		    "stand? see -F id=EXPR");
	t->id = value_name(&j->value, x->arena);
	if ((wrong = name_fault(t->id)) != NULL)
		return bad(x, "case_id", wrong);
	if (json_has_half_pair(j->value.text))
		return bad(x, "case_id", "has half of a surrogate pair in it");
	return 0;
}

/* What is asked for is an index of its own. */
static int
check_size(const struct reading *x, const struct need *need)
{
	struct buf text = { 0 };
	size_t n;

	need_write(need, &text);
	n = text.n;
	buf_release(&text);
	return n <= TASK_NEED_MOST
		   ? 0
		   : bad(x, "skills", "take more than 2000 bytes");
}

static int
read_need(const struct reading *x, struct need *need)
{
	int kind, risk;

	if (read_word(x, "kind", task_kind_words, -1, &kind) == -1 ||
	    read_word(x, "risk_level", risk_words, RISK_UNKNOWN, &risk) == -1 ||
	    read_word(x, "tier", tier_words, -1, &need->tier) == -1 ||
	    read_name(x, "queue", &need->queue) == -1 ||
	    read_name(x, "authority", &need->authority) == -1)
		return -1;
	if (kind == -1)
		return bad(x, "kind", "is not there: this is no task");
	if (!names(get(x, "skills"), x->arena, &need->skill, &need->nskill))
		return bad(x, "skills", "is no list of names");
	need->kind = (enum task_kind)kind;
	need->risk = (enum risk_level)risk;
	return check_size(x, need);
}

static int
read_times(const struct reading *x, struct task *t, int64_t now)
{
	const struct json *gate = get(x, "gate");

	if (moment(x, get(x, "created_at"), "created_at", now, &t->created) ==
		-1 ||
	    moment(x, get(x, "sla_deadline"), "sla_deadline", TIMESTAMP_NONE,
		&t->deadline) == -1)
		return -1;
	return moment(x, gate == NULL ? NULL : json_get(gate, "expires_at"),
	    "gate.expires_at", TIMESTAMP_NONE, &t->expires);
}

static int
read_required(const struct reading *x, struct task *t)
{
	const struct json *j = get(x, "reviews_required");
	double n = j == NULL ? 1 : json_get_number(x->root, "reviews_required");
	const char *wrong = reviews_fault(n);

	if (wrong != NULL)
		return bad(x, "reviews_required", wrong);
	t->required = (uint64_t)n;
	return 0;
}

static int
read_gate(const struct reading *x, struct task *t)
{
	const struct json *gate = get(x, "gate"), *key;

	t->key = (struct str){ 0 };
	if (gate == NULL)
		return 0;
	key = json_get(gate, "key");
	if (key != NULL && key->value.type != JSON_NULL &&
	    !json_name(key, &t->key))
		return bad(x, "gate.key", "is no string with something in it");
	return 0;
}

/* Without what a queue has said of it: a task may come out of another one. */
static struct str
without_status(const struct json *root, struct arena *a)
{
	struct buf out = { 0 };
	struct str text;

	for (size_t i = 0; i < root->n; i++) {
		const struct json_member *m = &root->member[i];
		if (str_eq(m->key, STR(TASK_STATUS)))
			continue;
		buf_char(&out, out.n == 0 ? '{' : ',');
		buf_json_string(&out, m->key);
		buf_char(&out, ':');
		buf_str(&out, m->json.value.text);
	}
	buf_char(&out, '}');
	text = arena_str(a, buf_view(&out));
	buf_release(&out);
	return text;
}

/* Who is held from a task must be told from all others, as a reviewer is. */
static int
read_proposers(const struct reading *x, struct task *t)
{
	static const char member[] = "proposed_by";
	const char *wrong = NULL;

	if (!names(get(x, member), x->arena, &t->proposer, &t->nproposer) ||
	    t->nproposer > TASK_PROPOSERS_MOST)
		return bad(x, member, "is no list of up to 100 names");
	for (size_t i = 0; i < t->nproposer && wrong == NULL; i++)
		wrong = person_fault(t->proposer[i]);
	return wrong == NULL ? 0 : bad(x, member, wrong);
}

int
task_read(struct task *t, struct str text, int64_t now, struct arena *a,
    struct err *e)
{
	struct reading x = { .arena = a, .e = e };
	int priority;

	*t = (struct task){ .text = text };
	if (json_depth(text) > JSON_DEPTH_WRAPPED)
		return err_set(e, STATUS_REJECTED, "is nested deeper than 500");
	if ((x.root = json_parse(text, a, e)) == NULL)
		return err_set(e, STATUS_REJECTED, "is no JSON");
	if (read_id(&x, t) == -1 || read_need(&x, &t->need) == -1 ||
	    read_times(&x, t, now) == -1 || read_required(&x, t) == -1 ||
	    read_gate(&x, t) == -1 ||
	    read_word(&x, "priority", priority_words,
		(int)priority_of(t->need.risk), &priority) == -1)
		return -1;
	t->priority = (enum priority)priority;
	if (json_get(x.root, TASK_STATUS) != NULL)
		t->text = without_status(x.root, a);
	return read_proposers(&x, t);
}

/* NULL: null. */
static void
write_word(struct buf *out, const char *member, const char *word)
{
	buf_json_text(out, member, str_of(word == NULL ? "" : word));
}

void
need_write(const struct need *need, struct buf *out)
{
	buf_printf(out, "{\"kind\":\"%s\"", task_kind_words[need->kind]);
	write_word(out, "risk",
	    need->risk == RISK_UNKNOWN ? NULL : risk_words[need->risk]);
	buf_json_text(out, "queue", need->queue);
	buf_cstr(out, ",\"skills\":[");
	for (size_t i = 0; i < need->nskill; i++) {
		if (i > 0)
			buf_char(out, ',');
		buf_json_string(out, need->skill[i]);
	}
	buf_char(out, ']');
	buf_json_text(out, "authority", need->authority);
	write_word(
	    out, "tier", need->tier == -1 ? NULL : tier_words[need->tier]);
	buf_char(out, '}');
}

int
need_read(struct need *need, const struct json *j, struct arena *a)
{
	struct err e;
	struct reading x = { .root = j, .arena = a, .e = &e };
	int kind, risk;

	*need = (struct need){ .tier = -1 };
	if (j == NULL || j->value.type != JSON_OBJECT ||
	    read_word(&x, "kind", task_kind_words, -1, &kind) == -1 ||
	    kind == -1 ||
	    read_word(&x, "risk", risk_words, RISK_UNKNOWN, &risk) == -1 ||
	    read_word(&x, "tier", tier_words, -1, &need->tier) == -1 ||
	    read_name(&x, "queue", &need->queue) == -1 ||
	    read_name(&x, "authority", &need->authority) == -1 ||
	    !names(get(&x, "skills"), a, &need->skill, &need->nskill))
		return -1;
	need->kind = (enum task_kind)kind;
	need->risk = (enum risk_level)risk;
	return 0;
}
