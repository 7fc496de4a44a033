/*
 * How much is at stake in a decision: the policy's risk section applied to
 * one record (hitl-policy(5)).
 *
 * base   the level of the first matching `set` rule, else the task's, else
 *        the default
 * level  the highest of base and all matching `raise` rules, whatever
 *        their order
 * A rule whose expression fails counts as matched and is named "NAME(error)";
 * hitl-route lets such a record go to a person.
 */
#ifndef HITL_ROUTE_RISK_H
#define HITL_ROUTE_RISK_H

#include "policy/policy.h"

struct risk {
	enum risk_level level, base; /* RISK_UNKNOWN: no risk section */
	uint64_t *matched; /* a bit for each rule; while the record lives */
	uint64_t *failed; /* of those: its expression did */
	size_t words; /* of both */
	uint64_t few[2]; /* them, up to 64 rules */
	bool erring; /* any failed */
};

/* Marks what rating needs as used, before the set is compiled. */
void risk_use(struct policy *);

/* Rates a record, of whose task the policy says `task` (NULL: nothing). */
void risk_rate(struct evaluator *, const struct policy *, const struct record *,
    const struct policy_task *task, struct risk *);

/*
 * There are few different risks among many records: their texts are kept.
 * One cache a thread; all zero to begin.
 */
enum { RISK_CACHE = 1024 };

struct risk_text {
	bool used;
	enum risk_level level, base;
	uint64_t matched, failed;
	struct buf json;
	struct overlay overlay; /* text.n == 0: not yet prepared */
	struct overlay_place place[4]; /* of the overlay, if it has no more */
};

struct risk_cache {
	struct risk_text entry[RISK_CACHE];
	struct arena overlays; /* of the entries; forgotten when it has many */
	unsigned prepared; /* in it */
	/*
	 * What records are asked for of it: the whole, level, base and rules,
	 * FIELD_NONE where not.  When there is more, overlays are scanned.
	 */
	bool looked, has_more;
	uint32_t whole, level, base, rules;
};

/* The text of a risk, until the next call. */
struct risk_text *
risk_text(struct risk_cache *, const struct policy *, const struct risk *);
void risk_cache_release(struct risk_cache *);

/* As struct overlay's member "risk", which is node `at`. */
const struct overlay *risk_overlay(struct risk_cache *, struct risk_text *,
    const struct fields *, uint32_t at);

#endif
