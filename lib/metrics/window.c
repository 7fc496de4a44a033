/* Windows of time (window.h). */
#include "metrics/window.h"

enum { SECONDS_PER_HOUR = 3600, SECONDS_PER_DAY = 86400 };

int
window_parse(struct str text, struct window *w, struct err *e)
{
	static const struct {
		const char *name;
		enum window_unit unit;
	} units[] = {
		{ "hour", WINDOW_HOUR },
		{ "day", WINDOW_DAY },
		{ "week", WINDOW_WEEK },
		{ "month", WINDOW_MONTH },
	};
	struct duration d;

	*w = (struct window){ 0 };
	for (size_t i = 0; i < LENGTH(units); i++)
		if (str_eq(text, str_of(units[i].name))) {
			w->unit = units[i].unit;
			return 0;
		}
	if (duration_parse(text, &d) == -1 || duration_is_business(&d) ||
	    d.usec == 0)
		return err_set(e, STATUS_USAGE,
		    "--window: %.*s is neither hour, "
		    "day, week, month nor a duration such as 30m",
		    (int)text.n, text.s);
	w->unit = WINDOW_DURATION;
	w->usec = d.usec;
	return 0;
}

/* The multiple of `step` at or below x; also for times before 1970. */
static int64_t
floor_to(int64_t x, int64_t step)
{
	int64_t rest = x % step;

	return x - (rest < 0 ? rest + step : rest);
}

/* Days since the Monday before, or on, `day`. */
static int64_t
since_monday(int64_t day)
{
	return day + 3 - floor_to(day + 3, 7); /* 1970-01-01: a Thursday */
}

/* The first day of the window that has `day` in it, and of the next one. */
static void
days_of(enum window_unit unit, int64_t day, int64_t *first, int64_t *next)
{
	int64_t year;
	int month, dom;

	switch (unit) {
	case WINDOW_WEEK:
		*first = day - since_monday(day);
		*next = *first + 7;
		break;
	case WINDOW_MONTH:
		days_to_civil(day, &year, &month, &dom);
		*first = day - dom + 1;
		*next = month == 12 ? civil_to_days(year + 1, 1, 1)
				    : civil_to_days(year, month + 1, 1);
		break;
	default: *first = day; *next = day + 1;
	}
}

static struct window_span
hour_of(const struct window *w, int64_t usec)
{
	const int64_t hour = SECONDS_PER_HOUR * USEC_PER_SECOND;
	/* zones lie whole minutes apart, not whole hours */
	int64_t shift =
	    w->local
		? local_of(usec).second % SECONDS_PER_HOUR * USEC_PER_SECOND -
		      (floor_to(usec, USEC_PER_SECOND) - floor_to(usec, hour))
		: 0;
	int64_t start = floor_to(usec + shift, hour) - shift;

	return (struct window_span){ start, start + hour };
}

struct window_span
window_of(const struct window *w, int64_t usec)
{
	const int64_t day = SECONDS_PER_DAY * USEC_PER_SECOND;
	int64_t first, next;

	if (w->unit == WINDOW_HOUR)
		return hour_of(w, usec);
	if (w->unit == WINDOW_DURATION) {
		first = floor_to(usec, w->usec);
		return (struct window_span){ first, first + w->usec };
	}
	if (w->local) {
		days_of(w->unit, local_of(usec).day, &first, &next);
		return (
		    struct window_span){ day_start(first), day_start(next) };
	}
	days_of(w->unit, floor_to(usec, day) / day, &first, &next);
	return (struct window_span){ first * day, next * day };
}

void
window_format(const struct window *w, int64_t start, struct buf *out)
{
	if (w->local)
		local_format(out, start);
	else
		timestamp_format(out, start);
}
