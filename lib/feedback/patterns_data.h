/* What is known of patterns: private to patterns.c and patterns_write.c. */
#ifndef HITL_FEEDBACK_PATTERNS_DATA_H
#define HITL_FEEDBACK_PATTERNS_DATA_H

#include "feedback/patterns.h"
#include "feedback/similar.h"

struct pattern {
	struct str name;
	uint64_t count;
	uint64_t remedy[REMEDIES];
	uint64_t recent, previous; /* in the last period, and that before */
	int64_t first, last; /* TIMESTAMP_NONE: no time is known */
	struct str example[PATTERN_EXAMPLES]; /* [nexample], JSON */
	size_t nexample;
	enum pattern_kind kind;
};

struct pattern_group { /* of one kind */
	struct map names; /* -> pattern[]; of PATTERN_SIMILAR unused */
	struct pattern *pattern; /* [n] */
	size_t n, cap;
};

struct correction {
	int64_t time;
	uint32_t pattern[PATTERN_KINDS]; /* MAP_NONE: it has none */
};

struct patterns {
	struct patterns_options options;
	struct lesson_reader reader;
	struct evaluator *ev;
	struct arena arena;
	struct pattern_group group[PATTERN_KINDS];
	struct similar similar;
	struct correction *correction; /* [ncorrection] */
	size_t ncorrection, correction_cap;
	struct map hours; /* that have reviewed decisions -> reviewed[] */
	uint64_t *reviewed;
	size_t reviewed_cap;
	int64_t newest; /* reviewed decision; TIMESTAMP_NONE */
	struct patterns_totals totals;
	uint64_t outcome[OUTCOMES], no_verdict, scope[SCOPES], unscoped;
	uint64_t used, unused, texts;
	double reviews, distance; /* sums */
	uint64_t distances;
	/* by patterns_settle() */
	const struct pattern **found; /* [totals.patterns] */
	int64_t since, between, until; /* the last period, that before it */
	uint64_t recent, previous; /* reviewed decisions in them */
};

#endif
