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
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
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

int64_t
window_start(const struct window *w, int64_t usec)
{
	const int64_t hour = SECONDS_PER_HOUR * USEC_PER_SECOND;
	const int64_t day = SECONDS_PER_DAY * USEC_PER_SECOND;
	const int64_t monday = 4 * day; /* 1970-01-05 */
	int64_t year;
	int month, dom;

	switch (w->unit) {
	case WINDOW_HOUR: return floor_to(usec, hour);
	case WINDOW_DAY: return floor_to(usec, day);
	case WINDOW_WEEK: return floor_to(usec - monday, 7 * day) + monday;
	case WINDOW_MONTH:
		days_to_civil(floor_to(usec, day) / day, &year, &month, &dom);
		return civil_to_days(year, month, 1) * day;
	case WINDOW_DURATION: return floor_to(usec, w->usec);
	default: return 0;
	}
}
