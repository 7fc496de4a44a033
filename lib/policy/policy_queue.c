/*
 * The policy's sections "route.queues", "calendar" and "relief".
 * The last three are checked here; nothing acts on them yet.
 */
#include <math.h>
#include <string.h>

#include "policy/load.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static int
any_string(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct str text;

	(void)to;
	if (load_string(l, j, path, &text) == -1)
		return -1;
	return text.n == 0 ? load_fail(l, path, "is empty") : 0;
}

static int
queue_name(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_queue *q = to;

	return load_string(l, j, path, &q->name);
}

static int
queue_when(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_queue *q = to;
	uint32_t id;

	if (load_expr(l, j, path, EXPR_CONDITION, &id) == -1)
		return -1;
	q->when = id;
	return 0;
}

static int
queue_sla(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_queue *q = to;

	q->has_sla = true;
	if (load_duration(l, j, path, &q->sla) == -1)
		return -1;
	if (q->sla.business_days > 0)
		return load_fail(l, path,
		    "business days are not counted yet; "
		    "use hours or days");
	return 0;
}

static int
queue_tier(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_queue *q = to;
	int i;

	if (load_word(l, j, path, tier_words, &i) == -1)
		return -1;
	q->tier_json = load_json_string(l, "", str_of(tier_words[i]));
	return 0;
}

static int
queue_skills(struct loader *l, const struct json *j, const char *path, void *to)
{
	return load_elements(l, j, path, any_string, to);
}

static int
queue(struct loader *l, const struct json *j, const char *path, void *taken)
{
	static const struct key keys[] = {
		{ "name", queue_name, true },
		{ "when", queue_when, false },
		{ "sla", queue_sla, false },
		{ "tier", queue_tier, false },
		{ "skills", queue_skills, false },
	};
	struct policy_route *route = &l->policy->route;
	struct policy_queue *q = &route->queue[route->nqueue++];

	q->when = POLICY_NONE;
	q->tier_json = STR("null");
	if (load_object(l, j, path, keys, LENGTH(keys), q) == -1)
		return -1;
	if (load_name(l, json_get(j, "name"),
		arena_printf(l->arena, "%s.name", path), taken, &q->name) == -1)
		return -1;
	q->name_json = load_json_string(l, "", q->name);
	q->reason_json = load_json_string(l, "queue:", q->name);
	return 0;
}

int
load_queues(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	struct map taken = { 0 };
	int r;

	(void)unused;
	l->policy->route.queue =
	    arena_new(l->arena, struct policy_queue, j->n + 1);
	r = load_elements(l, j, path, queue, &taken);
	map_release(&taken);
	return r;
}

/* "Mon-Fri" or "Mon,Wed,Fri" */
static int
calendar_days(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const char *const day[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun", NULL };
	struct str text;

	(void)unused;
	if (load_string(l, j, path, &text) == -1)
		return -1;
	for (;;) {
		if (text.n < 3 ||
		    word_index(day, (struct str){ text.s, 3 }) == -1)
			break;
		if (text.n == 3)
			return 0;
		if (text.s[3] != '-' && text.s[3] != ',')
			break;
		text.s += 4;
		text.n -= 4;
	}
	return load_fail(
	    l, path, "days are written \"Mon-Fri\" or \"Mon,Wed\"");
}

static bool
is_pattern(struct str text, const char *pattern)
{
	if (text.n != strlen(pattern))
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (pattern[i] == '0' ? text.s[i] < '0' || text.s[i] > '9'
				      : text.s[i] != pattern[i])
			return false;
	return true;
}

/* Minutes after midnight of "hh:mm", -1 if it is none; 24:00 is one. */
static int
minutes(const char *s)
{
	int hh = (s[0] - '0') * 10 + s[1] - '0';
	int mm = (s[3] - '0') * 10 + s[4] - '0';

	return hh > 24 || mm > 59 || (hh == 24 && mm > 0) ? -1 : hh * 60 + mm;
}

static int
calendar_hours(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	struct str text;

	(void)unused;
	if (load_string(l, j, path, &text) == -1)
		return -1;
	if (!is_pattern(text, "00:00-00:00") || minutes(text.s) == -1 ||
	    minutes(text.s + 6) <= minutes(text.s))
		return load_fail(l, path, "hours are written \"09:00-17:00\"");
	return 0;
}

static int
calendar_holiday(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	struct str text;
	char full[32];
	int64_t usec;

	(void)unused;
	if (load_string(l, j, path, &text) == -1)
		return -1;
	if (is_pattern(text, "0000-00-00")) {
		memcpy(full, text.s, 10);
		memcpy(full + 10, "T00:00:00Z", 11);
		if (timestamp_parse(str_of(full), &usec) == 0)
			return 0;
	}
	return load_fail(l, path, "is not a date such as \"2026-12-25\"");
}

static int
calendar_holidays(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	return load_elements(l, j, path, calendar_holiday, unused);
}

int
load_calendar(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const struct key keys[] = {
		{ "tz", any_string, true },
		{ "days", calendar_days, false },
		{ "hours", calendar_hours, false },
		{ "holidays", calendar_holidays, false },
	};

	return load_object(l, j, path, keys, LENGTH(keys), unused);
}

static int
share(struct loader *l, const struct json *j, const char *path, void *unused)
{
	double x;

	(void)unused;
	return load_number(l, j, path, 0, 1, &x);
}

static int
amount(struct loader *l, const struct json *j, const char *path, void *unused)
{
	double x;

	(void)unused;
	return load_number(l, j, path, 0, HUGE_VAL, &x);
}

static int
relief_risk(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	enum risk_level level;

	(void)unused;
	if (load_level(l, j, path, &level) == -1)
		return -1;
	if (level > RISK_MEDIUM)
		return load_fail(l, path,
		    "thresholds are never lowered for %s "
		    "risk",
		    risk_words[level]);
	return 0;
}

static int
relief_risks(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	return load_elements(l, j, path, relief_risk, unused);
}

int
load_relief(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const struct key keys[] = {
		{ "backlog", amount, true },
		{ "lower_by", share, true },
		{ "floor", share, true },
		{ "risks", relief_risks, false },
	};

	return load_object(l, j, path, keys, LENGTH(keys), unused);
}
