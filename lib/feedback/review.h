/*
 * Reviews as people wrote them (hitl-record(5)), checked and kept by the id
 * of the decision they are about.
 */
#ifndef HITL_FEEDBACK_REVIEW_H
#define HITL_FEEDBACK_REVIEW_H

#include <stdatomic.h>

#include "base/map.h"
#include "base/timestamp.h"
#include "policy/words.h"
#include "record/stream.h"

#define REVIEW_NONE UINT32_MAX

struct review {
	struct str reviewer; /* n == 0: not said */
	enum outcome outcome;
	bool has_correction;
	struct str correction; /* a string's text, or JSON */
	struct str category; /* JSON strings, quoted; n == 0: none */
	struct str reason;
	int64_t claimed_at; /* TIMESTAMP_NONE: not said */
	int64_t reviewed_at;
	int used; /* 1, 0; -1 not said */
	uint32_t next; /* an earlier one of the same id */
};

struct reviews { /* all zero: none */
	struct arena arena;
	struct map ids; /* id -> last[], seen[] */
	uint32_t *last; /* newest review read, by id */
	atomic_bool *seen; /* a decision of that id came by */
	size_t last_cap, seen_cap;
	struct review *review; /* [n] */
	size_t n, cap;
};

/*
 * Reads a file of reviews; bad ones are told, counted and left out, and
 * *status is the worst that happened.  -1 with *e if it cannot be opened.
 */
int
reviews_load(struct reviews *, const char *file, const struct stream_options *,
    struct stream_totals *, enum status *, struct err *e);
void reviews_release(struct reviews *);

#endif
