/*
 * Streams of Redis' (5.0 and up) as a way into a queue and out of it, for who
 * has them already: redis://[:PASSWORD@]HOST[:PORT]/STREAM.
 *
 * An entry has one field, "record", a line of JSON.  In: a consumer group, in
 * which an entry is acknowledged when what has come of it is kept; one that
 * its reader has not acknowledged comes again.  Out: entries with two more
 * fields, "n", the event they are of, so that whoever goes on knows where, and
 * "as", the kind of what is exported.
 */
#ifndef HITL_QUEUE_REDIS_H
#define HITL_QUEUE_REDIS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

struct redis_stream;

enum {
	REDIS_ENTRIES = 500, /* at a time */
	REDIS_WAIT_MOST = 5, /* seconds for new ones */
	REDIS_NOBODY_KNOWS = -1,
};
#define REDIS_LOOK_BACK "100" /* entries */

/*
 * An answer, and the connection, is waited for for `patience` (microseconds)
 * and REDIS_WAIT_MOST seconds more; then it is a failure.
 * NULL with *e: STATUS_USAGE if the URL is none.
 */
struct redis_stream *
redis_stream_open(const char *url, int64_t patience, struct err *e);
void redis_stream_close(struct redis_stream *);

/* What it is called in messages: without a password. */
const char *redis_stream_name(const struct redis_stream *);

/*
 * Joins a group as a consumer; the group is made, from the first entry on, if
 * it is not there.  -1 with *e.
 */
int redis_stream_join(struct redis_stream *, const char *group,
    const char *consumer, struct err *e);

/*
 * Hands the next entries to `each`, REDIS_ENTRIES at most: first those that
 * this consumer was given before and has not acknowledged, then those that
 * others have left for a minute, then new ones; of these it waits for the
 * first for so long, REDIS_WAIT_MOST at most.  A line of n == 0: the entry has
 * no field "record". Returns how many, 0 if there are none; -1 with *e, also
 * when `each` has returned -1.
 */
typedef int
redis_entry_fn(void *arg, const char *id, struct str line, struct err *e);
int redis_stream_read(struct redis_stream *, int64_t wait_usec,
    redis_entry_fn *each, void *arg, struct err *e);

/* All that was handed over is done with.  -1 with *e. */
int redis_stream_acknowledge(struct redis_stream *, struct err *e);

/* Adds an entry of event n, exported as that; -1 with *e. */
int redis_stream_add(struct redis_stream *, const char *as, int64_t n,
    struct str line, struct err *e);

/*
 * Sets *n to the event of the last entry that redis_stream_add() has added,
 * among the last REDIS_LOOK_BACK; 0: there has never been an entry;
 * REDIS_NOBODY_KNOWS: there have been some, but it is none of these.
 * -1 with *e: STATUS_USAGE if it was exported as something else.
 */
int redis_stream_last(
    struct redis_stream *, const char *as, int64_t *n, struct err *e);

#endif
