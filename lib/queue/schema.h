/* The tables of a queue. */
#ifndef HITL_QUEUE_SCHEMA_H
#define HITL_QUEUE_SCHEMA_H

#include <stdint.h>

enum {
	QUEUE_MAGIC = 0x6869746c, /* "hitl" */
	QUEUE_VERSION = 1, /* more with each other set of tables */
};

/* No deadline: behind all that have one. */
#define DEADLINE_NONE INT64_MAX

extern const char *const queue_schema[]; /* statements, NULL-terminated */

#endif
