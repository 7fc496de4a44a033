/*
 * The policy file: what is risky, what may run alone, where the rest goes,
 * and what is aimed at (hitl-policy(5)).
 *
 * Loading checks all of it, sections included that a program does not use:
 * unknown keys and words, types, ranges, duplicate names, expressions.
 */
#ifndef HITL_POLICY_POLICY_H
#define HITL_POLICY_POLICY_H

#include "base/calendar.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/keyset.h"
#include "base/map.h"
#include "base/timestamp.h"
#include "expr/expr.h"
#include "policy/metric.h"
#include "policy/words.h"

/* The fields of a record that have a name of their own; hitl-record(5). */
enum field {
	FIELD_ID,
	FIELD_TIME,
	FIELD_TASK,
	FIELD_CONFIDENCE,
	FIELD_CORRECT,
	FIELD_WEIGHT,
	FIELD_DRAFT, /* what the model answered */
	FIELD_ACTION, /* what it wants to do */
	FIELD_RATING, /* by its user, 1 to 5 */
	FIELD_THUMBS, /* by its user, up or down */
	FIELD_QUESTION, /* what the model was asked */
	/* of a review: "review.id" and so on */
	FIELD_REVIEW_ID,
	FIELD_REVIEW_REVIEWER,
	FIELD_REVIEW_OUTCOME,
	FIELD_REVIEW_CORRECT,
	FIELD_REVIEW_CLAIMED_AT,
	FIELD_REVIEW_REVIEWED_AT,
	FIELD_REVIEW_USED,
	FIELD_REVIEW_CATEGORY,
	FIELD_REVIEW_REASON,
	FIELD_REVIEW_CORRECTION,
	FIELD_REVIEW_RATING,
	FIELD_REVIEW_COMMENT,
	FIELD_REVIEW_SCOPE,
	FIELD_REVIEW_MISSING_EVIDENCE,
	FIELD_REVIEW_INCORRECT_EVIDENCE,
	FIELD_REVIEW_BETTER_QUERY,
	FIELD_REVIEW_POLICY_REASON,
	FIELD_REVIEW_ROUND,
	FIELDS,
};
extern const char *const field_words[]; /* NULL-terminated */

/* One of several scores that stand in for a confidence: signals[i]. */
struct policy_signal {
	struct str name;
	int64_t value; /* expression */
	double weight; /* above 0 */
	bool needed; /* without it there is no confidence */
	double missing; /* else what it counts as when it is not there */
};

enum { POLICY_NONE = -1 }; /* an expression that is not given */

/*
 * What is written into every record is kept as JSON text beside its value,
 * ready to be copied.
 */

struct policy_rule { /* risk.rules[i] */
	struct str name;
	struct str name_json;
	uint32_t when; /* expression */
	bool raises; /* else it sets */
	enum risk_level level;
};

struct policy_trigger { /* route.triggers[i], route.gates[i] */
	struct str name;
	struct str name_json;
	struct str reason_json; /* "trigger:name", "gate:name" */
	int64_t when;
	enum action action; /* of a trigger */
	struct duration expires; /* of a gate: how long an approval is asked */
	enum priority priority; /* of a gate: at least */
	uint64_t reviews; /* of a gate: by so many people; 0: not said */
};

struct policy_queue { /* route.queues[i] */
	struct str name;
	struct str name_json;
	struct str reason_json; /* "queue:name" */
	int64_t when; /* expression or POLICY_NONE: always */
	bool has_sla;
	struct duration sla;
	bool has_tier;
	enum tier tier;
	enum priority priority; /* at least */
	struct str skills_json; /* an array */
	struct str authority_json; /* null: none asked for */
	uint64_t reviews; /* by so many people; 0: not said */
};

/* When a case of one tier goes to a higher one: route.tiers[i]. */
struct policy_move {
	struct str name;
	struct str reason_json; /* "tier:name" */
	enum tier tier, next;
	int64_t when;
};

/* One of: a condition that fails it, a score, a program that gives one. */
struct policy_layer { /* route.cascade[i] */
	struct str name;
	struct str name_json;
	struct str reason_json; /* "cascade:name" */
	const char *where; /* for messages: "policy.json: route.cascade[1]" */
	int64_t fail, score; /* expressions or POLICY_NONE */
	char **command; /* arguments, NULL-terminated; or NULL */
	struct duration timeout; /* of an answer by the command */
	double pass; /* the least score that passes */
	double cost; /* of running it once */
};

/* A threshold somebody spoke of: a number, or null, "never alone". */
struct policy_threshold {
	bool given;
	bool never;
	double value; /* in [0, 1] */
	struct str json; /* null when never */
};

struct policy_rate { /* of audits */
	double value; /* in [0, 1] */
	struct str json;
};

/* How well a kind of decision is known: by its audits (route/maturity.h). */
enum maturity { MATURITY_INITIAL, MATURITY_STABLE, MATURITY_DEGRADED };
enum { MATURITIES = MATURITY_DEGRADED + 1 };
extern const char *const maturity_words[]; /* NULL-terminated */

struct policy_audit { /* route.audit */
	struct policy_rate rate; /* of AUTO_AUDIT */
	struct policy_rate auto_rate; /* of AUTO */
	bool has_by_risk[RISK_LEVELS];
	struct policy_rate by_risk[RISK_LEVELS];
	bool has_key;
	struct hash_key key;
	int64_t by; /* the group of a record; expression or POLICY_NONE */
	double floor; /* audits wanted of each group; 0: none */
	bool has_states;
	double min_audits; /* before a group can be stable */
	struct policy_state {
		bool has_rate, has_auto_rate;
		struct policy_rate rate, auto_rate;
	} state[MATURITIES];
};

/* What the policy says about one task, in whichever section. */
struct policy_task {
	enum risk_level level; /* RISK_UNKNOWN: nothing */
	struct policy_threshold threshold;
	bool has_audit_rate;
	struct policy_rate audit_rate;
};

struct policy_risk {
	bool given; /* the section is there */
	bool level[RISK_LEVELS]; /* in use */
	enum risk_level fallback; /* "default"; RISK_UNKNOWN: none */
	struct policy_rule *rule;
	size_t nrule;
	struct batch *batch; /* their conditions; by risk_use(), or NULL */
};

/* Thresholds are lowered while more than so many tasks wait. */
struct policy_relief { /* route.relief */
	bool given;
	double backlog, lower_by, floor;
	bool risk[RISK_LEVELS];
};

struct policy_route {
	struct policy_relief relief;
	struct policy_threshold threshold;
	struct policy_threshold by_risk[RISK_LEVELS];
	bool has_review_band;
	double review_band;
	struct policy_audit audit;
	struct policy_trigger *gate;
	size_t ngate;
	struct policy_trigger *trigger;
	size_t ntrigger;
	bool has_calendar;
	struct calendar calendar;
	struct policy_layer *layer;
	size_t nlayer;
	struct policy_queue *queue;
	size_t nqueue;
	struct policy_move *move;
	size_t nmove;
};

/*
 * A member of a task that comes from the record: task.NAME.  The first ones
 * stand before what is found out of it, the others behind.
 */
enum { POLICY_TASK_FIRST = 6 };
struct policy_task_member {
	struct str name;
	struct str name_json;
	int64_t value; /* expression */
};

/*
 * What is aimed at, by metric: a range.  A single number in a policy is a
 * bound on the side that hurts, by metric_kinds[].  Times in seconds.
 */
struct policy_target {
	bool given;
	bool has_least, has_most;
	double least, most;
	struct str text; /* as the policy has it, JSON */
};

/* Of several reviews of a decision, which one is the verdict: review.final. */
enum final_rule { FINAL_LAST, FINAL_MAJORITY, FINAL_SENIOR, FINAL_CONSENSUS };
extern const char *const final_words[]; /* NULL-terminated */

struct policy_review { /* review */
	enum final_rule final;
	struct str *senior; /* [nsenior] reviewers, the highest first */
	size_t nsenior;
	double correct_within; /* an edit distance that leaves it right */
};

struct policy {
	const char *file; /* NULL: there is none */
	char fingerprint[13]; /* 12 hex digits of SHA-256 */
	struct expr_set *exprs;
	int64_t field[FIELDS]; /* expression or POLICY_NONE */
	struct policy_signal *signal; /* [nsignal]: the confidence, if any */
	size_t nsignal;
	struct str confidence_text; /* what the confidence is, to a person */
	struct policy_task_member *task_member; /* [ntask_member] */
	size_t ntask_member;
	struct map task_names; /* name -> task[] */
	struct keyset task_keys; /* the same, once all are there */
	struct policy_task *task;
	size_t task_cap;
	struct policy_risk risk;
	struct policy_route route;
	struct policy_target target[METRICS];
	struct policy_review review;
};

/* A field put elsewhere on the command line: -F name=EXPR. */
struct field_override {
	struct str name, expr;
};

/*
 * Loads and checks a policy file (NULL: an empty policy), then puts the
 * overrides over its fields.  All expressions are in p->exprs, none is
 * marked as used, and the set is not yet compiled: a program marks what it
 * needs, adds its own, and calls expr_set_compile().  Lives as long as `a`.
 * NULL with *e (STATUS_USAGE; STATUS_SYSTEM if the file cannot be read).
 */
struct policy *
policy_load(const char *file, const struct field_override *override,
    size_t noverride, struct arena *a, struct err *e);
void policy_free(struct policy *);

/* What it says about a task; NULL: nothing. */
const struct policy_task *policy_task(const struct policy *, struct str name);

/*
 * Marks what a field is read from as used, when there is something; a
 * confidence may be made of signals.
 */
void policy_use_field(struct policy *, enum field);

#endif
