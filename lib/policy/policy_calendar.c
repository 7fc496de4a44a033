/* The policy's section "route.calendar". */
#include "policy/load.h"

static int
calendar_zone(
    struct loader *l, const struct json *j, const char *path, void *to)
{
	struct calendar *c = to;
	struct str text;

	if (load_string(l, j, path, &text) == -1)
		return -1;
	if (calendar_set_zone(c, text, l->e) == -1)
		return load_fail(l, path,
		    "the system knows no time zone \"%.*s\" (Debian: tzdata)",
		    (int)text.n, text.s);
	return 0;
}

static const char *const day_words[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
	"Sat", "Sun", NULL };

/* "Mon-Fri" or "Mon,Wed,Fri", or "Mon-Wed,Sat" */
static int
calendar_days(
    struct loader *l, const struct json *j, const char *path, void *to)
{
	struct calendar *c = to;
	struct str text;
	int from = -1;

	if (load_string(l, j, path, &text) == -1)
		return -1;
	for (int i = 0; i < 7; i++)
		c->open[i] = false;
	while (text.n >= 3) {
		int day = word_index(day_words, (struct str){ text.s, 3 });
		if (day == -1 || (from != -1 && from > day))
			break;
		for (int i = from == -1 ? day : from; i <= day; i++)
			c->open[i] = true;
		if (text.n == 3)
			return 0;
		if (text.s[3] != ',' && (text.s[3] != '-' || from != -1))
			break;
		from = text.s[3] == '-' ? day : -1;
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
    struct loader *l, const struct json *j, const char *path, void *to)
{
	struct calendar *c = to;
	struct str text;

	if (load_string(l, j, path, &text) == -1)
		return -1;
	if (!is_pattern(text, "00:00-00:00") || minutes(text.s) == -1 ||
	    minutes(text.s + 6) <= minutes(text.s))
		return load_fail(l, path, "hours are written \"09:00-17:00\"");
	c->from = minutes(text.s);
	c->to = minutes(text.s + 6);
	return 0;
}

static int
calendar_holiday(
    struct loader *l, const struct json *j, const char *path, void *to)
{
	struct calendar *c = to;
	struct str text;
	char full[32];
	int64_t usec;

	if (load_string(l, j, path, &text) == -1)
		return -1;
	if (is_pattern(text, "0000-00-00")) {
		memcpy(full, text.s, 10);
		memcpy(full + 10, "T00:00:00Z", 11);
		if (timestamp_parse(str_of(full), &usec) == 0) {
			c->holiday[c->nholiday++] =
			    usec / (86400 * USEC_PER_SECOND);
			return 0;
		}
	}
	return load_fail(l, path, "is no date, such as \"2026-12-25\"");
}

static int
calendar_holidays(
    struct loader *l, const struct json *j, const char *path, void *to)
{
	struct calendar *c = to;

	c->holiday = arena_new(l->arena, int64_t, j->n + 1);
	if (load_elements(l, j, path, calendar_holiday, to) == -1)
		return -1;
	calendar_sort(c);
	return 0;
}

int
load_calendar(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const struct key keys[] = {
		{ "tz", calendar_zone, true, 0 },
		{ "days", calendar_days, false, 0 },
		{ "hours", calendar_hours, false, 0 },
		{ "holidays", calendar_holidays, false, 0 },
	};
	struct policy_route *route = &l->policy->route;

	(void)unused;
	route->has_calendar = true;
	route->calendar = (struct calendar){
		.open = { true, true, true, true, true },
		.from = 9 * 60,
		.to = 17 * 60,
	};
	return load_object(l, j, path, keys, LENGTH(keys), &route->calendar);
}
