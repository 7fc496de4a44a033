/*
 * The places in a record that a program wants, as one trie of keys and
 * indexes, so that the scanner finds all of them in one pass.
 *
 * A plain path is jq's: .a.b, ."a b", .a["b"], .a[0], each step followed by
 * an optional ?.  Every other expression is libjq's business (expr/).
 */
#ifndef HITL_RECORD_FIELDS_H
#define HITL_RECORD_FIELDS_H

#include "base/keyset.h"
#include "record/json.h"

#define FIELD_NONE UINT32_MAX

struct path_step {
	struct str key; /* unescaped; unused for an index */
	uint32_t index;
	bool is_index;
	bool optional; /* followed by ? */
};

struct path {
	struct path_step *step;
	size_t n; /* 0: the record itself, "." */
};

/* True if the text is a plain path; its memory is from `a`. */
bool path_parse(struct str text, struct arena *a, struct path *);

/*
 * A node of the trie is a slot: the scanner puts the value found there, and
 * of every node above it, into slot[node].  Node 0 is the record itself.
 */
struct field_node {
	struct str key;
	uint32_t index;
	bool is_index;
	uint32_t parent, child, sibling; /* FIELD_NONE: none */
};

struct fields { /* all zero: no wishes yet */
	struct field_node *node;
	size_t n, cap;
	struct keyset keys; /* by fields_compile; scope: the parent */
	struct arena *arena; /* permanent */
};

void fields_init(struct fields *, struct arena *permanent);
void fields_release(struct fields *);
/* The node of a path, entered when it is new. */
uint32_t fields_add(struct fields *, const struct path *);
/* The same for one key below a node. */
uint32_t fields_add_key(struct fields *, uint32_t parent, struct str);

/* For the scanners: the child by key or index, FIELD_NONE when unwanted. */
uint32_t
fields_key(const struct fields *, uint32_t node, const char *key, size_t n);
uint32_t fields_index(const struct fields *, uint32_t node, uint32_t i);

/*
 * fields_key() by a table, which fields_compile() makes once the last wish
 * is in.
 */
void fields_compile(struct fields *);
uint32_t
fields_find(const struct fields *, uint32_t node, const char *key, size_t n);

/* Nothing is there; what else was in the slots does not count any more. */
static inline void
slots_clear(const struct fields *f, struct value *slot)
{
	for (size_t i = 0; i < f->n; i++)
		slot[i].type = JSON_ABSENT;
}

/* The node after `i` among those at and below `top`; FIELD_NONE: the end. */
uint32_t fields_below(const struct fields *, uint32_t top, uint32_t i);

/* A key again: nothing that was found at and below node `top` may stay. */
void slots_forget(const struct fields *, struct value *slot, uint32_t top);

/*
 * Looks a path up in filled slots with jq's meaning: null where a step is
 * missing or its parent is null; PATH_ERROR when the parent is of a wrong
 * kind; PATH_EMPTY when it is and the step was optional.
 */
enum path_result { PATH_VALUE, PATH_EMPTY, PATH_ERROR };
enum path_result path_lookup(const struct path *, const uint32_t *node,
    const struct value *slot, struct value *out);

#endif
