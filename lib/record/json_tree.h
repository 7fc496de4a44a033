/*
 * A whole JSON file as a tree: for policies, thresholds and models, which
 * are small and want to be walked; never for records.
 */
#ifndef HITL_RECORD_JSON_TREE_H
#define HITL_RECORD_JSON_TREE_H

#include "base/error.h"
#include "record/json.h"

struct json_member;

struct json {
	struct value value; /* span and kind */
	struct str string; /* unescaped, if it is one */
	double number; /* if it is one */
	struct json_member *member; /* [n] of an object, in order */
	struct json *element; /* [n] of an array */
	size_t n;
};

struct json_member {
	struct str key; /* unescaped; duplicates are kept */
	struct json json;
};

/*
 * Parses `text` (copied into `a`).  NULL with *e ("line 3, column 7: …")
 * when it is not JSON.
 */
const struct json *json_parse(struct str text, struct arena *a, struct err *e);

/*
 * Appends all of a file of such size; e names the file.  "-" is not special.
 * One that changes meanwhile is refused, so that nobody reads half of one text
 * and half of another; as far as the file system's clock tells.
 */
int file_read(const char *file, struct buf *, struct err *e);

/* Reads and parses a file. */
const struct json *
json_load(const char *file, struct arena *a, struct str *bytes, struct err *e);

/* The last member of that name, NULL if there is none or no object. */
const struct json *json_get(const struct json *, const char *key);
const struct json *json_find(const struct json *, struct str key);

/* Such a member, if it is a number; else NAN. */
double json_get_number(const struct json *, const char *key);

/* Whether it is a whole number of 0 to 2^53, so an exact one. */
bool json_is_count(const struct json *);

#endif
