/*
 * What the libjq at hand does that 1.6 did not: newer ones read deeper, keep
 * the digits of literals, and take a carriage return for a blank.
 */
#ifndef HITL_TESTS_UNIT_LIBJQ_H
#define HITL_TESTS_UNIT_LIBJQ_H

#include <jq.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static inline void
libjq_silent(void *unused, jv message)
{
	(void)unused;
	jv_free(message);
}

/* Whether a program compiles and its first answer to null is true. */
static inline bool
libjq_says(const char *program)
{
	jq_state *jq = jq_init();
	bool yes = false;
	jv answer;

	jq_set_error_cb(jq, libjq_silent, NULL);
	if (jq_compile(jq, program)) {
		jq_start(jq, jv_null(), 0);
		answer = jq_next(jq);
		yes = jv_get_kind(answer) == JV_KIND_TRUE;
		jv_free(answer);
	}
	jq_teardown(&jq);
	return yes;
}

static inline bool
libjq_takes_returns(void)
{
	return libjq_says(".\r | not");
}

static inline bool
libjq_keeps_digits(void)
{
	return libjq_says("10000000000000001 != 10000000000000000");
}

/* Whether it reads arrays nested so deep. */
static inline bool
libjq_reads(size_t depth)
{
	char *text = malloc(2 * depth + 1);
	bool good;
	jv v;

	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	v = jv_parse_sized(text, (int)(2 * depth));
	good = jv_is_valid(v);
	jv_free(v);
	free(text);
	return good;
}

#endif
