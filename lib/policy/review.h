/*
 * One review as a person wrote it (hitl-record(5)): read from a record,
 * checked, and packed into bytes to be kept.
 */
#ifndef HITL_POLICY_REVIEW_H
#define HITL_POLICY_REVIEW_H

#include "policy/policy.h"

/* What is passed on as it came; the order is that of the output. */
enum review_text {
	REVIEW_CATEGORY,
	REVIEW_REASON,
	REVIEW_CORRECTION,
	REVIEW_RATING,
	REVIEW_COMMENT,
	REVIEW_SCOPE,
	REVIEW_MISSING_EVIDENCE,
	REVIEW_INCORRECT_EVIDENCE,
	REVIEW_BETTER_QUERY,
	REVIEW_POLICY_REASON,
	REVIEW_TEXTS,
};
extern const char *const review_text_words[];

/*
 * Whether a correction holds beyond its case: what is lasting may teach a
 * model, the others explain themselves away.
 */
enum scope {
	SCOPE_LASTING,
	SCOPE_TEMPORARY_POLICY,
	SCOPE_BAD_RETRIEVAL,
	SCOPE_ONE_OFF,
};
enum { SCOPES = SCOPE_ONE_OFF + 1 };
extern const char *const scope_words[]; /* NULL-terminated */

struct review {
	struct str id, reviewer; /* names; reviewer.n == 0: not said */
	bool is_use; /* no opinion: it says that the correction was used */
	enum outcome outcome;
	int correct, used; /* 1, 0; -1 not said */
	int64_t claimed_at, reviewed_at; /* TIMESTAMP_NONE: not said */
	int64_t round; /* of the task, that he saw; 0: not said, -1: not one */
	struct str text[REVIEW_TEXTS]; /* JSON as it came; n == 0: none */
	struct str line; /* all of it as it came; n == 0: not kept */
	uint64_t order; /* in which it came */
	uint64_t fingerprint; /* of what it says; by review_digest() */
	uint64_t answer; /* of what the correction says; by the same */
};

/* Where the members of a review stand in a record that is one. */
struct review_places {
	struct expr_set *exprs;
	uint32_t expr[FIELDS - FIELD_REVIEW_ID];
};

/*
 * Takes them over from the policy, into a set of their own; before its
 * expr_set_compile().  -1 with *e.
 */
int review_places_init(struct review_places *, const struct policy *,
    struct arena *permanent, struct err *e);
void review_places_release(struct review_places *);

/*
 * The review a record is, valid as long as the record; -1 with *e
 * (STATUS_REJECTED) naming the member that is wrong.
 */
int review_read(struct review *, const struct review_places *,
    struct evaluator *, const struct record *, struct err *e);

/*
 * What two of them are compared by, within this process: texts say what they
 * mean, however they are spelled (record/json_meaning.h).
 */
void review_digest(struct review *, struct arena *scratch);

/* Appends it to bytes, and finds it in them again, where it then lives. */
void review_pack(const struct review *, struct buf *);
void review_unpack(struct review *, struct str bytes);

/* What a member that came as JSON says; from `a` when it had escapes. */
struct str
review_string(const struct review *, enum review_text, struct arena *a);

#endif
