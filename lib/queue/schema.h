/* The tables of a queue. */
#ifndef HITL_QUEUE_SCHEMA_H
#define HITL_QUEUE_SCHEMA_H

#include <stdint.h>

enum { QUEUE_MAGIC = 0x6869746c }; /* "hitl" */

/* No deadline: behind all that have one. */
#define DEADLINE_NONE INT64_MAX

extern const char *const queue_schema[]; /* statements, NULL-terminated */

#endif
