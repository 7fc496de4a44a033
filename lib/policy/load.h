/*
 * What the sections of a policy file are loaded with: typed readers that
 * say where and what is wrong.  Private to lib/policy.
 */
#ifndef HITL_POLICY_LOAD_H
#define HITL_POLICY_LOAD_H

#include "policy/policy.h"
#include "record/json_tree.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

struct loader {
	struct policy *policy;
	struct arena *arena;
	struct err *e;
};

/* One key of an object: who reads its value into the section `to`. */
struct key {
	const char *name;
	int (*load)(
	    struct loader *, const struct json *, const char *path, void *to);
	bool required;
};

/* An error at a JSON path; returns -1. */
int load_fail(struct loader *, const char *path, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * An object: no key twice, none unknown (the nearest known one is offered),
 * none missing, each read by its function.
 */
int load_object(struct loader *, const struct json *, const char *path,
    const struct key *, size_t n, void *to);

/* Each member of an object whose keys are data, {"task": value}. */
typedef int load_member_fn(struct loader *, struct str key, const struct json *,
    const char *path, void *to);
int load_members(struct loader *, const struct json *, const char *path,
    load_member_fn *, void *to);

/* Each element of an array. */
typedef int load_element_fn(
    struct loader *, const struct json *, const char *path, void *to);
int load_elements(struct loader *, const struct json *, const char *path,
    load_element_fn *, void *to);

int load_type(
    struct loader *, const struct json *, const char *path, enum json_type);
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
int load_duration(
    struct loader *, const struct json *, const char *path, struct duration *);
int load_expr(struct loader *, const struct json *, const char *path,
    enum expr_mode, uint32_t *);
/* What the policy says of a task, entered when it is new. */
struct policy_task *load_task(struct loader *, struct str name);
/* prefix and text as one JSON string. */
struct str load_json_string(struct loader *, const char *prefix, struct str);
int load_rate(struct loader *, const struct json *, const char *path,
    struct policy_rate *);
/* A number in [0, 1], or null: never. */
int load_threshold(struct loader *, const struct json *, const char *path,
    struct policy_threshold *);

/* The sections, each in a file of its own. */
int
load_risk(struct loader *, const struct json *, const char *path, void *unused);
int load_route(
    struct loader *, const struct json *, const char *path, void *unused);
int load_queues(
    struct loader *, const struct json *, const char *path, void *unused);
int load_calendar(
    struct loader *, const struct json *, const char *path, void *unused);
int load_cascade(
    struct loader *, const struct json *, const char *path, void *unused);
int load_relief(
    struct loader *, const struct json *, const char *path, void *unused);
int load_targets(
    struct loader *, const struct json *, const char *path, void *unused);

#endif
