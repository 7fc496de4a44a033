/*
 * The domain's words: risk levels, actions, who responds, priorities, and
 * the outcomes of a review.
 */
#ifndef HITL_POLICY_WORDS_H
#define HITL_POLICY_WORDS_H

#include "record/json.h"

enum risk_level {
	RISK_LOW,
	RISK_MEDIUM,
	RISK_HIGH,
	RISK_CRITICAL,
	RISK_UNKNOWN, /* never written in a policy */
};
enum { RISK_LEVELS = RISK_UNKNOWN };

/* In order of caution: the highest wins. */
enum action { ACTION_AUTO, ACTION_AUTO_AUDIT, ACTION_QUEUE, ACTION_ESCALATE };
enum { ACTIONS = ACTION_ESCALATE + 1 };

enum responder { RESPOND_MODEL, RESPOND_MODEL_FLAGGED, RESPOND_HUMAN };
enum { RESPONDERS = RESPOND_HUMAN + 1 };

/* Of a task, ascending. */
enum priority {
	PRIORITY_LOW,
	PRIORITY_NORMAL,
	PRIORITY_HIGH,
	PRIORITY_URGENT,
};
enum { PRIORITIES = PRIORITY_URGENT + 1 };

/* Who works on a case, ascending. */
enum tier { TIER_AI, TIER_AGENT, TIER_EXPERT };
enum { TIERS = TIER_EXPERT + 1 };

enum outcome { OUTCOME_APPROVE, OUTCOME_REJECT, OUTCOME_CORRECT };
enum { OUTCOMES = OUTCOME_CORRECT + 1 };

/* The words, NULL-terminated lists in the enums' order. */
extern const char *const risk_words[]; /* "low" … "critical" */
extern const char *const action_words[]; /* "AUTO" … "ESCALATE" */
extern const char *const responder_words[]; /* "model" … "human" */
extern const char *const priority_words[]; /* "low" … "urgent" */
extern const char *const tier_words[]; /* "ai", "agent", "expert" */
extern const char *const outcome_words[]; /* "approve" … "correct" */

/* The number of a word in such a list, -1 if it is none of them. */
int word_index(const char *const list[], struct str word);
/* The same of what a string says; -1 for anything else. */
int value_word(
    const struct value *, const char *const list[], struct arena *scratch);
/* How many there are. */
size_t word_count(const char *const list[]);

/* critical: urgent, high: high, medium: normal, low: low; unknown: urgent. */
enum priority priority_of(enum risk_level);

/*
 * The outcome of a review; also "approved", "rejected", "corrected",
 * "needs_revision" (a correction is wanted: OUTCOME_CORRECT), and "edit",
 * "edited" for OUTCOME_CORRECT.  -1 if unknown.
 */
int outcome_parse(struct str word);
const char *outcome_word(enum outcome);

#endif
