/*
 * What the sections of a policy file are loaded with: typed readers that
 * say where and what is wrong.  Private to lib/policy.
 */
#ifndef HITL_POLICY_LOAD_H
#define HITL_POLICY_LOAD_H

#include "policy/policy.h"
#include "record/json_tree.h"

struct loader {
	struct policy *policy;
	struct arena *arena;
	struct err *e;
};

/* Reads a value into what `to` points at. */
typedef int
load_fn(struct loader *, const struct json *, const char *path, void *to);

/* One key of an object, and who reads its value. */
struct key {
	const char *name;
	load_fn *load;
	bool required;
	size_t at; /* offset in the section of what is read into */
};

/* The usual readers, by what they read into. */
load_fn load_text; /* struct str */
load_fn load_condition; /* int64_t, an expression */
load_fn load_value; /* int64_t, an expression */
load_fn load_duration; /* struct duration */
load_fn load_fraction; /* double in [0, 1] */
load_fn load_amount; /* double >= 0 */
load_fn load_rate; /* struct policy_rate */
load_fn load_priority; /* enum priority */
load_fn load_reviews; /* uint64_t, by how many people */

/* An error at a JSON path; returns -1. */
int load_fail(struct loader *, const char *path, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * An object: no key twice, none unknown (the nearest known one is offered),
 * none missing, each read by its function.  "//" is a comment, a string or a
 * list of them.
 */
int load_object(struct loader *, const struct json *, const char *path,
    const struct key *, size_t n, void *to);

/* Each member of an object whose keys are data, {"task": value}. */
typedef int load_member_fn(struct loader *, struct str key, const struct json *,
    const char *path, void *to);
int load_members(struct loader *, const struct json *, const char *path,
    load_member_fn *, void *to);

/* Each element of an array. */
int load_elements(struct loader *, const struct json *, const char *path,
    load_fn *, void *to);

int load_string(
    struct loader *, const struct json *, const char *path, struct str *);
/* A name, not empty, that no earlier element of its list has. */
int load_name(struct loader *, const struct json *, const char *path,
    struct map *taken, struct str *);
int load_number(struct loader *, const struct json *, const char *path,
    double least, double most, double *);
int load_word(struct loader *, const struct json *, const char *path,
    const char *const list[], int *);
/* A risk level the policy uses. */
int load_level(
    struct loader *, const struct json *, const char *path, enum risk_level *);
int load_expr(struct loader *, const struct json *, const char *path,
    enum expr_mode, uint32_t *);
/* What the policy says of a task, entered when it is new. */
struct policy_task *load_task(struct loader *, struct str name);
/* prefix and text as one JSON string. */
struct str load_json_string(struct loader *, const char *prefix, struct str);
/* A number in [0, 1], or null: never. */
int load_threshold(struct loader *, const struct json *, const char *path,
    struct policy_threshold *);

/* Expressions of a task's members that the policy does not name. */
int load_task_defaults(struct loader *);

/* The sections, each in a file of its own. */
load_fn load_signals, load_risk, load_route, load_targets, load_task_template;
load_fn load_review;
load_fn load_audit, load_gates, load_triggers, load_cascade, load_calendar;
load_fn load_queues, load_tiers, load_relief;

#endif
