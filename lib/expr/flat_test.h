/*
 * A condition as a list of tests, as flat.c makes it: private to it and to
 * batch.c.
 */
#ifndef HITL_EXPR_FLAT_TEST_H
#define HITL_EXPR_FLAT_TEST_H

#include "expr/flat.h"

enum { FLAT_MOST = 64 }; /* tests of one condition */

/* Where to go on: a test, or the answer. */
enum { GO_FALSE = FLAT_MOST, GO_TRUE };

/* How a value may lie to the literal; a set. */
enum { BELOW = 1, EQUAL = 2, ABOVE = 4 };

enum flat_kind {
	TRUTH, /* the path's own */
	NUMBER, /* compared with a number */
	SAME_STRING, /* with a string, equal or not */
	OTHER, /* with what else there is */
};

/* 64 bytes, so that one is found by a shift. */
struct flat_test {
	uint32_t node; /* of the path */
	uint32_t above; /* of the object that would have it; or FIELD_NONE */
	uint8_t kind; /* enum flat_kind */
	uint8_t holds; /* BELOW | EQUAL | ABOVE */
	uint8_t yes, no; /* where to go on */
	union {
		double number;
		uint64_t first; /* of a string's first eight bytes */
	};
	uint64_t mask; /* the bytes of `first` that count */
	struct str string; /* unescaped */
	enum json_type type; /* of the literal */
};
_Static_assert(sizeof(struct flat_test) <= 64, "fits a cache line");

struct flat {
	size_t n;
	struct flat_test test[FLAT_MOST];
};

/* What the test says of a value of another type than its literal. */
static inline bool
flat_other_type(const struct flat_test *t, enum json_type type)
{
	return (t->holds & (type < t->type ? BELOW : ABOVE)) != 0;
}

/*
 * Of a path that leads nowhere: whether it is null, because an object, or
 * null, on it has no such key; `above` as in the test.
 */
bool flat_leads_to_null(uint32_t above, const struct record *);

#endif
