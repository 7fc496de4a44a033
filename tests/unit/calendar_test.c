/*
 * Deadlines in business time against Python's zoneinfo: calendar_reference.py
 * made the rows.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

#include "base/calendar.h"

static const struct {
	const char *zone, *from, *duration, *until;
} rows[] = {
	{ "Europe/Berlin", "2015-05-06T10:00:00Z", "1bd",
	    "2015-05-07T10:00:00Z" },
	{ "Europe/Berlin", "2015-05-08T10:00:00Z", "1bd",
	    "2015-05-11T10:00:00Z" },
	{ "Europe/Berlin", "2015-05-09T10:00:00Z", "1bd",
	    "2015-05-12T07:00:00Z" },
	{ "Europe/Berlin", "2015-04-30T14:00:00Z", "1bd",
	    "2015-05-04T14:00:00Z" },
	{ "Europe/Berlin", "2015-03-27T08:30:00Z", "1bd",
	    "2015-03-30T07:30:00Z" },
	{ "Europe/Berlin", "2015-03-26T13:00:00Z", "3bd",
	    "2015-03-31T12:00:00Z" },
	{ "Europe/Berlin", "2015-10-23T08:30:00Z", "1bd",
	    "2015-10-26T09:30:00Z" },
	{ "Europe/Berlin", "2015-12-24T15:30:00Z", "2bd",
	    "2015-12-29T15:30:00Z" },
	{ "Europe/Berlin", "2015-05-06T03:00:00Z", "1bd",
	    "2015-05-07T07:00:00Z" },
	{ "America/New_York", "2015-03-06T20:30:00Z", "1bd",
	    "2015-03-09T19:30:00Z" },
	{ "America/New_York", "2015-10-30T18:00:00Z", "2bd",
	    "2015-11-03T19:00:00Z" },
	{ "Asia/Kolkata", "2015-05-06T10:00:00Z", "5bd",
	    "2015-05-13T10:00:00Z" },
	{ "Europe/Berlin", "2015-05-06T10:00:00Z", "4bh",
	    "2015-05-06T14:00:00Z" },
	{ "Europe/Berlin", "2015-05-08T13:00:00Z", "4bh",
	    "2015-05-11T09:00:00Z" },
	{ "Europe/Berlin", "2015-05-09T13:00:00Z", "8bh",
	    "2015-05-11T15:00:00Z" },
	{ "Europe/Berlin", "2015-05-09T13:00:00Z", "9bh",
	    "2015-05-12T08:00:00Z" },
	{ "Europe/Berlin", "2015-03-27T15:00:00Z", "12bh",
	    "2015-03-31T10:00:00Z" },
	{ "Europe/Berlin", "2015-10-23T14:00:00Z", "20bh",
	    "2015-10-28T11:00:00Z" },
	{ "Europe/Berlin", "2015-12-23T14:00:00Z", "24bh",
	    "2015-12-29T14:00:00Z" },
	{ "America/New_York", "2015-11-01T05:30:00Z", "1bh",
	    "2015-11-02T15:00:00Z" },
	{ "Asia/Kolkata", "2015-05-06T10:00:00Z", "3bh",
	    "2015-05-07T05:00:00Z" },
};

/* Open every day, around the hours that are skipped or come twice. */
static const struct {
	const char *zone;
	int open, close;
	const char *from, *duration, *until;
} jumps[] = {
	{ "Europe/Berlin", 0, 1440, "2015-03-28T00:15:00Z", "1bd",
	    "2015-03-29T00:15:00Z" },
	{ "Europe/Berlin", 0, 1440, "2015-03-28T23:30:00Z", "1bh",
	    "2015-03-29T00:30:00Z" },
	{ "Europe/Berlin", 130, 170, "2015-03-28T00:45:00Z", "1bd",
	    "2015-03-29T01:00:00Z" },
	{ "Europe/Berlin", 130, 170, "2015-03-28T17:00:00Z", "2bh",
	    "2015-04-01T00:50:00Z" },
	{ "Europe/Berlin", 90, 140, "2015-03-27T01:45:00Z", "2bd",
	    "2015-03-29T23:30:00Z" },
	{ "Europe/Berlin", 90, 140, "2015-03-28T17:00:00Z", "1bh",
	    "2015-03-30T00:00:00Z" },
	{ "Europe/Berlin", 140, 320, "2015-03-28T00:45:00Z", "1bd",
	    "2015-03-29T01:00:00Z" },
	{ "Europe/Berlin", 140, 320, "2015-03-29T00:50:00Z", "2bh",
	    "2015-03-29T03:00:00Z" },
	{ "Europe/Berlin", 130, 1440, "2015-03-27T01:20:00Z", "2bd",
	    "2015-03-29T01:00:00Z" },
	{ "Europe/Berlin", 130, 1440, "2015-03-29T00:50:00Z", "1bh",
	    "2015-03-29T02:00:00Z" },
	{ "Europe/Berlin", 0, 1440, "2015-10-23T02:15:00Z", "2bd",
	    "2015-10-25T03:15:00Z" },
	{ "Europe/Berlin", 0, 1440, "2015-10-25T00:50:00Z", "1bh",
	    "2015-10-25T01:50:00Z" },
	{ "Europe/Berlin", 130, 170, "2015-10-24T00:45:00Z", "1bd",
	    "2015-10-25T00:45:00Z" },
	{ "Europe/Berlin", 130, 170, "2015-10-24T17:00:00Z", "1bh",
	    "2015-10-25T01:30:00Z" },
	{ "Europe/Berlin", 90, 140, "2015-10-24T00:15:00Z", "1bd",
	    "2015-10-25T00:15:00Z" },
	{ "Europe/Berlin", 90, 140, "2015-10-24T17:00:00Z", "1bh",
	    "2015-10-25T01:10:00Z" },
	{ "Europe/Berlin", 140, 320, "2015-10-23T00:15:00Z", "2bd",
	    "2015-10-25T00:20:00Z" },
	{ "Europe/Berlin", 140, 320, "2015-10-24T23:30:00Z", "1bh",
	    "2015-10-25T01:40:00Z" },
	{ "Europe/Berlin", 130, 1440, "2015-10-24T01:45:00Z", "1bd",
	    "2015-10-25T02:45:00Z" },
	{ "Europe/Berlin", 130, 1440, "2015-10-24T23:30:00Z", "2bh",
	    "2015-10-25T02:20:00Z" },
	{ "America/New_York", 0, 1440, "2015-03-07T06:45:00Z", "1bd",
	    "2015-03-08T06:45:00Z" },
	{ "America/New_York", 0, 1440, "2015-03-08T06:20:00Z", "1bh",
	    "2015-03-08T07:20:00Z" },
	{ "America/New_York", 130, 170, "2015-03-06T08:15:00Z", "2bd",
	    "2015-03-09T06:10:00Z" },
	{ "America/New_York", 130, 170, "2015-03-07T23:00:00Z", "2bh",
	    "2015-03-11T06:50:00Z" },
	{ "America/New_York", 90, 140, "2015-03-07T07:20:00Z", "1bd",
	    "2015-03-09T05:30:00Z" },
	{ "America/New_York", 90, 140, "2015-03-07T23:00:00Z", "2bh",
	    "2015-03-10T06:10:00Z" },
	{ "America/New_York", 140, 320, "2015-03-06T06:15:00Z", "2bd",
	    "2015-03-08T07:00:00Z" },
	{ "America/New_York", 140, 320, "2015-03-07T23:00:00Z", "1bh",
	    "2015-03-08T08:00:00Z" },
	{ "America/New_York", 130, 1440, "2015-03-07T06:45:00Z", "1bd",
	    "2015-03-08T07:00:00Z" },
	{ "America/New_York", 130, 1440, "2015-03-08T06:20:00Z", "2bh",
	    "2015-03-08T09:00:00Z" },
	{ "America/New_York", 0, 1440, "2015-10-30T05:15:00Z", "2bd",
	    "2015-11-01T05:15:00Z" },
	{ "America/New_York", 0, 1440, "2015-11-01T05:50:00Z", "2bh",
	    "2015-11-01T07:50:00Z" },
	{ "America/New_York", 70, 110, "2015-10-30T05:15:00Z", "2bd",
	    "2015-11-01T05:15:00Z" },
	{ "America/New_York", 70, 110, "2015-11-01T05:20:00Z", "1bh",
	    "2015-11-01T06:40:00Z" },
	{ "America/New_York", 30, 80, "2015-10-30T06:20:00Z", "2bd",
	    "2015-11-02T05:30:00Z" },
	{ "America/New_York", 30, 80, "2015-11-01T05:50:00Z", "2bh",
	    "2015-11-03T06:20:00Z" },
	{ "America/New_York", 80, 260, "2015-10-30T07:15:00Z", "2bd",
	    "2015-11-01T08:15:00Z" },
	{ "America/New_York", 80, 260, "2015-10-31T22:00:00Z", "2bh",
	    "2015-11-01T07:40:00Z" },
	{ "America/New_York", 70, 1440, "2015-10-31T06:45:00Z", "1bd",
	    "2015-11-01T07:45:00Z" },
	{ "America/New_York", 70, 1440, "2015-11-01T05:50:00Z", "1bh",
	    "2015-11-01T07:00:00Z" },
	{ "Australia/Lord_Howe", 0, 1440, "2015-04-03T14:15:00Z", "1bd",
	    "2015-04-04T14:15:00Z" },
	{ "Australia/Lord_Howe", 0, 1440, "2015-04-04T07:00:00Z", "1bh",
	    "2015-04-04T08:00:00Z" },
	{ "Australia/Lord_Howe", 100, 140, "2015-04-02T14:15:00Z", "2bd",
	    "2015-04-04T14:40:00Z" },
	{ "Australia/Lord_Howe", 100, 140, "2015-04-04T07:00:00Z", "2bh",
	    "2015-04-06T15:30:00Z" },
	{ "Australia/Lord_Howe", 60, 110, "2015-04-02T14:15:00Z", "2bd",
	    "2015-04-04T14:15:00Z" },
	{ "Australia/Lord_Howe", 60, 110, "2015-04-04T07:00:00Z", "1bh",
	    "2015-04-04T15:10:00Z" },
	{ "Australia/Lord_Howe", 110, 290, "2015-04-03T14:15:00Z", "1bd",
	    "2015-04-04T14:50:00Z" },
	{ "Australia/Lord_Howe", 110, 290, "2015-04-04T07:00:00Z", "1bh",
	    "2015-04-04T16:10:00Z" },
	{ "Australia/Lord_Howe", 100, 1440, "2015-04-03T14:45:00Z", "1bd",
	    "2015-04-04T14:45:00Z" },
	{ "Australia/Lord_Howe", 100, 1440, "2015-04-04T14:20:00Z", "2bh",
	    "2015-04-04T16:50:00Z" },
	{ "Australia/Lord_Howe", 0, 1440, "2015-10-01T15:15:00Z", "2bd",
	    "2015-10-03T15:15:00Z" },
	{ "Australia/Lord_Howe", 0, 1440, "2015-10-03T07:30:00Z", "2bh",
	    "2015-10-03T09:30:00Z" },
	{ "Australia/Lord_Howe", 130, 170, "2015-10-01T16:45:00Z", "2bd",
	    "2015-10-04T15:10:00Z" },
	{ "Australia/Lord_Howe", 130, 170, "2015-10-03T07:30:00Z", "2bh",
	    "2015-10-06T15:30:00Z" },
	{ "Australia/Lord_Howe", 90, 140, "2015-10-02T16:15:00Z", "1bd",
	    "2015-10-04T14:30:00Z" },
	{ "Australia/Lord_Howe", 90, 140, "2015-10-03T14:50:00Z", "1bh",
	    "2015-10-04T15:00:00Z" },
	{ "Australia/Lord_Howe", 140, 320, "2015-10-02T14:45:00Z", "1bd",
	    "2015-10-03T15:30:00Z" },
	{ "Australia/Lord_Howe", 140, 320, "2015-10-03T15:20:00Z", "2bh",
	    "2015-10-03T17:30:00Z" },
	{ "Australia/Lord_Howe", 130, 1440, "2015-10-02T16:45:00Z", "1bd",
	    "2015-10-03T16:15:00Z" },
	{ "Australia/Lord_Howe", 130, 1440, "2015-10-03T07:30:00Z", "1bh",
	    "2015-10-03T08:30:00Z" },
	{ "America/St_Johns", 0, 1440, "2015-03-07T05:50:00Z", "1bd",
	    "2015-03-08T05:30:00Z" },
	{ "America/St_Johns", 0, 1440, "2015-03-08T04:00:00Z", "1bh",
	    "2015-03-08T05:00:00Z" },
	{ "America/St_Johns", 130, 170, "2015-03-07T04:45:00Z", "1bd",
	    "2015-03-08T05:30:00Z" },
	{ "America/St_Johns", 130, 170, "2015-03-08T04:00:00Z", "1bh",
	    "2015-03-10T05:00:00Z" },
	{ "America/St_Johns", 90, 140, "2015-03-06T06:45:00Z", "2bd",
	    "2015-03-09T04:00:00Z" },
	{ "America/St_Johns", 90, 140, "2015-03-08T04:50:00Z", "1bh",
	    "2015-03-09T04:30:00Z" },
	{ "America/St_Johns", 140, 320, "2015-03-06T04:45:00Z", "2bd",
	    "2015-03-08T05:30:00Z" },
	{ "America/St_Johns", 140, 320, "2015-03-08T04:00:00Z", "1bh",
	    "2015-03-08T06:30:00Z" },
	{ "America/St_Johns", 130, 1440, "2015-03-06T05:15:00Z", "2bd",
	    "2015-03-08T05:30:00Z" },
	{ "America/St_Johns", 130, 1440, "2015-03-07T21:30:00Z", "2bh",
	    "2015-03-07T23:30:00Z" },
	{ "America/St_Johns", 0, 1440, "2015-10-30T05:45:00Z", "2bd",
	    "2015-11-01T06:45:00Z" },
	{ "America/St_Johns", 0, 1440, "2015-11-01T03:00:00Z", "1bh",
	    "2015-11-01T04:00:00Z" },
	{ "America/St_Johns", 70, 110, "2015-10-30T04:50:00Z", "2bd",
	    "2015-11-02T04:40:00Z" },
	{ "America/St_Johns", 70, 110, "2015-11-01T03:50:00Z", "2bh",
	    "2015-11-03T04:50:00Z" },
	{ "America/St_Johns", 30, 80, "2015-10-30T05:45:00Z", "2bd",
	    "2015-11-02T04:00:00Z" },
	{ "America/St_Johns", 30, 80, "2015-11-01T03:50:00Z", "2bh",
	    "2015-11-03T04:50:00Z" },
	{ "America/St_Johns", 80, 260, "2015-10-30T05:45:00Z", "2bd",
	    "2015-11-01T06:45:00Z" },
	{ "America/St_Johns", 80, 260, "2015-11-01T04:20:00Z", "1bh",
	    "2015-11-01T05:40:00Z" },
	{ "America/St_Johns", 70, 1440, "2015-10-30T05:15:00Z", "2bd",
	    "2015-11-01T06:15:00Z" },
	{ "America/St_Johns", 70, 1440, "2015-11-01T03:50:00Z", "1bh",
	    "2015-11-01T05:00:00Z" },
	{ "America/St_Johns", 0, 1440, "2010-11-05T01:46:00Z", "2bd",
	    "2010-11-07T01:46:00Z" },
	{ "America/St_Johns", 0, 1440, "2010-11-07T01:51:00Z", "2bh",
	    "2010-11-07T03:51:00Z" },
	{ "America/St_Johns", 11, 51, "2010-11-05T03:16:00Z", "2bd",
	    "2010-11-07T04:16:00Z" },
	{ "America/St_Johns", 11, 51, "2010-11-06T18:31:00Z", "1bh",
	    "2010-11-08T04:01:00Z" },
	{ "America/St_Johns", 21, 201, "2010-11-05T02:16:00Z", "2bd",
	    "2010-11-07T03:51:00Z" },
	{ "America/St_Johns", 21, 201, "2010-11-07T01:01:00Z", "1bh",
	    "2010-11-07T04:51:00Z" },
	{ "America/St_Johns", 11, 1440, "2010-11-06T03:16:00Z", "1bd",
	    "2010-11-07T04:16:00Z" },
	{ "America/St_Johns", 11, 1440, "2010-11-07T01:01:00Z", "1bh",
	    "2010-11-07T02:01:00Z" },
	{ "America/Havana", 0, 1440, "2015-03-07T06:15:00Z", "1bd",
	    "2015-03-08T05:15:00Z" },
	{ "America/Havana", 0, 1440, "2015-03-08T03:30:00Z", "2bh",
	    "2015-03-08T05:30:00Z" },
	{ "America/Havana", 70, 110, "2015-03-07T04:45:00Z", "1bd",
	    "2015-03-08T05:10:00Z" },
	{ "America/Havana", 70, 110, "2015-03-08T04:20:00Z", "2bh",
	    "2015-03-10T05:50:00Z" },
	{ "America/Havana", 30, 80, "2015-03-07T04:15:00Z", "1bd",
	    "2015-03-08T05:00:00Z" },
	{ "America/Havana", 30, 80, "2015-03-08T04:20:00Z", "1bh",
	    "2015-03-09T05:10:00Z" },
	{ "America/Havana", 80, 260, "2015-03-06T05:45:00Z", "2bd",
	    "2015-03-08T05:20:00Z" },
	{ "America/Havana", 80, 260, "2015-03-07T21:00:00Z", "1bh",
	    "2015-03-08T06:20:00Z" },
	{ "America/Havana", 70, 1440, "2015-03-07T05:20:00Z", "1bd",
	    "2015-03-08T05:10:00Z" },
	{ "America/Havana", 70, 1440, "2015-03-08T04:20:00Z", "1bh",
	    "2015-03-08T05:30:00Z" },
	{ "America/Havana", 0, 1440, "2015-10-30T04:15:00Z", "2bd",
	    "2015-11-01T04:15:00Z" },
	{ "America/Havana", 0, 1440, "2015-10-31T21:00:00Z", "1bh",
	    "2015-10-31T22:00:00Z" },
	{ "America/Havana", 10, 50, "2015-10-31T04:45:00Z", "1bd",
	    "2015-11-01T04:45:00Z" },
	{ "America/Havana", 10, 50, "2015-10-31T21:00:00Z", "2bh",
	    "2015-11-02T05:50:00Z" },
	{ "America/Havana", 20, 200, "2015-10-31T05:20:00Z", "1bd",
	    "2015-11-01T06:20:00Z" },
	{ "America/Havana", 20, 200, "2015-11-01T03:30:00Z", "2bh",
	    "2015-11-01T06:40:00Z" },
	{ "America/Havana", 10, 1440, "2015-10-31T05:45:00Z", "1bd",
	    "2015-11-01T06:45:00Z" },
	{ "America/Havana", 10, 1440, "2015-11-01T03:30:00Z", "1bh",
	    "2015-11-01T04:40:00Z" },
};

/* 2015-12-25, 05-01, 01-01 */
static int64_t holidays[] = { 16436, 16556, 16794 };

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

static void
check_jump(size_t i)
{
	const struct calendar c = { .open = { 1, 1, 1, 1, 1, 1, 1 },
		.from = jumps[i].open,
		.to = jumps[i].close,
		.holiday = holidays,
		.nholiday = 3 };
	struct calendar at = c;

	assert_true(strlen(jumps[i].zone) < ZONE_MAX);
	strcpy(at.zone, jumps[i].zone);
	check(&at, jumps[i].from, jumps[i].duration, jumps[i].until);
}

static void
test_jumps(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(jumps); i++)
		check_jump(i);
}

/* The rows of one zone, each after every other one. */
static void *
check_zone(void *zone)
{
	for (size_t i = 0; i < LENGTH(jumps); i++)
		for (size_t k = 0; k < LENGTH(jumps); k++)
			if (strcmp(jumps[i].zone, zone) == 0 &&
			    strcmp(jumps[k].zone, zone) == 0) {
				check_jump(i);
				check_jump(k);
			}
	return NULL;
}

/* What was asked before does not matter, nor what other threads ask. */
static void
test_any_order(void **state)
{
	char berlin[ZONE_MAX] = "Europe/Berlin";
	char howe[ZONE_MAX] = "Australia/Lord_Howe";
	char *const zone[] = { berlin, howe };
	pthread_t thread[4];

	(void)state;
	for (size_t z = 0; z < LENGTH(zone); z++) {
		zone_use(zone[z]);
		for (size_t i = 0; i < LENGTH(thread); i++)
			assert_int_equal(pthread_create(&thread[i], NULL,
					     check_zone, zone[z]),
			    0);
		for (size_t i = 0; i < LENGTH(thread); i++)
			assert_int_equal(pthread_join(thread[i], NULL), 0);
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
	check(&c, "2015-05-09T10:00:00Z", "30m", "2015-05-09T10:30:00Z");
	check(&c, "2015-05-09T10:00:00Z", "1d", "2015-05-10T10:00:00Z");
	check(&c, "2015-05-08T10:00:00Z", "1bd2bh", "2015-05-11T12:00:00Z");
	check(&c, "2015-05-08T14:00:00Z", "1bd2bh", "2015-05-12T08:00:00Z");
	check(&c, "2015-05-08T10:00:00Z", "1bd30m", "2015-05-11T10:30:00Z");
	check(&c, "2015-05-06T10:00:00.25Z", "1bd", "2015-05-07T10:00:00.25Z");
	check(&c, "2015-05-06T10:00:00.25Z", "1bh", "2015-05-06T11:00:00.25Z");
	check(&c, "2015-05-09T10:00:00.25Z", "1bh", "2015-05-11T08:00:00Z");
	/* round the clock, every day */
	c = (struct calendar){ .zone = "Europe/Berlin",
		.open = { 1, 1, 1, 1, 1, 1, 1 },
		.to = 1440 };
	check(&c, "2015-03-28T12:00:00Z", "24bh", "2015-03-29T12:00:00Z");
	check(&c, "2015-03-28T12:00:00Z", "1bd", "2015-03-29T11:00:00Z");
	/* before 1970 */
	c = weekdays();
	check(&c, "1969-12-31T10:00:00Z", "1bd", "1970-01-01T10:00:00Z");
}

static void
test_zones(void **state)
{
	static const char *const bad[] = { "", "Mars/Olympus", "/etc/passwd",
		"../../../etc/passwd", "Europe/Berlin ", ":UTC", "Europe",
		"leapseconds" };
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
		    &c, "2015-05-09T10:00:00Z", "1bh", "2015-05-11T01:00:00Z");
		check(&other, "2015-05-09T10:00:00Z", "1bh",
		    "2015-05-11T14:00:00Z");
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
		cmocka_unit_test(test_jumps),
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_durations),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
