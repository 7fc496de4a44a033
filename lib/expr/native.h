/*
 * The part of jq that runs without libjq: paths, literals, comparisons,
 * and, or, not, //, arithmetic, if, select, and a handful of builtins on
 * strings, with jq 1.6's meaning to the letter.
 *
 * What is not understood here is no error, it is libjq's business; and so
 * is, record by record, what is understood but would be laborious to do the
 * same way: comparing two objects, say.  Nothing here has more than one
 * output.
 */
#ifndef HITL_EXPR_NATIVE_H
#define HITL_EXPR_NATIVE_H

#include "record/record.h"

struct native;

/* NULL if it is not in the part that runs here.  Memory from `permanent`. */
struct native *native_compile(struct str text, struct arena *permanent);

/* Enters the paths it reads. */
void native_use(struct native *, struct fields *);

/*
 * The node of a path whose last step is a key, and of the object that would
 * have it; other expressions leave both alone.  After native_use().
 */
void native_plain_path(const struct native *, uint32_t *node, uint32_t *above);

enum native_result {
	NATIVE_VALUE,
	NATIVE_EMPTY, /* no output */
	NATIVE_ERROR, /* jq's error */
	NATIVE_UNSURE, /* of this record: ask libjq */
};

/*
 * Its output on a record.  JSON_ABSENT where a path leads nowhere.  Valid as
 * long as the record.
 */
enum native_result
native_eval(const struct native *, const struct record *, struct value *out);

/* The same where only its truth counts. */
enum native_result
native_truth(const struct native *, const struct record *, bool *truth);

#endif
