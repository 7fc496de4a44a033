/*
 * A record's part of a log: by a hash of its id, so that it is the same in
 * every run, on every machine, and for all records of one id.  The key is
 * fixed and public: this divides work, it hides nothing.
 */
#ifndef HITL_CALIBRATE_PART_H
#define HITL_CALIBRATE_PART_H

#include "policy/policy.h"

/* Divisions for different ends do not know of each other. */
enum division {
	/* --part K/N: a record without an id is in none, as its text may
	 * be another one after the next filter */
	DIVISION_PARTS,
	/* of cross-fitting: without an id, by its text */
	DIVISION_FOLDS,
};

/* Before expr_set_compile(). */
void part_use(struct policy *);

/* Of cross-fitting. */
enum { FOLDS = 5 };

enum { PART_NONE = UINT32_MAX };

/* 0 .. parts - 1, or PART_NONE. */
uint32_t part_of(struct evaluator *, const struct policy *,
    const struct record *, enum division, uint32_t parts);

/* The k-th of n parts, from 0; n == 0: all of the log. */
struct part {
	uint32_t k, n;
};

/* "2/5" is k 1, n 5; -1 with *e. */
int part_parse(const char *text, struct part *, struct err *e);

/* Whether a record is in it; one without an id is counted instead. */
bool part_takes(const struct part *, struct evaluator *, const struct policy *,
    const struct record *, uint64_t *without_id);

#endif
