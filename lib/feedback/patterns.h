/*
 * What reviewers correct again and again (hitl-feedback(1), patterns and
 * stats): by category, reason, task, the first words of the draft, and
 * corrections that are nearly the same.
 */
#ifndef HITL_FEEDBACK_PATTERNS_H
#define HITL_FEEDBACK_PATTERNS_H

#include "feedback/lesson.h"

enum pattern_kind {
	PATTERN_CATEGORY,
	PATTERN_REASON,
	PATTERN_TASK,
	PATTERN_LEADING_WORDS,
	PATTERN_SIMILAR,
};
enum { PATTERN_KINDS = PATTERN_SIMILAR + 1, PATTERN_EXAMPLES = 20 };
extern const char *const pattern_kind_words[]; /* NULL-terminated */

struct patterns_options {
	uint64_t min_count; /* what is rarer is no pattern */
	int64_t period; /* microseconds, whole hours */
	int64_t until; /* end of the last period; TIMESTAMP_NONE: the newest */
	size_t leading; /* words */
	double similarity; /* of corrections that are nearly the same */
	size_t examples; /* of each, up to PATTERN_EXAMPLES */
	size_t max_groups; /* of each kind */
	double level; /* of intervals */
	bool percent; /* of plain confidences */
};

struct patterns;

/* Marks and adds what is read; before expr_set_compile().  NULL with *e. */
struct patterns *
patterns_new(struct policy *, const struct patterns_options *, struct err *e);
void patterns_free(struct patterns *);
void patterns_start(struct patterns *, struct evaluator *);

/* A record_fn over a struct patterns; takes one thread. */
int patterns_add(struct record *, void *patterns, struct err *);

struct patterns_totals {
	uint64_t records, reviewed, corrections;
	uint64_t beyond; /* groups of max_groups */
	uint64_t patterns; /* found */
};
struct patterns_totals patterns_totals(const struct patterns *);

/* When all are in: the commonest first; then row i of totals.patterns. */
void patterns_settle(struct patterns *);
void patterns_write(const struct patterns *, size_t i, struct buf *);

/* All of it in one object; after patterns_settle(). */
void patterns_write_stats(const struct patterns *, struct buf *);

#endif
