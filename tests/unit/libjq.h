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

static inline bool
libjq_compiles(const char *program)
{
	jq_state *jq = jq_init();
	bool yes;

	jq_set_error_cb(jq, libjq_silent, NULL);
	yes = jq_compile(jq, program);
	jq_teardown(&jq);
	return yes;
}

static inline bool
libjq_keeps_digits(void)
{
	jv a = jv_parse("10000000000000001"), b = jv_parse("10000000000000000");

	return jv_equal(a, b) == 0;
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
