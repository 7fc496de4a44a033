/*
 * The one time type: microseconds since 1970-01-01T00:00:00Z, as int64_t.
 *
 * Read from RFC 3339 (section 5.6) or epoch seconds, written as RFC 3339 in
 * UTC.  A leap second (":60") is read as the second after it.
 */
#ifndef HITL_BASE_TIMESTAMP_H
#define HITL_BASE_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

#define USEC_PER_SECOND INT64_C(1000000)
#define TIMESTAMP_NONE  INT64_MIN /* no time given */

/* RFC 3339 with offset; 'T' may be a blank.  0, or -1 if it is none. */
int timestamp_parse(struct str, int64_t *usec);
/* Epoch seconds; -1 outside the years 1 to 9999 or when not finite. */
int timestamp_from_seconds(double seconds, int64_t *usec);
/* "2026-05-09T18:00:00Z", with a fraction only where there is one. */
void timestamp_format(struct buf *, int64_t usec);
/* The same as a JSON string, null of none; and as a member ,"key":… */
void timestamp_json(struct buf *, int64_t usec);
void timestamp_member(struct buf *, const char *key, int64_t usec);
/* Now, by a clock that is never set: for how long something takes. */
int64_t monotonic_now(void);
/* Now, by the wall clock. */
int64_t timestamp_now(void);

/*
 * "90s", "30m", "4h", "2d", "1w", "1bd" (business days), "4bh" (business
 * hours), or a sum "1h30m".
 * 0, or -1 if it is none, is negative, or exceeds a hundred years.
 */
struct duration {
	int64_t usec;
	/* counted by calendar_add(), base/calendar.h */
	int64_t business_usec;
	int business_days;
};
int duration_parse(struct str, struct duration *);
/* Whether it needs a calendar. */
bool duration_is_business(const struct duration *);

/* The civil calendar (proleptic Gregorian): days since 1970-01-01. */
int64_t civil_to_days(int64_t year, int month, int day);
void days_to_civil(int64_t days, int64_t *year, int *month, int *day);

#endif
