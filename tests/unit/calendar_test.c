/*
 * Deadlines in business time against Python's zoneinfo: calendar_reference.py
 * made the rows.
 */
#include <stdlib.h>
#include <string.h>

#include "testing.h"

#include "base/calendar.h"

static const struct {
	const char *zone, *from, *duration, *until;
} rows[] = {
	{ "Europe/Berlin", "2026-05-06T10:00:00Z", "1bd",
	    "2026-05-07T10:00:00Z" },
	{ "Europe/Berlin", "2026-05-08T10:00:00Z", "1bd",
	    "2026-05-11T10:00:00Z" },
	{ "Europe/Berlin", "2026-05-09T10:00:00Z", "1bd",
	    "2026-05-12T07:00:00Z" },
	{ "Europe/Berlin", "2026-04-30T14:00:00Z", "1bd",
	    "2026-05-04T14:00:00Z" },
	{ "Europe/Berlin", "2026-03-27T08:30:00Z", "1bd",
	    "2026-03-30T07:30:00Z" },
	{ "Europe/Berlin", "2026-03-26T13:00:00Z", "3bd",
	    "2026-03-31T12:00:00Z" },
	{ "Europe/Berlin", "2026-10-23T08:30:00Z", "1bd",
	    "2026-10-26T09:30:00Z" },
	{ "Europe/Berlin", "2026-12-24T15:30:00Z", "2bd",
	    "2026-12-29T15:30:00Z" },
	{ "Europe/Berlin", "2026-05-06T03:00:00Z", "1bd",
	    "2026-05-07T07:00:00Z" },
	{ "America/New_York", "2026-03-06T20:30:00Z", "1bd",
	    "2026-03-09T19:30:00Z" },
	{ "America/New_York", "2026-10-30T18:00:00Z", "2bd",
	    "2026-11-03T19:00:00Z" },
	{ "Asia/Kolkata", "2026-05-06T10:00:00Z", "5bd",
	    "2026-05-13T10:00:00Z" },
	{ "Europe/Berlin", "2026-05-06T10:00:00Z", "4bh",
	    "2026-05-06T14:00:00Z" },
	{ "Europe/Berlin", "2026-05-08T13:00:00Z", "4bh",
	    "2026-05-11T09:00:00Z" },
	{ "Europe/Berlin", "2026-05-09T13:00:00Z", "8bh",
	    "2026-05-11T15:00:00Z" },
	{ "Europe/Berlin", "2026-05-09T13:00:00Z", "9bh",
	    "2026-05-12T08:00:00Z" },
	{ "Europe/Berlin", "2026-03-27T15:00:00Z", "12bh",
	    "2026-03-31T10:00:00Z" },
	{ "Europe/Berlin", "2026-10-23T14:00:00Z", "20bh",
	    "2026-10-28T11:00:00Z" },
	{ "Europe/Berlin", "2026-12-23T14:00:00Z", "24bh",
	    "2026-12-29T14:00:00Z" },
	{ "America/New_York", "2026-11-01T05:30:00Z", "1bh",
	    "2026-11-02T15:00:00Z" },
	{ "Asia/Kolkata", "2026-05-06T10:00:00Z", "3bh",
	    "2026-05-07T05:00:00Z" },
};

/* 2026-12-25, 05-01, 01-01 */
static int64_t holidays[] = { 20454, 20574, 20812 };

static struct calendar
weekdays(void)
{
	return (struct calendar){ .open = { 1, 1, 1, 1, 1 },
		.from = 9 * 60,
		.to = 17 * 60,
		.holiday = holidays,
		.nholiday = 3 };
}

static void
check(const struct calendar *c, const char *from, const char *duration,
    const char *until)
{
	struct duration d;
	struct buf text = { 0 };
	int64_t usec;

	assert_int_equal(timestamp_parse(str_of(from), &usec), 0);
	assert_int_equal(duration_parse(str_of(duration), &d), 0);
	timestamp_format(&text, calendar_add(c, usec, &d));
	if (!str_eq(buf_view(&text), str_of(until)))
		fail_msg("%s + %s: %.*s, expected %s", from, duration,
		    (int)text.n, text.s, until);
	buf_release(&text);
}

static void
test_against_zoneinfo(void **state)
{
	struct calendar c = weekdays();
	struct err e;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		assert_int_equal(
		    calendar_set_zone(&c, str_of(rows[i].zone), &e), 0);
		check(&c, rows[i].from, rows[i].duration, rows[i].until);
	}
}

/* Sums, plain time, and parts of a second. */
static void
test_sums(void **state)
{
	struct calendar c = weekdays();
	struct err e;

	(void)state;
	assert_int_equal(calendar_set_zone(&c, STR("Europe/Berlin"), &e), 0);
	check(&c, "2026-05-09T10:00:00Z", "30m", "2026-05-09T10:30:00Z");
	check(&c, "2026-05-09T10:00:00Z", "1d", "2026-05-10T10:00:00Z");
	check(&c, "2026-05-08T10:00:00Z", "1bd2bh", "2026-05-11T12:00:00Z");
	check(&c, "2026-05-08T14:00:00Z", "1bd2bh", "2026-05-12T08:00:00Z");
	check(&c, "2026-05-08T10:00:00Z", "1bd30m", "2026-05-11T10:30:00Z");
	check(&c, "2026-05-06T10:00:00.25Z", "1bd", "2026-05-07T10:00:00.25Z");
	check(&c, "2026-05-06T10:00:00.25Z", "1bh", "2026-05-06T11:00:00.25Z");
	check(&c, "2026-05-09T10:00:00.25Z", "1bh", "2026-05-11T08:00:00Z");
	/* round the clock, every day */
	c = (struct calendar){ .zone = "Europe/Berlin",
		.open = { 1, 1, 1, 1, 1, 1, 1 },
		.to = 1440 };
	check(&c, "2026-03-28T12:00:00Z", "24bh", "2026-03-29T12:00:00Z");
	check(&c, "2026-03-28T12:00:00Z", "1bd", "2026-03-29T11:00:00Z");
	/* before 1970 */
	c = weekdays();
	check(&c, "1969-12-31T10:00:00Z", "1bd", "1970-01-01T10:00:00Z");
}

static void
test_zones(void **state)
{
	static const char *const bad[] = { "", "Mars/Olympus", "/etc/passwd",
		"../../../etc/passwd", "Europe/Berlin ", ":UTC", "Europe" };
	struct calendar c = weekdays(), other = weekdays();
	struct err e;

	(void)state;
	assert_int_equal(calendar_set_zone(&c, STR("Asia/Tokyo"), &e), 0);
	assert_int_equal(
	    calendar_set_zone(&other, STR("America/New_York"), &e), 0);
	/* each by its own, a refused one by the one it had */
	for (size_t i = 0; i < LENGTH(bad); i++) {
		assert_int_equal(calendar_set_zone(&c, str_of(bad[i]), &e), -1);
		check(
		    &c, "2026-05-09T10:00:00Z", "1bh", "2026-05-11T01:00:00Z");
		check(&other, "2026-05-09T10:00:00Z", "1bh",
		    "2026-05-11T14:00:00Z");
	}
}

static void
test_durations(void **state)
{
	static const char *const bad[] = { "1b", "1bw", "bh", "1bm", "4hb",
		"36601bd", "999999999bh" };
	struct duration d;

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++)
		assert_int_equal(duration_parse(str_of(bad[i]), &d), -1);
	assert_int_equal(duration_parse(STR("2bd3bh4h"), &d), 0);
	assert_true(d.business_days == 2 &&
		    d.business_usec == 3 * 3600 * USEC_PER_SECOND &&
		    d.usec == 4 * 3600 * USEC_PER_SECOND);
	assert_true(duration_is_business(&d));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_zoneinfo),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_durations),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
