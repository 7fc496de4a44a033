/*
 * From the value of a field to what it means (hitl-record(5)).  Nothing is
 * guessed: what cannot be read says why.
 */
#ifndef HITL_POLICY_FIELDVALUE_H
#define HITL_POLICY_FIELDVALUE_H

#include "policy/policy.h"

/* Why a confidence is of no use. */
enum confidence_state {
	CONFIDENCE_OK,
	CONFIDENCE_ABSENT, /* no such place in the record */
	CONFIDENCE_NULL,
	CONFIDENCE_NOT_A_NUMBER,
	CONFIDENCE_OUT_OF_RANGE,
	CONFIDENCE_ERROR, /* its expression failed */
};

/*
 * A confidence in [0, 1]: a number, or a string "0.87" or "87%" (blanks
 * around it allowed).  `percent`: plain numbers are 0..100.
 */
enum confidence_state
confidence_parse(const struct value *, bool percent, double *x);

/* The record's: of its field, or the weighted mean of the policy's signals. */
enum confidence_state field_confidence(struct evaluator *,
    const struct policy *, const struct record *, bool percent, double *x);

/*
 * How likely a record is to be right: `calibrated`, which it has in
 * .calibrated.confidence, where that is there at all, null or not; else its
 * confidence.  NAN where what counts is of no use: never one for the other,
 * they are on two scales.
 */
double field_probability(struct evaluator *, const struct policy *,
    const struct record *, const struct value *calibrated, bool percent);

/* A label: 1 right, 0 wrong, -1 unknown (absent, null, not bool or 0/1). */
int
field_correct(struct evaluator *, const struct policy *, const struct record *);

/* A weight: a number in [1e-6, 1e12]; false if it is none. */
bool field_weight(struct evaluator *, const struct policy *,
    const struct record *, double *w);

/*
 * A time: RFC 3339, epoch seconds, or from 1e11 on epoch milliseconds;
 * TIMESTAMP_NONE if there is none.
 */
int64_t time_value(const struct value *, struct arena *);
int64_t
field_time(struct evaluator *, const struct policy *, const struct record *);

/* What the policy says of the record's task; NULL: nothing. */
const struct policy_task *
field_task(struct evaluator *, const struct policy *, const struct record *);

/* A name (id, task); false if absent, null, or the expression failed. */
bool field_name(struct evaluator *, const struct policy *,
    const struct record *, enum field, struct str *name);

#endif
